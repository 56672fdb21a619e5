package turn_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func shuffled(t *rapid.T, l log) log {
	again := slices.Clone(l)
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	return again
}

// What is added bit by bit, in any order, is what one fold of all finds, whatever was asked in between.
func TestFolderIsOneFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := history.Draw(t, "history")
		want, wantCounts := turn.Fold(l)
		var f turn.Folder
		for rest := shuffled(t, l); ; {
			n := rapid.IntRange(0, len(rest)).Draw(t, "bit")
			f.Add(rest[:n]...)
			rest = rest[n:]
			if len(rest) == 0 {
				break
			}
			f.Facts()
		}
		got, counts := f.Facts()
		if diff := cmp.Diff(got, want); diff != "" {
			t.Fatalf("facts (-got, +want):\n%s", diff)
		}
		if diff := cmp.Diff(counts, wantCounts); diff != "" {
			t.Fatalf("counts (-got, +want):\n%s", diff)
		}
	})
}

// A folder forgets repetitions but counts them.
func TestFolderCounts(t *testing.T) {
	var l log
	l.add("a", 0, call("wang"))
	l.add("a", 0, call("li"))
	l.add("a", 0, call("wang"))
	l.add("a", 0, call("li"))
	l.add("a", 0, call("li"))
	var f turn.Folder
	f.Add(l[4], l[3], l[2])
	f.Add(l[1], l[0])
	facts, counts := f.Facts()
	if c := facts.Calls[0]; c.Agent != "wang" || c.Position != l[0].Position {
		t.Errorf("call %+v, want wang's as first appended", c)
	}
	if want := (turn.Counts{Duplicates: 1, Conflicts: 3}); counts != want {
		t.Errorf("counts %+v, want %+v", counts, want)
	}
}

// Subjects that have nothing to do with each other are the same folded together or apart.
func TestFoldApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := history.Draw(t, "history")
		l = slices.DeleteFunc(l, func(e event.Event) bool { _, merged := e.Data.(event.ConversationMerged); return merged })
		together, _ := turn.Fold(l)
		n := 0
		for _, s := range []string{"a", "b", "c"} {
			own := slices.DeleteFunc(slices.Clone(l), func(e event.Event) bool { return e.Subject != s })
			apart, _ := turn.Fold(own)
			for _, c := range apart.Conversations {
				n++
				i := slices.IndexFunc(together.Conversations, func(k turn.Conversation) bool { return k.ID == c.ID })
				if i < 0 {
					t.Fatalf("no conversation %q in all", c.ID)
				}
				if diff := cmp.Diff(together.Conversations[i], c); diff != "" {
					t.Fatalf("%q together (-got), apart (+want):\n%s", c.ID, diff)
				}
			}
		}
		if n != len(together.Conversations) {
			t.Fatalf("%d conversations together, %d apart", len(together.Conversations), n)
		}
	})
}

// What holds of every conversation, however implausible.
func TestConversationInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, _ := turn.Fold(history.Draw(t, "history"))
		seen := map[string]bool{}
		for i := range f.Conversations {
			c := &f.Conversations[i]
			if !slices.IsSorted(c.Members) || !slices.Contains(c.Members, c.ID) {
				t.Fatalf("%q has members %q", c.ID, c.Members)
			}
			for _, m := range c.Members {
				if seen[m] {
					t.Fatalf("%q belongs to two conversations", m)
				}
				seen[m] = true
			}
			checkTurns(t, c)
		}
	})
}

func checkTurns(t *rapid.T, c *turn.Conversation) {
	asks := 0
	for i := range c.Turns {
		k := &c.Turns[i]
		asks += k.Asks
		switch {
		case k.First != (i == 0), k.Asks < 1:
			t.Fatalf("turn %d: %+v", i, k)
		case k.Answered == nil && (k.Replies != 0 || i < len(c.Turns)-1 && k.Closed == nil):
			t.Fatalf("turn %d was left behind unanswered and open: %+v", i, k)
		case k.Answered != nil && (k.Replies < 1 || k.Answered.Time.Before(k.Started.Time)):
			t.Fatalf("turn %d was answered before it was asked: %+v", i, k)
		case i > 0 && k.Started.Time.Before(c.Turns[i-1].Started.Time):
			t.Fatalf("turn %d started before the one before it", i)
		}
	}
	for i := range c.Turns {
		until := never
		if i < len(c.Turns)-1 {
			until = c.Turns[i+1].Started.Time
		}
		if got, want := c.Turns[i].Answered, firstReply(c, c.Turns[i].Started.Time, until); got != want {
			t.Fatalf("turn %d: answered by %v, want %v", i, got, want)
		}
	}
	if asks != len(c.Asks) {
		t.Fatalf("%d questions in turns, %d in all", asks, len(c.Asks))
	}
}

// firstReply searches what the fold finds in passing.
func firstReply(c *turn.Conversation, from, until time.Time) *turn.Origin {
	for i := range c.Contacts {
		if k := &c.Contacts[i]; !k.Call && !k.Time.Before(from) && k.Time.Before(until) {
			return &k.Origin
		}
	}
	return nil
}

