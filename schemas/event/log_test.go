package event_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestSameLog has each sign of another log beside what must not be taken for one.
func TestSameLog(t *testing.T) {
	for _, c := range []struct {
		name string
		got  error
		want string // part of the error, empty for none
	}{
		{"the same topic", event.SameTopic("a", "a"), ""},
		{"a range that does not say of which topic", event.SameTopic("", "b"), ""},
		{"a broker that does not say which topic", event.SameTopic("a", ""), ""},
		{"another topic", event.SameTopic("a", "b"), "read of topic a, the one in Kafka is b"},
		{"everything is applied", event.SameEnd(100, 100), ""},
		{"something is not applied yet", event.SameEnd(101, 100), ""},
		{"the last record is gone", event.SameEnd(99, 100), "ends at 99, but everything before 100 is applied"},
		{"the same record", event.SameRecord(7, 1000, 1000), ""},
		{"another record", event.SameRecord(7, 1000, 999), "offset 7"},
	} {
		switch {
		case c.want == "" && c.got != nil:
			t.Errorf("%s: %v", c.name, c.got)
		case c.want != "" && (c.got == nil || !strings.Contains(c.got.Error(), c.want) || !strings.Contains(c.got.Error(), "raise the stream's epoch")):
			t.Errorf("%s: %v, want %q and what to do", c.name, c.got, c.want)
		}
	}
}
