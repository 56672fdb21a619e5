package scenario

import (
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// expectation is a block of what one card must say.
type expectation struct {
	at    document.Position
	agent string
	under []Reading // tried besides the scenario's own

	parts     []wantPoints // sections and items
	lines     []wantLine
	missing   []wantName
	proposals []wantName
	total     *wantTotal
	grade     *wantName // "none" for no grade
	pay       *wantTotal
	all       int // line of the file that says that no other lines may be there, 0 when none does
}

// wantPoints is what must be left of a section or item.
type wantPoints struct {
	item   bool
	name   word
	points *amount.Points // nil: none, because something is missing
}

// wantTotal is a total or pay; nil for none.
type wantTotal struct {
	at    int
	cents *int64
}

// wantName is a name that must be there.
type wantName struct {
	at   int
	name word
}

// wantLine is a line that must be there.
type wantLine struct {
	at      document.Position
	rule    word
	status  score.Status
	points  *amount.Points // nominal
	taken   *amount.Points // in the end
	by      string         // rule that took the incident, "" when it does not matter
	wording *word          // nil when it does not matter
}

// readExpect reads the head of a block: `expect AGENT [under DECISION=READING …]`.
func readExpect(a *args) {
	e := &expectation{at: a.line.at(), agent: a.agent()}
	if a.has("under") {
		for more := true; more && !a.failed; _, more = a.peek() {
			r := parsed(a, "DECISION=READING", ParseReading)
			r.at = e.at
			e.under = append(e.under, r)
		}
	}
	a.end()
	a.p.expect = e // also if it failed, so that its lines are no further problems
	if !a.failed {
		a.p.s.expects = append(a.p.s.expects, e)
	}
}

// none stands for nothing.
const none = "none"

// expected reads a line of the block.
func (p *parser) expected(l *line) {
	name := l.words[0]
	if p.expect == nil {
		p.Problem(name.at, "an indented line that belongs to no `expect`: begin it at the left, or put an `expect AGENT` before")
		return
	}
	a := p.args(l)
	known := clauses{
		"section":  func() { p.expect.parts = append(p.expect.parts, a.wantPoints(false)) },
		"item":     func() { p.expect.parts = append(p.expect.parts, a.wantPoints(true)) },
		"line":     func() { p.expect.lines = append(p.expect.lines, a.wantLine()) },
		"lines":    func() { a.want("all"); p.expect.all = name.at.Line },
		"missing":  func() { p.expect.missing = append(p.expect.missing, a.wantName("a rule")) },
		"proposal": func() { p.expect.proposals = append(p.expect.proposals, a.wantName("a rule or a streak")) },
		"total":    func() { p.expect.total = a.wantTotal("total", p.expect.total) },
		"pay":      func() { p.expect.pay = a.wantTotal("pay", p.expect.pay) },
		"grade": func() {
			if p.expect.grade != nil {
				a.fail(name.at, "%q stands here twice", name.text)
			}
			g := a.wantName("a grade, or none")
			p.expect.grade = &g
		},
	}
	read := known[strings.TrimRight(name.text, ":：")]
	if read == nil || name.quoted {
		p.Problem(name.at, "unknown word %q%s; a card may say: %s", name.text, document.Suggest(name.text, keys(known)), listed(keys(known)))
		return
	}
	read()
	a.end()
}

func (a *args) wantName(want string) wantName { return wantName{a.line.at().Line, a.take(want)} }

func (a *args) wantPoints(item bool) wantPoints {
	w := wantPoints{item: item, name: a.take("its id")}
	if !a.has(none) {
		points := a.points()
		w.points = &points
	}
	return w
}

func (a *args) wantTotal(name string, before *wantTotal) *wantTotal {
	if before != nil {
		a.fail(a.line.at(), "%q stands here twice, first in line %d", name, before.at)
	}
	w := &wantTotal{at: a.line.at().Line}
	switch {
	case a.has(none):
	case name == "pay":
		cents := int64(a.money())
		w.cents = &cents
	default:
		cents := int64(a.points())
		w.cents = &cents
	}
	return w
}

// states are the words for what became of a line.
var states = []score.Status{score.StatusGives, score.StatusTakes, score.StatusCounted, score.StatusNotReached, score.StatusShown,
	score.StatusMissing, score.StatusWaived, score.StatusProposal}

// wantLine reads `RULE STATUS [by RULE] [: wording]`, `RULE POINTS [takes POINTS] [: wording]`.
func (a *args) wantLine() wantLine {
	w := wantLine{at: a.line.at(), rule: a.take("a rule")}
	if p, ok := a.pointsHere(); ok {
		w.points, w.taken = &p, &p
		w.status = score.StatusGives
		if p < 0 {
			w.status = score.StatusTakes
		}
		for _, status := range []score.Status{score.StatusTakes, score.StatusGives} {
			if a.has(string(status)) {
				taken := a.points()
				w.status, w.taken = status, &taken
			}
		}
	} else {
		w.status = parsed(a, "points such as -3.00, or one of "+listed(document.Texts(states)), func(s string) (score.Status, bool) {
			return score.Status(s), slices.Contains(states, score.Status(s))
		})
		if p, ok := a.pointsHere(); ok {
			w.points = &p
		}
	}
	if a.has("by") {
		w.by = a.text("the rule that took it")
	}
	if a.has(wording) {
		text := a.take("the wording")
		w.wording = &text
	}
	return w
}

// pointsHere takes points if they follow.
func (a *args) pointsHere() (amount.Points, bool) {
	w, ok := a.peek()
	p, err := amount.ParsePoints(w.text)
	if !ok || err != nil || w.quoted {
		return 0, false
	}
	a.next++
	return p, true
}
