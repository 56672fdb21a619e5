package metric_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// closedAt is a mail of 10:00 with Li, due at 12:00, that was closed unanswered.
func closedAt(m *month, at string) {
	m.mail("a", "03-04 10:00", "", "li")
	m.status("a", at, event.StatusClosed)
}

func TestClosed(t *testing.T) {
	settled := func(s *metric.Settings) { s.Closed = metric.Settled }
	emails, inquiries, followups := with("email_on_time", settled), with("inquiry_on_time", settled), with("followup_on_time", settled)
	for _, c := range []struct {
		name   string
		query  metric.Query
		events func(m *month)
		want   string
	}{
		{"owed unless the policy says otherwise", own("email_on_time"), func(m *month) { closedAt(m, "03-04 11:00") }, "li 0/1"},
		{"settled", emails, func(m *month) { closedAt(m, "03-04 11:00") }, ""},
		{"as it is due", emails, func(m *month) { closedAt(m, "03-04 12:00") }, ""},
		{"a millisecond later", emails, func(m *month) { closedAt(m, "03-04 12:00:00.001") }, "li 0/1"},
		{"answered in time nevertheless", emails, func(m *month) {
			closedAt(m, "03-04 11:00")
			m.reply("a", "03-04 12:00", "wang")
		}, "wang 1/1"},
		{"answered too late", emails, func(m *month) {
			closedAt(m, "03-04 11:00")
			m.reply("a", "03-04 15:00", "wang")
		}, ""},
		{"opened again by ourselves", emails, func(m *month) {
			closedAt(m, "03-04 11:00")
			m.status("a", "03-04 11:01", event.StatusOpen)
		}, "li 0/1"},
		{"opened again by the customer, which is another mail", emails, func(m *month) {
			closedAt(m, "03-04 11:00")
			m.status("a", "03-04 11:30", event.StatusOpen)
			m.ask("a", "03-04 11:30")
		}, "li 0/1"},
		{"thanks after the answer, closed and settled", emails, func(m *month) {
			m.mail("a", "03-04 10:00", "03-04 10:30", "li")
			m.ask("a", "03-04 11:00")
			m.status("a", "03-04 11:05", event.StatusResolved)
		}, "li 1/1"},
		{"with nobody when it was due", emails, func(m *month) {
			closedAt(m, "03-04 11:00")
			m.assign("a", "03-04 11:30", "")
		}, ""},
		{"an inquiry", inquiries, func(m *month) {
			m.open("a", "03-04 10:00", "li", inquiry)
			m.ask("a", "03-04 10:00")
			m.status("a", "03-04 22:00", event.StatusClosed)
		}, ""},
		{"a query", followups, func(m *month) {
			m.open("a", "03-04 10:00", "li", query("franchise"))
			m.status("a", "03-06 10:00", event.StatusResolved)
		}, ""},
		{"a query closed too late", followups, func(m *month) {
			m.open("a", "03-04 10:00", "li", query("franchise"))
			m.status("a", "03-06 10:00:01", event.StatusResolved)
		}, "li 0/1"},
		{"a query that was asked about again", followups, func(m *month) {
			m.open("a", "03-04 10:00", "li", query("franchise"))
			m.status("a", "03-05 10:00", event.StatusResolved)
			m.ask("a", "03-06 09:00") // due on the 8th
		}, "li 0/1"},
		{"closed again by when it was due", followups, func(m *month) {
			m.open("a", "03-04 10:00", "li", query("franchise"))
			m.status("a", "03-04 11:00", event.StatusClosed)
			m.status("a", "03-04 12:00", event.StatusOpen)
			m.status("a", "03-06 09:00", event.StatusClosed)
		}, ""},
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

// Who looks for a mail that counts neither way finds it, by whom it was with.
func TestClosedEvidence(t *testing.T) {
	var m month
	closedAt(&m, "03-04 11:00")                     // asked as e1
	m.mail("b", "03-04 11:00", "03-04 12:00", "li") // e4
	q := with("email_on_time", func(s *metric.Settings) { s.Closed = metric.Settled })
	p := m.measure(t, q)
	want := []string{"e1 2024-03-04 due 2024-03-04 12:00:00, settled: closed 2024-03-04 11:00:00", "e4 2024-03-04"}
	if diff := cmp.Diff(shown(p.Evidence(q, "li").Listed), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	if v, _ := p.Value(q, "li"); v != (metric.Value{Agent: "li", Num: 1, Den: 1, Sample: 1}) {
		t.Errorf("got %+v, want 1 of 1", v)
	}
}

// The sample is of what counts either way, too.
func TestClosedSampled(t *testing.T) {
	var m month
	closedAt(&m, "03-04 11:00")
	m.add("li", "04-02 10:00", event.ReviewScored{Period: "2024-03", Template: "mails", Reviewer: "boss", Conversation: "a"})
	q := with("email_on_time", func(s *metric.Settings) { s.Closed, s.Population = metric.Settled, metric.Sampled })
	p := m.measure(t, q)
	if got := line(result(t, p, q)); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
	if got := shown(p.Evidence(q, "li").Listed); len(got) != 1 {
		t.Errorf("evidence: got %q, want the mail", got)
	}
}
