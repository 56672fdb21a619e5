package event_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestParsePosition(t *testing.T) {
	for _, p := range []event.Position{
		{Partition: event.Partition{Stream: "events"}},
		{Partition: event.Partition{Stream: "a-b_c.d", Epoch: 1<<32 - 1, ID: 1<<31 - 1}, Offset: 1<<63 - 1},
	} {
		if got, err := event.ParsePosition(p.String()); err != nil || got != p {
			t.Errorf("%s: got %v, %v", p, got, err)
		}
	}
}

func TestParsePositionRefuses(t *testing.T) {
	for _, s := range []string{
		"", "events", "events/0/0", "events/0/0/0/0", "/0/0/0", "e vents/0/0/0", "événements/0/0/0", "events/0/0/", "events/00/0/0",
		"events/0/+1/0", "events/0/-1/0", "events/0/0/-1", "events/0/0/01", "events/0/0/1 ", " events/0/0/1", "events/0/0/1e3", "events/0/0/0x1",
		"events/4294967296/0/0", "events/0/2147483648/0", "events/0/0/9223372036854775808", "events/0/0/1_0",
	} {
		if p, err := event.ParsePosition(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, p)
		}
	}
}
