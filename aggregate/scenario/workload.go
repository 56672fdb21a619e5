package scenario

import (
	"cmp"
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// workload is a month of conversations of one kind with one agent, some of them late.
type workload struct {
	at       document.Position
	kind     workloadKind
	agent    string
	n, late  int
	customer word // the kind of customer
	data     event.ConversationOpened
}

// workloadKind says how the conversations of a workload go.
type workloadKind struct {
	name string
	days func(all []calendar.Date) []calendar.Date // on which they begin
	tell func(b *builder, w *workload, id string, opened time.Time, late bool)
}

// begins is when they begin after the shift does, and so many may do so at once.
const begins = time.Hour

// Times to an answer, in time and late: an e-mail is due after two hours of working time, an inquiry after 12 hours, a
// query after 48 hours or five working days.
const (
	mailAnswered, mailLate       = 30 * time.Minute, 4 * time.Hour
	inquiryAnswered, inquiryLate = 30 * time.Minute, 13 * time.Hour
	queryFollowed, queryLate     = 24 * time.Hour, 72 * time.Hour
	queryDaysLate                = 6 // working days
)

// A shopper's query has five working days; a direct customer's is an ordinary one.
const (
	kindDirect  = "direct"
	kindShopper = "shopper"
)

var (
	mails     = workloadKind{"mail", everyDay, answered(mailAnswered, mailLate)}
	inquiries = workloadKind{"inquiry", everyDay, answered(inquiryAnswered, inquiryLate)}
	followups = workloadKind{"query", firstHalf, followed}
)

func readMails(a *args) { a.workload(mails, event.ConversationOpened{Channel: event.ChannelEmail}) }

func readInquiries(a *args) {
	a.workload(inquiries, event.ConversationOpened{Channel: event.ChannelChat, Intent: intentInquiry})
}

func readFollowups(a *args) {
	a.workload(followups, event.ConversationOpened{Channel: event.ChannelTicket, Intent: intentQuery, CustomerKind: kindDirect})
}

func (a *args) workload(kind workloadKind, data event.ConversationOpened) {
	s := &workload{at: a.line.at(), kind: kind, agent: a.agent(), n: a.count(1), data: data}
	s.data.Agent = s.agent
	about := clauses{"late": func() { s.late = a.count(0) }}
	if data.Intent == intentQuery {
		about["kind"] = func() { s.customer = a.take("a kind of customer such as shopper") }
	}
	a.clauses(about, nil)
	if s.late > s.n {
		a.fail(s.at, "%d late of %d: want no more than there are", s.late, s.n)
	}
	a.add(s)
}

func everyDay(all []calendar.Date) []calendar.Date { return all }

// firstHalf leaves time for what begins to fall due in the same month.
func firstHalf(all []calendar.Date) []calendar.Date { return all[:(len(all)+1)/2] }

// emit spreads the conversations over working days; the last ones are the late ones.
func (s *workload) emit(b *builder) {
	days := s.kind.days(b.workingDays(b.s.people[s.agent]))
	if len(days) == 0 {
		b.problem(s.at, "there is no working day on which %s could have them", s.agent)
		return
	}
	b.begin(s.at)
	s.data.CustomerKind = cmp.Or(id(b.policy.Vocabulary.Customers, s.customer), s.data.CustomerKind)
	i := 0
	for d, n := range share(s.n, days) {
		start, _ := b.shift(d)
		s.data.Team = b.teamOn(s.agent, d)
		for range n {
			i++
			id := s.kind.name + "-" + strconv.Itoa(b.line) + "-" + strconv.Itoa(i)
			opened := start.Add(begins)
			b.emit(opened, id, s.data)
			s.kind.tell(b, s, id, opened, i > s.n-s.late)
		}
	}
}

// answered tells of a message and its answer.
func answered(intime, late time.Duration) func(*builder, *workload, string, time.Time, bool) {
	return func(b *builder, s *workload, id string, opened time.Time, isLate bool) {
		b.emit(opened, id, event.MessageReceived{})
		at := opened.Add(intime)
		if isLate {
			at = opened.Add(late)
		}
		b.emit(at, id, event.MessageSent{Author: event.AuthorAgent, Agent: s.agent})
	}
}

// followed tells of a query that staff opened and followed up with the concrete problem.
func followed(b *builder, s *workload, id string, opened time.Time, late bool) {
	at := opened.Add(queryFollowed)
	switch {
	case late && s.data.CustomerKind == kindShopper:
		end, ok := b.hours.AfterDays(opened, queryDaysLate)
		if !ok {
			b.problem(s.at, "the calendar has no %d working days after the month's first half", queryDaysLate)
		}
		at = end
	case late:
		at = opened.Add(queryLate)
	}
	b.emit(at, id, event.CaseFollowedUp{Agent: s.agent, Finding: event.FindingProblem})
}
