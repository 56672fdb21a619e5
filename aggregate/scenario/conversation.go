package scenario

import (
	"cmp"
	"strconv"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// conversation is one e-mail, inquiry or query, told step by step.
type conversation struct {
	at       document.Position
	id       string
	opened   moment
	data     event.ConversationOpened
	customer word              // the kind of customer
	kind     event.MessageKind // of the first message
	silent   bool              // it begins without a message: staff opened it
	steps    []step
	with     string // whose it is by what was told so far, "" for nobody
	answered bool   // the latest message was answered
}

// step is what happened next.
type step struct {
	at   moment
	make func(*builder) event.Data
}

// said makes a step whose data needs nothing else.
func said(at moment, data event.Data) step {
	return step{at, func(*builder) event.Data { return data }}
}

func readMail(a *args) { a.conversation("mail", event.ConversationOpened{Channel: event.ChannelEmail}) }

func readInquiry(a *args) {
	a.conversation("inquiry", event.ConversationOpened{Channel: event.ChannelChat, Intent: intentInquiry})
}

func readQuery(a *args) {
	a.conversation("query", event.ConversationOpened{Channel: event.ChannelTicket, Intent: intentQuery})
}

// The intents by which metrics tell conversations apart.
const (
	intentInquiry = "inquiry"
	intentQuery   = "query"
)

// conversation reads `[ID] DATE TIME [to AGENT]` and then what happened, in order.
func (a *args) conversation(name string, data event.ConversationOpened) {
	s := &conversation{at: a.line.at(), data: data, silent: data.Intent == intentQuery}
	s.id = name + "-" + strconv.Itoa(s.at.Line)
	if !a.hasDate() {
		id := a.take("an id or a date")
		a.unique("conversation", id)
		s.id = id.text
	}
	s.opened = a.moment()
	if a.has("to") {
		s.data.Agent = a.agentOrNobody()
		s.with = s.data.Agent
	}
	a.clauses(a.aboutConversation(s), a.happening(s))
	a.add(s)
}

// aboutConversation returns the clauses that say what kind of conversation it is.
func (a *args) aboutConversation(s *conversation) clauses {
	kind := func(k event.MessageKind) func() { return func() { s.kind = k } }
	return clauses{
		"spam": kind(event.KindSpam), "bounce": kind(event.KindBounce), "auto-reply": kind(event.KindAutoReply),
		"kind":     func() { s.customer = a.take("a kind of customer such as direct") },
		"team":     func() { s.data.Team = a.text("a team") },
		"customer": func() { s.data.Customer = a.text("a customer") },
		"channel": func() {
			s.data.Channel = parsed(a, "chat, email, phone or ticket", func(w string) (event.Channel, bool) {
				switch c := event.Channel(w); c {
				case event.ChannelChat, event.ChannelEmail, event.ChannelPhone, event.ChannelTicket:
					return c, true
				}
				return "", false
			})
		},
	}
}

// happening returns the clauses of what may happen to a conversation, as often as it did.
func (a *args) happening(s *conversation) clauses {
	then := func(at moment, data event.Data) { s.steps = append(s.steps, said(at, data)) }
	sent := func(author event.Author) func() {
		return func() {
			agent := a.whose(s)
			s.answered = true
			then(a.moment(), event.MessageSent{Author: author, Agent: agent})
		}
	}
	machine := func(author event.Author) func() {
		return func() { then(a.moment(), event.MessageSent{Author: author}) }
	}
	status := func(status event.Status) func() {
		return func() { then(a.moment(), event.ConversationStatusChanged{Status: status}) }
	}
	return clauses{
		"handed": func() {
			s.with = a.agentOrNobody()
			then(a.moment(), event.ConversationAssigned{Agent: s.with})
		},
		"answered": sent(event.AuthorAgent), "assisted": sent(event.AuthorAssisted),
		"auto": machine(event.AuthorAuto), "bot": machine(event.AuthorBot),
		"asked": func() {
			s.answered = false
			then(a.moment(), event.MessageReceived{})
		},
		"unanswered": func() { a.unanswered(s) },
		"pending":    status(event.StatusPending), "on-hold": status(event.StatusOnHold), "open": status(event.StatusOpen),
		"resolved": status(event.StatusResolved), "closed": status(event.StatusClosed),
		"promised": func() { a.promised(s) },
		"followed": func() {
			agent := a.whose(s)
			then(a.moment(), event.CaseFollowedUp{Agent: agent, Finding: a.finding()})
		},
		"rated": func() { a.rated(s) },
	}
}

// whose returns the agent that is named, else whose the conversation is.
func (a *args) whose(s *conversation) string {
	w, _ := a.peek()
	if _, clock := parseTime(w.text); !clock && !a.hasDate() {
		return a.agent()
	}
	if s.with == "" {
		a.failWant("an agent, as the conversation is nobody's,")
	}
	return s.with
}

// unanswered says at the end of the statement what is so without it.
func (a *args) unanswered(s *conversation) {
	if s.answered {
		a.fail(a.line.words[a.next-1].at, "unanswered: nothing was asked since the latest answer")
	}
	a.end()
}

// promised reads `promised DATE TIME [made [DATE] TIME] [by AGENT]`. A promise is made by whom the conversation is with, at
// once.
func (a *args) promised(s *conversation) {
	until := a.ahead()
	made, by := s.opened, s.data.Agent
	if a.has("made") || a.has("at") {
		made = a.moment()
	}
	if a.has("by") {
		by = a.agent()
	}
	if by == "" && !a.failed {
		a.failWant("who made the promise, `by AGENT`,")
	}
	s.steps = append(s.steps, step{made, func(b *builder) event.Data {
		return event.CasePromised{Until: *instant(b.instant(until)), By: by}
	}})
}

// finding reads what an entry of the list of open queries carries: the concrete problem, unless it says otherwise.
func (a *args) finding() event.Finding {
	switch {
	case a.has("empty"):
		return ""
	case a.has("urged-abroad"):
		return event.FindingUrgedAbroad
	}
	a.has("problem")
	return event.FindingProblem
}

// maxScale is the largest scale on which customers rate.
const maxScale = 100

// rated reads `rated SCORE of SCALE [DATE] TIME`.
func (a *args) rated(s *conversation) {
	score := a.count(0)
	a.want("of")
	scale := a.count(1)
	if score > scale || scale > maxScale {
		a.fail(a.line.at(), "rated %d of %d: want a score within a scale up to %d", score, scale, maxScale)
	}
	s.steps = append(s.steps, said(a.moment(), event.ConversationRated{Score: int64(score), OutOf: int64(scale)}))
}

func (s *conversation) emit(b *builder) {
	b.begin(s.at)
	opened := b.instant(s.opened)
	data := s.data
	data.CustomerKind = id(b.policy.Vocabulary.Customers, s.customer)
	data.Team = cmp.Or(data.Team, b.teamOn(data.Agent, s.opened.date))
	b.emit(opened, s.id, data)
	if !s.silent {
		b.emit(opened, s.id, event.MessageReceived{Kind: s.kind})
	}
	for _, step := range s.steps {
		at := b.instant(step.at)
		if at.Before(opened) {
			b.problem(s.at, "%s happened before the conversation began at %s", describe(step.at), describe(s.opened))
		}
		b.emit(at, s.id, step.make(b))
	}
}

func describe(m moment) string {
	return m.date.String() + " " + calendar.Clock(m.time.Minutes()).String()
}
