package roster_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"pgregory.net/rapid"
)

// linked says from a date on at 14:00 local time, told as the n-th, that account 204 of the telephone system is somebody's.
func linked(agent string, day, n int, until event.Date) turn.Link {
	o := origin(0, n)
	o.Subject, o.Time = agent, time.Date(2024, 3, day, 6, 0, 0, 0, time.UTC)
	return turn.Link{Origin: o, AgentLinked: event.AgentLinked{System: "pbx", Account: "204", Until: until}}
}

// local returns an instant of a day of March in Shanghai.
func local(day, hour, minute int) time.Time {
	return time.Date(2024, 3, day, hour-8, minute, 0, 0, time.UTC)
}

func TestAgent(t *testing.T) {
	for _, c := range []struct {
		name  string
		links []turn.Link
		at    time.Time
		want  string
	}{
		{"no link", nil, local(5, 10, 0), "204"},
		{"before it began", []turn.Link{linked("li", 5, 1, "")}, local(4, 23, 59), "204"},
		{"on the whole of its first date", []turn.Link{linked("li", 5, 1, "")}, local(5, 0, 0), "li"},
		{"for good", []turn.Link{linked("li", 5, 1, "")}, local(5+366, 10, 0), "li"},
		{"on its last date", []turn.Link{linked("li", 5, 1, "2024-03-08")}, local(8, 23, 59), "li"},
		{"after its last date", []turn.Link{linked("li", 5, 1, "2024-03-08")}, local(9, 0, 0), "204"},
		{"handed over", []turn.Link{linked("li", 5, 1, ""), linked("wang", 7, 2, "")}, local(7, 0, 0), "wang"},
		{"before it was handed over", []turn.Link{linked("li", 5, 1, ""), linked("wang", 7, 2, "")}, local(6, 23, 59), "li"},
		{"lent", []turn.Link{linked("li", 5, 1, ""), linked("wang", 7, 2, "2024-03-08")}, local(8, 10, 0), "wang"},
		{"given back", []turn.Link{linked("li", 5, 1, ""), linked("wang", 7, 2, "2024-03-08")}, local(9, 10, 0), "li"},
		{"ended by a later word", []turn.Link{linked("li", 5, 1, ""), linked("li", 7, 2, "2024-03-08")}, local(9, 10, 0), "204"},
		{"ended as it began", []turn.Link{linked("li", 5, 1, ""), linked("li", 5, 2, "2024-03-08")}, local(9, 10, 0), "204"},
		{"corrected as if never said", []turn.Link{linked("li", 5, 1, ""), linked("wang", 5, 2, "2024-03-08")}, local(9, 10, 0), "204"},
		{"ended before it began", []turn.Link{linked("li", 5, 1, "2024-03-04")}, local(5, 10, 0), "204"},
	} {
		r := build(t, turn.Facts{Links: c.links})
		if got := r.Agent("pbx", "204", c.at); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if got := r.Agent("mail", "204", c.at); got != "204" {
			t.Errorf("%s: in another system it is %q's", c.name, got)
		}
		if none := r.Accounts() == nil; none != (len(c.links) == 0) {
			t.Errorf("%s: accounts are nil: %t", c.name, none)
		}
	}
}

func TestAddRefusesLinks(t *testing.T) {
	nowhere := linked("li", 5, 1, "")
	nowhere.Zone = "Mars/Olympus"
	for name, l := range map[string]turn.Link{"until": linked("li", 5, 1, "2024-02-30"), "zone": nowhere} {
		if err := roster.New().Add(turn.Facts{Links: []turn.Link{l}}); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// In whatever order links are added and how often, an account is the same person's.
func TestLinksIgnoreOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var facts []turn.Facts
		for n := range rapid.IntRange(0, 6).Draw(rt, "links") {
			agent := rapid.SampledFrom([]string{"li", "wang"}).Draw(rt, "agent")
			until := rapid.SampledFrom([]event.Date{"", "2024-03-03", "2024-03-05"}).Draw(rt, "until")
			facts = append(facts, turn.Facts{Links: []turn.Link{linked(agent, rapid.IntRange(1, 4).Draw(rt, "day"), n, until)}})
		}
		want, got := build(t, facts...), build(t, rapid.Permutation(append(facts, facts...)).Draw(rt, "shuffled")...)
		for day := 1; day < 8; day++ {
			if g, w := got.Agent("pbx", "204", local(day, 12, 0)), want.Agent("pbx", "204", local(day, 12, 0)); g != w {
				rt.Fatalf("day %d: got %q, want %q", day, g, w)
			}
		}
	})
}
