package turn_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestSupersedes(t *testing.T) {
	base := turn.Origin{Identity: event.Identity{ID: "m"}, Time: noon, AppendTime: noon, Position: event.Position{Offset: 5}}
	for _, c := range []struct {
		name   string
		change func(o *turn.Origin)
		want   bool
	}{
		{"itself", func(*turn.Origin) {}, false},
		{"later", func(o *turn.Origin) { o.Time, o.AppendTime = noon.Add(1), noon.Add(-1) }, true},
		{"earlier", func(o *turn.Origin) { o.Time, o.AppendTime = noon.Add(-1), noon.Add(1) }, false},
		{"appended later", func(o *turn.Origin) { o.AppendTime, o.Position.Offset = noon.Add(time.Second), 4 }, true},
		{"appended earlier", func(o *turn.Origin) { o.AppendTime = noon.Add(-time.Second) }, false},
		{"further in the log", func(o *turn.Origin) { o.Position.Offset, o.ID = 6, "a" }, true},
		{"less far", func(o *turn.Origin) { o.Position.Offset, o.ID = 4, "z" }, false},
		{"without a place in a log by id", func(o *turn.Origin) { o.ID = "z" }, true},
		{"or not", func(o *turn.Origin) { o.ID = "a" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := base
			c.change(&o)
			if got := o.Supersedes(base); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}