// clocks draws a clock of any kind.
var clocks = rapid.Custom(func(t *rapid.T) turn.Clock {
	half := 30 * time.Minute
	return turn.Clock{
		Kind: turn.ClockKind(rapid.IntRange(0, int(turn.SolutionNotice)).Draw(t, "kind")),
		Target: rapid.SampledFrom([]turn.Target{{Wall: half}, {Wall: 12 * time.Hour}, {Working: half}, {Working: 20 * time.Hour},
			{WorkingDays: 1}, {WorkingDays: 3}}).Draw(t, "target"),
		Promise:     turn.PromiseUse(rapid.IntRange(0, int(turn.PromiseIgnored)).Draw(t, "promise")),
		Pauses:      rapid.SliceOfDistinct(statuses, rapid.ID[event.Status]).Draw(t, "pauses"),
		Restart:     rapid.Bool().Draw(t, "restart"),
		NeedFinding: rapid.Bool().Draw(t, "finding"),
	}
})

// What holds of every deadline.
func TestDeadlineInvariants(t *testing.T) {
	h := office(t)
	rapid.Check(t, func(t *rapid.T) {
		f, _ := turn.Fold(history.Draw(t, "history"))
		clock := clocks.Draw(t, "clock")
		for i := range f.Conversations {
			c := &f.Conversations[i]
			var last time.Time
			for _, d := range c.Deadlines(clock, h) {
				switch {
				case d.Start.Time.Before(last):
					t.Fatalf("out of order: %+v", d)
				case !d.Due.IsZero() && d.Promise == nil && d.Due.Before(d.Start.Time):
					t.Fatalf("due before it started: %+v", d)
				case d.Met != nil && d.Met.Time.Before(d.Start.Time), d.Elapsed < 0:
					t.Fatalf("met before it started: %+v", d)
				case d.Late(monday) && !d.Late(never):
					t.Fatalf("late, and later not: %+v", d)
				case d.Promise != nil && !d.Due.Equal(d.Promise.Until):
					t.Fatalf("due at another time than agreed: %+v", d)
				}
				last = d.Start.Time
			}
		}
	})
}

// Due is when so much time has passed in which the clock did not stand still, counted in half hours, in which everything
// in these histories happens. After it was met nothing pauses it any more.
func TestPausesByCounting(t *testing.T) {
	h := office(t)
	rapid.Check(t, func(t *rapid.T) {
		f, _ := turn.Fold(conversationHistory.Draw(t, "history"))
		clock := clocks.Draw(t, "clock")
		if len(f.Conversations) == 0 || clock.Target.WorkingDays > 0 || clock.Kind == turn.AgreedPromise {
			return
		}
		clock.Promise = turn.PromiseIgnored
		c := &f.Conversations[0]
		for _, d := range c.Deadlines(clock, h) {
			if want := dueByCounting(c, &clock, &d, h); !d.Due.Equal(want) {
				t.Fatalf("started %s, due %s, want %s", d.Start.Time, d.Due, want)
			}
		}
	})
}

func dueByCounting(c *turn.Conversation, clock *turn.Clock, d *turn.Deadline, h *calendar.Hours) time.Time {
	const half = 30 * time.Minute
	left := clock.Target.Wall + clock.Target.Working
	for i := d.Start.Time; i.Before(monday.AddDate(0, 2, 0)); i = i.Add(half) {
		if left == 0 {
			return i
		}
		standing := d.Met != nil && !i.Before(d.Met.Time) // what was met is no longer paused
		if (standing || !pausedAt(c, clock, i)) && (clock.Target.Working == 0 || h.Working(i, i.Add(half)) > 0) {
			left -= half
		}
	}
	return time.Time{}
}

func pausedAt(c *turn.Conversation, clock *turn.Clock, i time.Time) bool {
	paused := false
	for _, s := range c.Statuses {
		if !s.Time.After(i) {
			paused = slices.Contains(clock.Pauses, s.Status)
		}
	}
	return paused
}

// The first owner is who held the conversation first at one of the half hours, in which everything in these histories
// happens, and did not reach the customer in that time.
func TestFirstOwnerByCounting(t *testing.T) {
	const half = 30 * time.Minute
	rapid.Check(t, func(t *rapid.T) {
		f, _ := turn.Fold(history.Draw(t, "history"))
		from := monday.Add(halfHours.Draw(t, "from"))
		until := from.Add(halfHours.Draw(t, "for"))
		for i := range f.Conversations {
			c := &f.Conversations[i]
			want := c.AssigneeAt(until)
			for at := from; !at.After(until); at = at.Add(half) {
				if agent := c.AssigneeAt(at); agent != "" && !contacted(c, agent, from, until) {
					want = agent
					break
				}
			}
			if got := c.FirstOwner(from, until); got != want {
				t.Fatalf("from %s until %s: got %q, want %q", from, until, got, want)
			}
		}
	})
}

func contacted(c *turn.Conversation, agent string, from, until time.Time) bool {
	return slices.ContainsFunc(c.Contacts, func(k turn.Contact) bool {
		return k.Agent == agent && !k.Time.Before(from) && !k.Time.After(until)
	})
}
