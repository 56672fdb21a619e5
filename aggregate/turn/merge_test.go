package turn_test

import (
	"fmt"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/google/go-cmp/cmp"
)

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name, story string
		want        []string // "id [members]", then its turns
	}{
		{"one timeline", `
			10:00 b: open wang
			10:00 b: ask
			10:05 open li
			10:05 ask
			10:20 a: merge b a
			10:20 b: merge b a
			10:30 reply li`, []string{"a [a b]", "10:00 answered 10:30 li, 2 asks, owner wang"}},
		{"asked where nobody held it", `
			10:00 open li
			10:05 b: ask
			10:20 b: merge b a`, []string{"a [a b]", "10:05 unanswered"}},
		{"asked in what goes on where nobody held it", `
			10:00 b: open li
			10:05 a: ask
			10:20 b: merge b a`, []string{"a [a b]", "10:05 unanswered"}},
		{"written under one of them only", `
			10:00 b: ask
			10:05 ask
			10:20 b: merge b a
			10:30 reply li`, []string{"a [a b]", "10:00 answered 10:30 li, 2 asks"}},
		{"a chain", `
			10:00 c: ask
			10:10 c: merge c b
			10:20 b: merge b a
			10:30 a: reply li`, []string{"a [a b c]", "10:00 answered 10:30 li"}},
		{"a circle goes on under the smallest id", `
			10:00 c: ask
			10:10 c: merge c b
			10:20 b: merge b c
			10:30 a: merge a c`, []string{"b [a b c]", "10:00 unanswered"}},
		{"into itself is nothing", `
			10:00 b: ask
			10:10 b: merge b a
			10:20 b: merge b b`, []string{"a [a b]", "10:00 unanswered"}},
		{"the last word on where it went", `
			10:00 c: ask
			10:10 c: merge c b
			10:20 c: merge c a
			10:30 b: ask`, []string{"a [a c]", "10:00 unanswered", "b [b]", "10:30 unanswered"}},
		{"a merge taken back", `
			10:00 b: ask
			10:05 a: ask
			10:10 b: merge b a
			10:20 b: retract e3`, []string{"b [b]", "10:00 unanswered", "a [a]", "10:05 unanswered"}},
		{"one alone, by its own events", `
			10:00 b: open wang
			10:00 b: ask
			10:10 b: reply wang
			10:20 b: merge b a`, []string{"a [a b]", "10:00 answered 10:10 wang, owner wang"}},
		{"not what else happened", `
			10:00 b: ask
			10:05 ask
			10:06 call li`, []string{"b [b]", "10:00 unanswered", "a [a]", "10:05 unanswered"}},
		{"a desk closes what it merges", `
			10:00 b: ask
			10:10 a: merge b a
			10:10 b: status closed
			10:30 reply li`, []string{"a [a b]", "10:00 answered 10:30 li"}},
		{"a member closed before leaves the other's turn alone", `
			10:00 ask
			10:05 b: open
			10:06 b: status closed
			10:20 b: merge b a`, []string{"a [a b]", "10:00 unanswered"}},
		{"but not its own", `
			10:00 open
			10:01 b: ask
			10:06 b: status closed
			10:20 b: merge b a
			10:30 a: ask`, []string{"a [a b]", "10:01 unanswered, closed 10:06", "10:30 unanswered"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, _ := turn.Fold(story(t, c.story))
			var got []string
			for i := range f.Conversations {
				k := &f.Conversations[i]
				got = append(append(got, fmt.Sprint(k.ID, " ", k.Members)), turns(k)...)
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// The conversation that goes on says what it is; the first opening says when it began, or merging would gain time.
func TestMergeDescription(t *testing.T) {
	c := conversation(t, `
		10:00 b: open wang shopper
		10:10 b: status resolved
		11:00 open li franchise
		11:05 b: merge b a
		11:10 b: status closed
		11:20 status pending`)
	if c.CustomerKind != "franchise" || at(c.Opened.Time) != "10:00" || c.Resolved != nil || len(c.Statuses) != 1 {
		t.Errorf("kind %q, opened %s, resolved %v, statuses %v", c.CustomerKind, at(c.Opened.Time), c.Resolved, c.Statuses)
	}
}

// Companies share nothing, not even ids.
func TestMergeWithinCompany(t *testing.T) {
	l := story(t, `
		10:00 b: ask
		10:10 b: merge b a
		10:20 ask`)
	l[2].Company = "other"
	f, _ := turn.Fold(l)
	if len(f.Conversations) != 2 {
		t.Errorf("%d conversations, want 2", len(f.Conversations))
	}
}
