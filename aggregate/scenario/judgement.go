package scenario

import (
	"slices"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
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
	checks   []word
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
		"conversation": func() { s.data.Conversation = a.toldConversation() },
		"recording":    func() { s.data.Recording = a.text("a recording") },
	}, clauses{
		"finding": func() { a.found(s) },
		"check": func() {
			w := a.take("a check of the template")
			c := event.ReviewCheck{Check: w.text, Met: a.has("met")}
			if !c.Met {
				a.want("missed")
			}
			s.checks = append(s.checks, w)
			s.data.Checks = append(s.data.Checks, c)
		},
	})
	a.add(s)
}

// found reads findings separated by commas, each with what is said of it. Behind several in one word it could be of the last
// or of all.
func (a *args) found(s *review) {
	for more := true; more && !a.failed; more = a.goesOn() {
		names := a.names("a finding such as contempt")
		s.findings = append(s.findings, names...)
		for _, w := range names[1:] {
			s.data.Findings = append(s.data.Findings, event.ReviewFinding{Finding: w.text, Count: 1})
		}
		before := a.next
		s.data.Findings = append(s.data.Findings, a.foundAs(names[0].text))
		if len(names) > 1 && a.next > before {
			w := a.line.words[before]
			a.fail(w.at, "%q: of which finding? want `finding` before each", w.text)
		}
	}
}

// foundAs reads `[x2] [points 1.50] ["reason"]` of a finding.
func (a *args) foundAs(name string) event.ReviewFinding {
	f := event.ReviewFinding{Finding: name, Count: 1}
	if w, ok := a.peek(); ok && !w.quoted && isNumber(w.text) {
		a.failWant("x" + w.text + " for so many times, or `points " + w.text + "` for what the reviewer takes")
	}
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
	data.Findings = slices.Clone(data.Findings)
	for i := range data.Findings {
		data.Findings[i].Finding = id(b.policy.Vocabulary.Findings, s.findings[i])
	}
	data.Period, data.Template = event.Month(period.String()), s.template.text
	if data.Template == "" {
		data.Template = reviewTemplate(b.policy)
	}
	b.emit(b.at(on, minutes(reviewTime)), s.agent, data)
}

// manual is a score or a comment.
type manual struct {
	agent   string
	rule    word
	comment bool
	relief  bool           // by appeal: what the rule takes or gives in all
	of      *amount.Points // what it is out of, where that is said
	rule.Manual
}

// readScore reads `score AGENT RULE[/INCIDENT] POINTS [by NAME] ["reason"]`.
func readScore(a *args) {
	s := manual{agent: a.agent(), rule: a.take("a rule")}
	a.unique("score of "+s.agent+" under rule", s.rule)
	a.scored(&s)
	s.By = defaultHead
	a.judged(&s.By, &s.Reason)
	a.p.s.scores = append(a.p.s.scores, s)
}

// scored reads `7`, `7/8` or `7 of 8`.
func (a *args) scored(s *manual) {
	s.Points = parsed(a, "points such as 6 or 1.50", func(text string) (amount.Points, bool) {
		given, most, out := strings.Cut(text, "/")
		if out {
			of, err := amount.ParsePoints(most)
			if err != nil {
				return 0, false
			}
			s.of = &of
		}
		p, err := amount.ParsePoints(plain(given))
		return p, err == nil
	})
	if s.of == nil && a.has("of") {
		of := a.points()
		s.of = &of
	}
}

// readComment reads `comment AGENT RULE "words" [by NAME]`.
func readComment(a *args) {
	s := manual{agent: a.agent(), rule: a.take("a rule"), comment: true}
	a.unique("comment on "+s.agent+" under rule", s.rule)
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
	agent  string
	rule   word
	relief bool // by appeal: the rule takes nothing
	rule.Waiver
}

// readWaive reads `waive AGENT RULE "reason" [by NAME]`.
func readWaive(a *args) {
	s := waiver{agent: a.agent(), rule: a.take("a rule")}
	a.unique("waiver for "+s.agent+" of rule", s.rule)
	s.By = defaultHead
	a.judged(&s.By, &s.Reason)
	if s.Reason == "" {
		a.fail(a.line.at(), "a waiver wants a reason in quotes")
	}
	a.p.s.waivers = append(a.p.s.waivers, s)
}

// past is the grade of an earlier month, "" for a month without assessment.
type past struct {
	at    document.Position // of the month
	agent string
	month calendar.Month
	grade word
}

// notAssessed is the grade of a month without assessment.
const notAssessed = "none"

// readHistory reads `history AGENT MONTH GRADE`.
func readHistory(a *args) {
	s := past{agent: a.agent()}
	w, _ := a.peek()
	s.at, s.month = w.at, a.month()
	a.unique("history of "+s.agent+" in", w)
	s.grade = a.take("a grade, or none")
	a.end()
	a.p.s.history = append(a.p.s.history, s)
}

func (s past) result() string {
	if s.grade.text == notAssessed {
		return ""
	}
	return s.grade.text
}
