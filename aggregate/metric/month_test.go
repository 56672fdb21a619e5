package metric_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// month is events of a company in Shanghai in the making.
type month []event.Event

// clock turns "03-04 10:00:00", Shanghai, 2024, into an instant; the seconds may be left out.
func clock(text string) time.Time {
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	t, err := time.Parse("2006-01-02 15:04:05.999 -07:00", "2024-"+text+" +08:00")
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func instant(text string) *event.Instant {
	i := event.Instant(clock(text).Format(time.RFC3339Nano))
	return &i
}

// add appends an event about a subject.
func (m *month) add(subject, at string, data event.Data) {
	n := len(*m)
	*m = append(*m, event.Event{
		Company: "acme", Source: "test", Subject: subject, ID: fmt.Sprint("e", n), Type: event.TypeOf(data).Name, Zone: "Asia/Shanghai",
		Time: clock(at), AppendTime: clock(at).Add(time.Minute), Position: event.Position{Offset: int64(n)}, Data: data,
	})
}

// open opens an e-mail thread that somebody holds, or a conversation as it is changed.
func (m *month) open(subject, at, agent string, change ...func(*event.ConversationOpened)) {
	o := event.ConversationOpened{Channel: event.ChannelEmail, Team: "express", Agent: agent}
	for _, c := range change {
		c(&o)
	}
	m.add(subject, at, o)
}

func chat(o *event.ConversationOpened)    { o.Channel = event.ChannelChat }
func inquiry(o *event.ConversationOpened) { o.Channel, o.Intent = event.ChannelTicket, "inquiry" }
func query(kind string) func(*event.ConversationOpened) {
	return func(o *event.ConversationOpened) {
		o.Channel, o.Intent, o.CustomerKind = event.ChannelTicket, "query", kind
	}
}

func (m *month) ask(subject, at string) { m.add(subject, at, event.MessageReceived{}) }

func (m *month) reply(subject, at, agent string) {
	m.add(subject, at, event.MessageSent{Author: event.AuthorAgent, Agent: agent})
}

func (m *month) assign(subject, at, agent string) {
	m.add(subject, at, event.ConversationAssigned{Agent: agent})
}

func (m *month) status(subject, at string, s event.Status) {
	m.add(subject, at, event.ConversationStatusChanged{Status: s})
}

// mail is a mail that is asked, and answered unless the time of the answer is "".
func (m *month) mail(subject, asked, answered, agent string) {
	m.open(subject, asked, agent)
	m.ask(subject, asked)
	if answered != "" {
		m.reply(subject, answered, agent)
	}
}

// facts folds the events, those of conversations that were merged together.
func (m month) facts() []turn.Facts {
	subjects := map[string][]event.Event{}
	for _, e := range m {
		subject := e.Subject
		if strings.HasPrefix(subject, "merged-") {
			subject = "merged"
		}
		subjects[subject] = append(subjects[subject], e)
	}
	var all []turn.Facts
	for _, subject := range slices.Sorted(maps.Keys(subjects)) {
		f, _ := turn.Fold(subjects[subject])
		all = append(all, f)
	}
	return all
}

var loadOffice = sync.OnceValues(func() (*calendar.Calendar, error) {
	return calendar.Load("cn-office", func(string) ([]byte, error) { return nil, fs.ErrNotExist })
})

func office(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := loadOffice()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// measure measures March 2024 by the Chinese office calendar and keeps all evidence.
func (m month) measure(t testing.TB, queries ...metric.Query) *metric.Period {
	t.Helper()
	return measureFacts(t, m.facts(), metric.Scope{Month: march, Calendar: office(t), Queries: queries, ExplainAll: true})
}

// measureFacts reads the roster and measures.
func measureFacts(t testing.TB, facts []turn.Facts, s metric.Scope) *metric.Period {
	t.Helper()
	s.Roster = roster.New()
	for _, f := range facts {
		if err := s.Roster.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	p := period(t, s)
	for _, f := range facts {
		if err := p.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func own(id string) metric.Query { return metric.Query{Metric: id} }

// with is a query by a metric's own settings, changed.
func with(id string, change func(*metric.Settings)) metric.Query {
	m, _ := metric.Find(id)
	s := m.Doc().Default
	change(&s)
	return metric.Query{Metric: id, Settings: s}
}

// shown writes evidence as "id date note", the bad marked.
func shown(all []metric.Evidence) []string {
	var lines []string
	for _, e := range all {
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s", e.ID, e.Date, e.Note))
		if e.Bad {
			line = "!" + line
		}
		lines = append(lines, line)
	}
	return lines
}
