package scenario

import (
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// review is what a reviewer found.
type review struct {
	at       document.Position
	agent    string
	on       calendar.Date // reviewDay of the month when not said
	period   calendar.Month
	template word // the policy's first when not said
	findings []word
	data     event.ReviewScored
}

// Reviews that do not say more.
const (
	reviewDay  = 20
	reviewTime = 16 * 60 // minutes since midnight
	defaultQA  = "qa"
)

func readReview(a *args) {
	s := &review{at: a.line.at(), agent: a.agent(), data: event.ReviewScored{Reviewer: defaultQA}}
	if a.hasDate() {
		s.on = a.readDate()
	}
	a.clauses(clauses{
		"period":       func() { s.period = a.month() },
		"template":     func() { s.template = a.take("a template") },
		"confirmed":    func() { s.data.Confirmed = true },
		"by":           func() { s.data.Reviewer = a.text("who reviewed") },
		"conversation": func() { s.data.Conversation = a.text("a conversation") },
		"recording":    func() { s.data.Recording = a.text("a recording") },
	}, clauses{
		"finding": func() {
			w := a.take("a finding such as contempt")
			s.findings = append(s.findings, w)
			s.data.Findings = append(s.data.Findings, a.foundAs(w.text))
		},
		"check": func() {
			c := event.ReviewCheck{Check: a.text("a check of the template")}
			if c.Met = a.has("met"); !c.Met {
				a.want("missed")
			}
			s.data.Checks = append(s.data.Checks, c)
		},
	})
	a.add(s)
}

// foundAs reads `[x2] [points 1.50] ["reason"]` of a finding.
func (a *args) foundAs(name string) event.ReviewFinding {
	f := event.ReviewFinding{Finding: name, Count: 1}
	if w, ok := a.peek(); ok && !w.quoted && (strings.HasPrefix(w.text, "x") || strings.HasPrefix(w.text, "×")) {
		f.Count = int64(parsed(a, "a number of times such as x2", parseTimes))
	}
	if a.has("points") {
		points := int64(a.points())
		f.PointsHundredths = &points
	}
	f.Reason = a.reason()
	return f
}

// parseTimes reads "x2" or "×2".
func parseTimes(s string) (int, bool) {
	digits, ok := strings.CutPrefix(s, "x")
	if !ok {
		digits, ok = strings.CutPrefix(s, "×")
	}
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n >= 1 && n <= maxCount
}

func (s *review) emit(b *builder) {
	b.begin(s.at)
	on, data := s.on, s.data
	if on == (calendar.Date{}) {
		on = calendar.Date{Year: b.s.Month.Year, Month: b.s.Month.Month, Day: reviewDay}
	}
	period := s.period
	if period == (calendar.Month{}) {
		period = b.s.Month
	}
	data.Period, data.Template = event.Month(period.String()), s.template.text
	if data.Template == "" {
		data.Template = b.template
	}
	b.emit(b.at(on, minutes(reviewTime)), s.agent, data)
}

// manual is a score or a comment.
type manual struct {
	agent string
	rule  word
	rule.Manual
}

// readScore reads `score AGENT RULE[/INCIDENT] POINTS [by NAME] ["reason"]`.
func readScore(a *args) {
	s := manual{agent: a.agent(), rule: a.take("a rule")}
	s.Points, s.By = a.points(), defaultHead
	a.judged(&s.By, &s.Reason)
	a.p.s.scores = append(a.p.s.scores, s)
}

// readComment reads `comment AGENT RULE "words" [by NAME]`.
func readComment(a *args) {
	s := manual{agent: a.agent(), rule: a.take("a rule")}
	s.Reason, s.By = a.text("a comment"), defaultHead
	none := ""
	a.judged(&s.By, &none)
	a.p.s.scores = append(a.p.s.scores, s)
}

// judged reads who said it and why, in either order.
func (a *args) judged(by, reason *string) {
	for !a.failed && a.next < len(a.line.words) {
		switch said := a.reason(); {
		case said != "" && *reason == "":
			*reason = said
		case a.has("by"):
			*by = a.text("who it was")
		default:
			a.end()
		}
	}
}

// waiver lets a card do without something.
type waiver struct {
	agent string
	rule  word
	rule.Waiver
}

// readWaive reads `waive AGENT RULE "reason" [by NAME]`.
func readWaive(a *args) {
	s := waiver{agent: a.agent(), rule: a.take("a rule")}
	s.By = defaultHead
	a.judged(&s.By, &s.Reason)
	if s.Reason == "" {
		a.fail(a.line.at(), "a waiver wants a reason in quotes")
	}
	a.p.s.waivers = append(a.p.s.waivers, s)
}

// past is the grade of an earlier month, "" for a month without assessment.
type past struct {
	at    document.Position
	agent string
	month calendar.Month
	grade word
}

// notAssessed is the grade of a month without assessment.
const notAssessed = "none"

// readHistory reads `history AGENT MONTH GRADE`.
func readHistory(a *args) {
	s := past{at: a.line.at(), agent: a.agent(), month: a.month(), grade: a.take("a grade, or none")}
	a.end()
	a.p.s.history = append(a.p.s.history, s)
}

func (s past) result() string {
	if s.grade.text == notAssessed {
		return ""
	}
	return s.grade.text
}
