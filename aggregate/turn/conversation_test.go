package turn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func TestTurns(t *testing.T) {
	for _, c := range []struct {
		name, story string
		want        []string
	}{
		{"three messages are one turn of 150 s", `
			10:00:00 ask
			10:00:20 ask
			10:01:00 ask
			10:02:30 reply li`, []string{"10:00 answered 10:02:30 li, 3 asks"}},
		{"the session of 08:56 starts then, whenever it is answered", `
			08:56 ask
			09:01 reply li`, []string{"08:56 answered 09:01 li"}},
		{"a mail handed over", `
			10:00 open li
			10:00 ask
			11:30 assign wang
			12:20 reply wang`, []string{"10:00 answered 12:20 wang, owner li"}},
		{"several turns", `
			10:00 ask
			10:01 reply li
			10:02 reply li
			10:03 ask
			10:04 assisted wang
			10:05 ask`, []string{"10:00 answered 10:01 li, 2 replies", "10:03 answered 10:04 wang", "10:05 unanswered"}},
		{"machines and notes answer nothing", `
			10:00 ask
			10:01 auto
			10:02 bot
			10:03 note li
			10:04 robot b-1
			10:05 call li
			10:06 reply li`, []string{"10:00 answered 10:06 li"}},
		{"what asks nothing", `
			10:00 auto_reply
			10:01 bounce
			10:02 spam`, nil},
		{"nor does it lengthen a turn", `
			10:00 ask
			10:01 bounce
			10:02 reply li
			10:03 auto_reply
			10:04 reply li`, []string{"10:00 answered 10:02 li, 2 replies"}},
		{"we wrote first", `
			10:00 reply li
			10:01 ask
			10:02 reply li`, []string{"10:01 answered 10:02 li"}},
		{"with a bot it is nobody's, and the customer waits all the same", `
			10:00 robot b-1
			10:00 ask
			10:01 bot
			10:30 assign li
			10:40 reply li`, []string{"10:00 answered 10:40 li"}},
		{"answered and closed at one instant", `
			10:10 status resolved li
			10:10 reply li
			10:10 ask`, []string{"10:10 answered 10:10 li"}},
		{"in whatever order they are named", `
			10:00 ask
			10:10 status resolved li
			10:10 reply li`, []string{"10:00 answered 10:10 li"}},
		{"assigned by the message itself", `
			10:00 assign li
			10:00 ask`, []string{"10:00 unanswered, owner li"}},
		{"closed without an answer", `
			10:00 ask
			10:30 status closed
			10:31 status closed`, []string{"10:00 unanswered, closed 10:30"}},
		{"a reply after closing answers", `
			10:00 ask
			10:30 status resolved
			10:31 reply li`, []string{"10:00 answered 10:31 li, closed 10:30"}},
		{"a question after closing is another turn", `
			10:00 ask
			10:30 status closed
			11:00 ask
			11:00 status open
			11:10 reply li`, []string{"10:00 unanswered, closed 10:30", "11:00 answered 11:10 li"}},
		{"waiting is not closing", `
			10:00 ask
			10:10 status pending
			10:20 status on_hold
			10:30 ask
			10:40 reply li`, []string{"10:00 answered 10:40 li, 2 asks"}},
		{"a reopened conversation has no second first turn", `
			10:00 ask
			10:01 reply li
			10:02 status resolved li
			11:00 status open
			11:00 ask
			11:05 reply wang`, []string{"10:00 answered 10:01 li", "11:00 answered 11:05 wang"}},
		{"a reply taken back never was", `
			10:00 ask
			10:01 reply li
			10:05 reply wang
			10:09 retract e2`, []string{"10:00 answered 10:05 wang"}},
		{"nobody named", `
			10:00 ask
			10:01 reply`, []string{"10:00 answered 10:01 "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(turns(conversation(t, c.story)), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestTurnDurations(t *testing.T) {
	h := office(t)
	c := conversation(t, `
		+4 17:30 ask
		+7 10:20 reply li
		+7 10:30 ask`)
	answered, open := &c.Turns[0], &c.Turns[1]
	if d, ok := answered.Working(h); d != 110*time.Minute || !ok {
		t.Errorf("working time %s, %t, want 110 minutes", d, ok)
	}
	if d, ok := answered.Wall(); d != 64*time.Hour+50*time.Minute || !ok {
		t.Errorf("wall time %s, %t", d, ok)
	}
	if d, ok := open.Working(h); d != 0 || ok {
		t.Errorf("unanswered: working time %s, %t", d, ok)
	}
	if d, ok := open.Wall(); d != 0 || ok {
		t.Errorf("unanswered: wall time %s, %t", d, ok)
	}
}

func TestDescription(t *testing.T) {
	var l log
	l.add("m", time.Minute, event.MessageReceived{Customer: "c-1", Queue: "inbox"})
	l.add("o2", 2*time.Minute, event.ConversationOpened{Channel: event.ChannelChat, Team: "other", Agent: "wang"})
	l.add("o1", 0, event.ConversationOpened{Channel: event.ChannelEmail, Team: "express", CustomerKind: "franchise", Region: "abroad", Intent: "inquiry"})
	f, _ := turn.Fold(l)
	c := f.Conversations[0]
	got := fmt.Sprint(c.ID, c.Members, c.Origin.ID, c.Opened.ID, c.Channel, c.Team, c.Queue, c.Customer, c.CustomerKind, c.Region, c.Intent)
	if want := fmt.Sprint("conv-1", []string{"conv-1"}, "o1", "o1", "email", "express", "inbox", "c-1", "franchise", "abroad", "inquiry"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := c.AssigneeAt(noon.Add(3 * time.Minute)); got != "wang" {
		t.Errorf("assignee %q, want wang", got)
	}
}

func TestResolved(t *testing.T) {
	for _, c := range []struct {
		name, story string
		resolved    string
		reopened    int
	}{
		{"never", "10:00 open", "", 0},
		{"resolved, then closed", "10:00 open\n11:00 status resolved\n12:00 status closed", "11:00", 0},
		{"reopened", "10:00 open\n11:00 status resolved\n12:00 status pending", "", 1},
		{"resolved again", "10:00 open\n11:00 status closed\n12:00 status open\n12:30 status on_hold\n13:00 status resolved", "13:00", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := conversation(t, c.story)
			resolved := ""
			if got.Resolved != nil {
				resolved = at(*got.Resolved)
			}
			if resolved != c.resolved || got.Reopened != c.reopened {
				t.Errorf("resolved %q, reopened %d, want %q, %d", resolved, got.Reopened, c.resolved, c.reopened)
			}
		})
	}
}

func TestRatings(t *testing.T) {
	c := conversation(t, `
		09:00 open chen
		09:01 rate 3 5
		10:00 ask
		10:01 reply li
		10:02 reply wang
		10:03 call zhao
		10:04 note chen
		10:05 rate 0 5
		10:06 rate 10 10 li
		10:07 rate 6 5
		10:08 rate 1 0
		11:00 reply sun`)
	var got []string
	for _, r := range c.Ratings {
		got = append(got, fmt.Sprintf("%d/%d %s", r.Score, r.OutOf, r.Agent))
	}
	if diff := cmp.Diff(got, []string{"3/5 chen", "0/5 wang", "10/10 li"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestContacts(t *testing.T) {
	c := conversation(t, `
		10:00 reply li
		10:01 bot
		10:02 note li
		10:03 call wang
		10:04 missed wang
		10:05 assisted zhao`)
	var got []string
	for _, k := range c.Contacts {
		got = append(got, fmt.Sprint(at(k.Time), " ", k.Agent, " ", k.Call))
	}
	if diff := cmp.Diff(got, []string{"10:00 li false", "10:03 wang true", "10:05 zhao false"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// Calls and results alone are no conversation; together with anything else the call belongs to it.
func TestNoConversation(t *testing.T) {
	var l log
	l.add("call", 0, call("li"))
	l.add("result", 0, event.ConversationMeasured{Channel: event.ChannelChat, Agent: "li"})
	if f, _ := turn.Fold(l); len(f.Conversations) != 0 || len(f.Calls) != 1 || len(f.Measured) != 1 {
		t.Errorf("%d conversations, %d calls, %d results", len(f.Conversations), len(f.Calls), len(f.Measured))
	}
	l.add("other", 0, event.MessageReceived{}).Subject = "conv-2"
	if f, _ := turn.Fold(l); len(f.Conversations) != 1 || f.Conversations[0].ID != "conv-2" {
		t.Errorf("conversations %v", f.Conversations)
	}
}
