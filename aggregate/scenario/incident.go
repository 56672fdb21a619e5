package scenario

import (
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// incident is something that went wrong, and what was said about it.
type incident struct {
	at       document.Position
	id       word
	subjects []word
	reported moment
	data     event.IncidentReported
	rulings  []ruling
}

type ruling struct {
	at       moment
	subjects []word // none: as reported
	data     event.IncidentRuled
}

// Times of day of what is said without one: whoever rules does so after the report.
const (
	reportTime = 10 * time.Hour
	rulingTime = 15 * time.Hour
)

func readIncident(a *args)  { a.incident(false) }
func readComplaint(a *args) { a.incident(true) }

func (a *args) incident(complaint bool) {
	s := &incident{at: a.line.at(), id: a.take("the name of an incident")}
	if w, ok := a.peek(); ok && !w.quoted && slices.Contains([]string{"about", "from", "reported"}, w.text) {
		a.fail(s.id.at, "a name or the agent is missing: want `%s NAME AGENT %s …`", a.line.words[0].text, w.text)
	}
	a.unique("incident", s.id)
	s.data.Agent = a.agent()
	told := false
	once := a.aboutIncident(s)
	once["reported"] = func() { s.reported, told = a.dateOrMoment(reportTime), true }
	for word, verdict := range map[string]event.Verdict{"upheld": event.Upheld, "rejected": event.VerdictRejected} {
		once[word] = func() { a.rulings(s, verdict) }
	}
	a.clauses(once, nil)
	switch {
	case a.failed:
		return
	case len(s.subjects) == 0:
		a.fail(s.at, "incident %q: want `about SUBJECT,…`", s.id.text)
	case complaint && s.data.Complainant == "":
		a.fail(s.at, "complaint %q: want `from customer`, `from colleague` or `from abroad`", s.id.text)
	case !told:
		a.fail(s.at, "incident %q: want `reported DATE`", s.id.text)
	}
	a.add(s)
}

// aboutIncident returns the clauses of a report.
func (a *args) aboutIncident(s *incident) clauses {
	d := &s.data
	criticised := func() { d.CriticizedOn = event.Date(a.plainDate().String()) }
	return clauses{
		"about": func() {
			s.subjects = a.list("subjects such as call-attitude,email")
		},
		"from": func() {
			d.Complainant = parsed(a, "customer, colleague or abroad", func(w string) (event.Complainant, bool) {
				switch c := event.Complainant(strings.TrimSuffix(w, "s")); c {
				case event.FromCustomer, event.FromColleague, event.FromAbroad:
					return c, true
				}
				return "", false
			})
		},
		"serious":      func() { d.Serious = true },
		"loss":         func() { d.LossMinor = a.loss() },
		"reputation":   func() { d.Reputation = true },
		"same-kind":    func() { d.SameKind = a.text("a key that mistakes of one kind share") },
		"criticised":   criticised,
		"criticized":   criticised,
		"on":           func() { d.Occurred = event.Date(a.plainDate().String()) },
		"conversation": func() { d.Conversation = a.toldConversation() },
	}
}

func (a *args) loss() *int64 {
	m := int64(a.money())
	if m < 0 {
		a.fail(a.line.at(), "loss: want no less than 0")
	}
	return &m
}

// rulings reads a verdict and those that replace it, to the end of the statement.
func (a *args) rulings(s *incident, verdict event.Verdict) {
	for !a.failed {
		r := ruling{at: a.dateOrMoment(rulingTime), data: event.IncidentRuled{Verdict: verdict, By: defaultHead}}
		a.ruling(&r)
		s.rulings = append(s.rulings, r)
		switch {
		case a.has("upheld"):
			verdict = event.Upheld
		case a.has("rejected"):
			verdict = event.VerdictRejected
		default:
			return
		}
	}
}

// ruling reads what a verdict says besides, up to the next verdict. Nothing is said twice: one of the two would be without
// effect.
func (a *args) ruling(r *ruling) {
	known := a.aboutRuling(r)
	names := keys(known)
	a.known = append(names, "upheld", "rejected")
	seen := map[string]bool{}
	for !a.failed {
		w, ok := a.peek()
		if !ok || !w.quoted && (w.text == "upheld" || w.text == "rejected") {
			return
		}
		subject := strings.TrimPrefix(w.text, "not-")
		read := known[w.text]
		if w.quoted {
			subject, read = "reason", func() { r.data.Reason = w.text }
		}
		switch {
		case read == nil:
			a.fail(w.at, "unknown word %q%s; a ruling may say: %s", w.text, document.Suggest(w.text, names), listed(names))
			return
		case seen[subject]:
			a.fail(w.at, "%q: the ruling says twice what it says of this (%s)", w.text, subject)
			return
		}
		seen[subject] = true
		a.next++
		read()
	}
}

// aboutRuling returns what a ruling may say.
func (a *args) aboutRuling(r *ruling) clauses {
	d := &r.data
	flag := func(at **bool, is bool) func() { return func() { *at = &is } }
	return clauses{
		"serious": flag(&d.Serious, true), "not-serious": flag(&d.Serious, false),
		"reputation": flag(&d.Reputation, true), "not-reputation": flag(&d.Reputation, false),
		"followed-up": flag(&d.FollowedUpInTime, true), "not-followed-up": flag(&d.FollowedUpInTime, false),
		"loss":  func() { d.LossMinor = a.loss() },
		"by":    func() { d.By = a.text("who ruled") },
		"about": func() { r.subjects = a.list("subjects such as call-attitude,email") },
	}
}

func (s *incident) emit(b *builder) {
	b.begin(s.at)
	reported := b.instant(s.reported)
	data := s.data
	data.Subjects = ids(b.policy.Vocabulary.Subjects, s.subjects)
	b.emit(reported, s.id.text, data)
	for _, r := range s.rulings {
		at := b.instant(r.at)
		if at.Before(reported) {
			b.problem(s.at, "incident %q was ruled on at %s, before it was reported at %s", s.id.text, describe(r.at), describe(s.reported))
		}
		ruled := r.data
		ruled.Subjects = ids(b.policy.Vocabulary.Subjects, r.subjects)
		b.emit(at, s.id.text, ruled)
	}
}
