package turn_test

import (
	"testing"
)

func TestAssigneeAt(t *testing.T) {
	const handed = `
		09:00 open
		10:00 assign li
		11:00 robot b-1
		12:00 assign wang
		13:00 assign`
	const merged = `
		09:00 b: open wang
		10:00 open li
		11:00 b: merge b a
		12:00 b: assign zhao
		13:00 assign chen`
	for _, c := range []struct{ name, story, at, want string }{
		{"before everything", handed, "08:00", ""},
		{"in the queue", handed, "09:00", ""},
		{"from the instant on", handed, "10:00", "li"},
		{"until the next", handed, "10:59:59", "li"},
		{"a bot is nobody", handed, "11:00", ""},
		{"handed over", handed, "12:30", "wang"},
		{"back in the queue", handed, "13:00", ""},
		{"before the one that goes on began", merged, "09:30", "wang"},
		{"the one that goes on", merged, "10:30", "li"},
		{"what is merged is no longer assigned", merged, "12:30", "li"},
		{"what goes on is", merged, "13:30", "chen"},
		{"by the events of one member", "09:00 b: open wang\n10:00 b: merge b a", "11:00", "wang"},
		{"an opening that names nobody takes it from nobody", "09:00 assign li\n10:00 open", "11:00", "li"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, _ := clockTime(t, []string{c.at, ""})
			if got := conversation(t, c.story).AssigneeAt(i); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFirstOwner(t *testing.T) {
	for _, c := range []struct{ name, story, from, until, want string }{
		{"one owner", "09:00 open li", "10:00", "12:00", "li"},
		{"handed over", "10:00 open li\n11:30 assign wang", "10:00", "12:00", "li"},
		{"the first who got it", "10:00 open\n10:30 robot b\n11:00 assign li\n11:30 assign wang", "10:00", "12:00", "li"},
		{"handed over before", "09:00 open li\n09:30 assign wang", "10:00", "12:00", "wang"},
		{"too late", "09:00 open\n12:01 assign li", "10:00", "12:00", ""},
		{"nobody", "09:00 open", "10:00", "12:00", ""},
		{"who replied did not leave it", "09:00 open li\n10:30 reply li\n11:00 assign wang", "10:00", "12:00", "wang"},
		{"a reply from before is another's", "09:00 open li\n09:30 reply li\n11:00 assign wang", "10:00", "12:00", "li"},
		{"all replied", "09:00 open li\n10:30 reply li", "10:00", "12:00", "li"},
		{"given back and nobody since", "09:00 open li\n10:30 assign", "10:00", "12:00", "li"},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, _ := clockTime(t, []string{c.from, ""})
			until, _ := clockTime(t, []string{c.until, ""})
			if got := conversation(t, c.story).FirstOwner(from, until); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
