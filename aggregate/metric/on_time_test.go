package metric_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func TestOnTime(t *testing.T) {
	firstOwner := func(s *metric.Settings) { s.Credit = metric.FirstOwner }
	emails, inquiries, followups := own("email_on_time"), own("inquiry_on_time"), own("followup_on_time")
	for _, c := range []struct {
		name   string
		query  metric.Query
		events func(m *month)
		want   string
	}{
		{"nothing", emails, func(*month) {}, ""},
		{"exactly on the deadline", emails, func(m *month) { m.mail("a", "03-04 10:00", "03-04 12:00", "li") }, "li 1/1"},
		{"a millisecond later", emails, func(m *month) { m.mail("a", "03-04 10:00", "03-04 12:00:00.001", "li") }, "li 0/1"},
		{"over the weekend", emails, func(m *month) { m.mail("a", "03-01 17:30", "03-04 10:20", "li") }, "li 1/1"},
		{"nights and holidays do not count", emails, func(m *month) { m.mail("a", "02-09 17:30", "03-01 10:00", "li") }, ""}, // due on 18 February
		{"never answered", emails, func(m *month) { m.mail("a", "03-04 10:00", "", "li") }, "li 0/1"},
		{"handed over, due while the second held it", emails, handedOver, "wang 0/1"},
		{"handed over, the first owner's", with("email_on_time", firstOwner), handedOver, "li 0/1"},
		{"answered in time by another is the replier's", emails, func(m *month) {
			m.mail("a", "03-04 10:00", "", "li")
			m.reply("a", "03-04 11:00", "wang")
		}, "wang 1/1"},
		{"every turn is one, several mails before the answer are one turn", emails, func(m *month) {
			m.mail("a", "03-04 10:00", "", "li")
			m.ask("a", "03-04 10:30")
			m.reply("a", "03-04 11:59", "li")
			m.ask("a", "03-04 14:00")
			m.reply("a", "03-04 16:01", "li")
		}, "li 1/2"},
		{"bounces, spam and automatic replies are no mails, neither way", emails, func(m *month) {
			m.open("a", "03-04 10:00", "li")
			for _, k := range []event.MessageKind{event.KindBounce, event.KindSpam, event.KindAutoReply} {
				m.add("a", "03-04 10:00", event.MessageReceived{Kind: k})
			}
			m.mail("b", "03-04 10:00", "", "li")
			m.add("b", "03-04 10:01", event.MessageSent{Author: event.AuthorAuto})
			m.add("b", "03-04 10:02", event.MessageSent{Author: event.AuthorBot})
			m.add("b", "03-04 10:03", event.MessageSent{Author: event.AuthorAgent, Agent: "li", Visibility: event.Note})
		}, "li 0/1"},
		{"with a bot when due: nobody's", emails, func(m *month) {
			m.mail("a", "03-04 10:00", "", "li")
			m.add("a", "03-04 11:00", event.ConversationAssigned{Bot: "robot"})
			m.reply("a", "03-04 15:00", "li")
		}, "nobody(express) 1"},
		{"closed without an answer is still owed one", emails, func(m *month) {
			m.mail("a", "03-04 10:00", "", "li")
			m.status("a", "03-04 11:00", event.StatusClosed)
		}, "li 0/1"},
		{"the clock belongs to the month of its deadline", emails, func(m *month) {
			m.mail("a", "02-29 17:30", "02-29 17:31", "li") // due on 1 March
			m.mail("b", "03-29 17:30", "04-02 09:05", "li") // due on 1 April
			m.mail("c", "03-29 14:00", "04-01 09:05", "li") // due on 29 March
		}, "li 1/2"},
		{"chats are no mails", emails, func(m *month) {
			m.open("a", "03-04 10:00", "li", chat)
			m.ask("a", "03-04 10:00")
		}, ""},
		{"pauses stop the clock", with("email_on_time", func(s *metric.Settings) { s.Pauses = []event.Status{event.StatusPending} }), func(m *month) {
			m.mail("a", "03-04 10:00", "", "li")
			m.status("a", "03-04 10:30", event.StatusPending)
			m.status("a", "03-04 15:30", event.StatusOpen)
			m.reply("a", "03-04 17:00", "li")
		}, "li 1/1"},
		{"answered, then set aside for good", with("email_on_time", func(s *metric.Settings) { s.Pauses = []event.Status{event.StatusPending} }), func(m *month) {
			m.mail("a", "03-04 10:00", "03-04 10:20", "li")
			m.status("a", "03-04 10:20", event.StatusPending)
		}, "li 1/1"},
		{"merged conversations are one", emails, func(m *month) {
			m.mail("merged-a", "03-04 10:00", "", "li")
			m.open("merged-b", "03-04 10:05", "li")
			for _, subject := range []string{"merged-a", "merged-b"} {
				m.add(subject, "03-04 10:10", event.ConversationMerged{From: "merged-a", Into: "merged-b"})
			}
			m.reply("merged-b", "03-04 11:00", "li")
		}, "li 1/1"},

		{"twelve hours by the clock on the wall", inquiries, func(m *month) {
			m.open("a", "03-02 20:00", "li", inquiry) // a Saturday
			m.ask("a", "03-02 20:00")
			m.reply("a", "03-03 08:00", "li")
		}, "li 1/1"},
		{"due as the month begins, and as the next one does", inquiries, func(m *month) {
			for _, at := range []string{"02-29 12:00", "03-31 12:00"} {
				m.open(at, at, "li", inquiry)
				m.ask(at, at)
			}
		}, "li 0/1"},
		{"an agreed time replaces them", inquiries, promised("03-04 15:00"), "li 1/1"},
		{"not once they have passed", inquiries, promised("03-04 22:30"), "li 0/1"},
		{"ignored where the policy says so", with("inquiry_on_time", func(s *metric.Settings) { s.Promise = turn.PromiseIgnored }), promised("03-04 15:00"), "li 0/1"},
		{"only the first question of an inquiry", inquiries, twoQuestions, "li 1/1"},
		{"or every one", with("inquiry_on_time", func(s *metric.Settings) { s.Restart = true }), twoQuestions, "li 1/2"},

		{"48 hours for a franchise", followups, followedUp("franchise", "03-06 10:00", event.FindingProblem), "li 1/1"},
		{"and no more", followups, followedUp("franchise", "03-06 10:00:00.001", event.FindingProblem), "li 0/1"},
		{"five working days for a shopper", followups, followedUp("shopper", "03-11 18:00", event.FindingUrgedAbroad), "li 1/1"},
		{"to the end of work", followups, followedUp("shopper", "03-11 18:00:01", event.FindingUrgedAbroad), "li 0/1"},
		{"an entry without a finding is none", followups, followedUp("franchise", "03-05 10:00", ""), "li 0/1"},
		{"unless the policy takes it", with("followup_on_time", func(s *metric.Settings) { s.NeedFinding = false }), followedUp("franchise", "03-05 10:00", ""), "li 1/1"},
		{"again from the customer's question", followups, func(m *month) {
			followedUp("franchise", "03-05 10:00", event.FindingProblem)(m)
			m.ask("a", "03-06 10:00")
		}, "li 1/2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m month
			c.events(&m)
			if got := line(result(t, m.measure(t, c.query), c.query)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// handedOver is a mail at 10:00 held by Li, handed to Wang at 11:30 without a reply, answered by Wang at 12:20.
func handedOver(m *month) {
	m.mail("a", "03-04 10:00", "", "li")
	m.assign("a", "03-04 11:30", "wang")
	m.reply("a", "03-04 12:20", "wang")
}

// promised is an inquiry of 10:00 for which the next day was agreed at some time.
func promised(at string) func(*month) {
	return func(m *month) {
		m.open("a", "03-04 10:00", "li", inquiry)
		m.ask("a", "03-04 10:00")
		m.add("a", at, event.CasePromised{Until: *instant("03-05 18:00"), By: "li"})
		m.reply("a", "03-05 17:00", "li")
	}
}

// twoQuestions is an inquiry whose second question was answered late.
func twoQuestions(m *month) {
	m.open("a", "03-04 10:00", "li", inquiry)
	m.ask("a", "03-04 10:00")
	m.reply("a", "03-04 11:00", "li")
	m.ask("a", "03-04 12:00")
	m.reply("a", "03-06 12:00", "li")
}

// followedUp is a query of Monday 10:00 with one entry in the list.
func followedUp(kind, at string, f event.Finding) func(*month) {
	return func(m *month) {
		m.open("a", "03-04 10:00", "li", query(kind))
		m.add("a", at, event.CaseFollowedUp{Agent: "li", Finding: f})
	}
}

func TestOnTimeEvidence(t *testing.T) {
	var m month
	m.mail("a", "03-04 10:00", "03-04 11:00", "li") // asked as e1
	m.mail("b", "03-05 10:00", "03-05 12:20", "li") // e4
	m.mail("c", "03-06 17:30", "", "li")            // e7, due the next day
	m.mail("d", "03-07 10:00", "", "li")            // e9
	m.status("d", "03-07 10:30", event.StatusClosed)
	q := own("email_on_time")
	want := []string{"e1 2024-03-04", "!e4 2024-03-05 due 2024-03-05 12:00:00, met 2024-03-05 12:20:00",
		"!e7 2024-03-07 due 2024-03-07 10:30:00, not met",
		"!e9 2024-03-07 due 2024-03-07 12:00:00, closed unanswered 2024-03-07 10:30:00"}
	if diff := cmp.Diff(shown(m.measure(t, q).Evidence(q, "li").Listed), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// 49 of 50 is exactly 98 %, 48 of 49 is less, and says that it is little to judge by.
func TestOnTimeSmallSample(t *testing.T) {
	for _, c := range []struct {
		mails   int
		percent string
		small   bool
	}{{50, "98.00", false}, {49, "97.96", true}} {
		var m month
		for i := range c.mails {
			m.mail(fmt.Sprint("mail-", i), "03-04 10:00", "03-04 11:00", "li")
		}
		m[len(m)-1].Time = clock("03-04 14:00")
		q := own("email_on_time")
		v, _ := m.measure(t, q).Value(q, "li")
		r, ok := v.Ratio()
		doc := metric.EmailOnTime{}.Doc()
		if !ok || r.Percent(2) != c.percent || doc.IsSmall(v) != c.small {
			t.Errorf("%d mails: got %+v, small %t; want %s %%, small %t", c.mails, v, doc.IsSmall(v), c.percent, c.small)
		}
	}
}

// While the month runs an open mail says nothing before its deadline has passed, and an answer is one at once.
func TestOnTimeAsOf(t *testing.T) {
	var m month
	m.mail("a", "03-04 10:00", "03-04 10:05", "li")
	m.mail("b", "03-04 10:00", "", "li")
	q := own("email_on_time")
	for asOf, want := range map[string]string{"03-04 10:30": "li 1/1", "03-04 12:00": "li 1/1", "03-04 12:00:00.001": "li 1/2"} {
		p := measureFacts(t, m.facts(), metric.Scope{Month: march, Calendar: office(t), Queries: []metric.Query{q}, AsOf: clock(asOf)})
		if got := line(result(t, p, q)); got != want {
			t.Errorf("as of %s: got %q, want %q", asOf, got, want)
		}
	}
}

// A rate over the sample counts the conversations that a review of the month names, whichever comes first.
func TestOnTimeSampled(t *testing.T) {
	var m month
	m.mail("a", "03-04 10:00", "03-04 10:05", "li")
	m.mail("z", "03-04 10:00", "03-04 17:05", "li")
	m.mail("y", "03-04 10:00", "03-04 17:05", "li")
	m.add("li", "04-02 10:00", event.ReviewScored{Period: "2024-03", Template: "mails", Reviewer: "boss", Conversation: "a"})
	m.add("li", "04-02 10:00", event.ReviewScored{Period: "2024-03", Template: "mails", Reviewer: "boss", Conversation: "z"})
	m.add("li", "03-02 10:00", event.ReviewScored{Period: "2024-02", Template: "mails", Reviewer: "boss", Conversation: "y"})
	q := with("email_on_time", func(s *metric.Settings) { s.Population = metric.Sampled })
	p := m.measure(t, q)
	if got := line(result(t, p, q)); got != "li 1/2" {
		t.Errorf("got %q, want %q", got, "li 1/2")
	}
	if got := shown(p.Evidence(q, "li").Listed); len(got) != 2 {
		t.Errorf("evidence: got %q", got)
	}
	var more month
	more.add("li", "04-02 11:00", event.ReviewScored{Period: "2024-03", Template: "mails", Reviewer: "boss", Conversation: "y"})
	if err := p.Add(more.facts()[0]); err != nil {
		t.Fatal(err)
	}
	if got := line(result(t, p, q)); got != "li 1/3" {
		t.Errorf("after one more review: got %q, want %q", got, "li 1/3")
	}
}

// A conversation has one zone: that of the first who had to do with it.
func TestOnTimeZone(t *testing.T) {
	var m month
	m.add("hans", "01-01 00:00", event.AgentChanged{Effective: "2024-01-01", Team: "eu"})
	m[0].Zone = "Europe/Berlin"
	m.mail("a", "03-04 18:00", "03-04 18:30", "hans") // 11:00 in Berlin
	q := own("email_on_time")
	got := m.measure(t, q).Evidence(q, "hans").Listed
	if diff := cmp.Diff(shown(got), []string{"e2 2024-03-04"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	var met month // by Hans in Berlin, before anybody held it
	met.add("hans", "01-01 00:00", event.AgentChanged{Effective: "2024-01-01", Team: "eu"})
	met[0].Zone = "Europe/Berlin"
	met.mail("a", "03-04 15:00", "", "")  // 8:00 in Berlin
	met.reply("a", "03-04 18:00", "hans") // 11:00, so after two hours of work
	met.assign("a", "03-04 18:30", "li")
	if got := line(result(t, met.measure(t, q), q)); got != "hans 1/1" {
		t.Errorf("met before it was held: got %q, want %q", got, "hans 1/1")
	}
	var far month
	far.add("john", "01-01 00:00", event.AgentChanged{Effective: "2024-01-01", Team: "us"})
	far[0].Zone = "America/New_York"
	far.open("b", "03-31 23:30", "john", inquiry)
	far.ask("b", "03-31 23:30") // due half an hour before the month ends in New York
	q = own("inquiry_on_time")
	if got := line(result(t, far.measure(t, q), q)); got != "john 0/1" {
		t.Errorf("New York: got %q, want %q", got, "john 0/1")
	}
	q = own("email_on_time")
	late := m
	late[3].Time = clock("03-04 18:00").Add(2*time.Hour + time.Second)
	want := []string{"!e2 2024-03-04 due 2024-03-04 13:00:00, met 2024-03-04 13:00:01"}
	if diff := cmp.Diff(shown(late.measure(t, q).Evidence(q, "hans").Listed), want); diff != "" {
		t.Errorf("late (-got, +want):\n%s", diff)
	}
}
