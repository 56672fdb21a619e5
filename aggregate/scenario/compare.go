package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// comparison holds one block against one card.
type comparison struct {
	*Result
	e       *expectation
	card    *score.Card
	matched []bool // lines of the card that some line of the block means
}

func compareBlock(r *Result, e *expectation, cards []score.Card) {
	i := slices.IndexFunc(cards, func(c score.Card) bool { return c.Agent == e.agent })
	c := comparison{Result: r, e: e}
	if i < 0 {
		c.mismatch(e.at.Line, "a card", "none: "+e.agent+" was not there in the month")
		return
	}
	c.card, c.matched = &cards[i], make([]bool, len(cards[i].Lines))
	c.parts()
	c.lines()
	c.names()
	c.result()
	c.others()
}

func (c *comparison) mismatch(line int, want, got string) {
	if len(c.e.under) > 0 {
		got += " (under " + readingsText(c.e.under) + ")"
	}
	c.Mismatches = append(c.Mismatches, Mismatch{line, c.e.agent, want, got})
}

// differs notes a mismatch of two amounts, nil for none.
func (c *comparison) differs(line int, what string, want, got *int64) {
	if text(want) != text(got) {
		c.mismatch(line, what+" "+text(want), text(got))
	}
}

func text(cents *int64) string {
	if cents == nil {
		return none
	}
	return amount.Points(*cents).String()
}

func (c *comparison) parts() {
	for _, w := range c.e.parts {
		what, got := "section", c.section(w.name.text)
		if w.item {
			what, got = "item", c.item(w.name.text)
		}
		c.differs(w.name.at.Line, what+" "+w.name.text, (*int64)(w.points), got)
	}
}

func (c *comparison) section(id string) *int64 {
	for _, s := range c.card.Sections {
		if s.ID == id {
			return (*int64)(s.Points)
		}
	}
	return nil
}

func (c *comparison) item(id string) *int64 {
	for _, s := range c.card.Sections {
		for i := range s.Items {
			if s.Items[i].ID == id {
				return (*int64)(s.Items[i].Points)
			}
		}
	}
	return nil
}

// lines looks for each expected line: first those whose wording is right too, so that lines that differ in nothing else
// are told apart by it.
func (c *comparison) lines() {
	var open []*wantLine
	for i := range c.e.lines {
		if w := &c.e.lines[i]; w.wording == nil || !c.take(w, w.wording.text) {
			open = append(open, w)
		}
	}
	for _, w := range open {
		if i := c.find(w); i >= 0 {
			c.matched[i] = true
			c.reword(w, &c.card.Lines[i])
			continue
		}
		c.mismatch(w.at.Line, "line "+w.String(), c.instead(w.rule.text))
	}
}

// take matches a line that says exactly these words.
func (c *comparison) take(w *wantLine, words string) bool {
	for i := range c.card.Lines {
		l := &c.card.Lines[i]
		if !c.matched[i] && w.means(l) && (l.Text.ZH == words || l.Text.EN == words) {
			c.matched[i] = true
			return true
		}
	}
	return false
}

func (c *comparison) find(w *wantLine) int {
	for i := range c.card.Lines {
		if !c.matched[i] && w.means(&c.card.Lines[i]) {
			return i
		}
	}
	return -1
}

// reword notes that the wording has changed.
func (c *comparison) reword(w *wantLine, l *score.Line) {
	if w.wording == nil {
		return
	}
	is := inLanguageOf(w.wording.text, l.Text)
	c.mismatch(w.wording.at.Line, "the wording "+w.wording.text, is)
	c.rewordings[w.wording.at.Line] = is
}

// inLanguageOf returns the Chinese wording for a Chinese one, else the English.
func inLanguageOf(words string, t document.Title) string {
	if strings.IndexFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		return t.ZH
	}
	return t.EN
}

// means reports whether a card's line is the expected one, but for its wording.
func (w *wantLine) means(l *score.Line) bool {
	return w.rule.text == l.Rule && w.status == l.Status && (w.points == nil || *w.points == l.Points) &&
		(w.taken == nil || *w.taken == l.Taken) && (w.by == "" || w.by == strings.Join(l.ClaimedBy, ","))
}

// String returns the line as a scenario writes it.
func (w *wantLine) String() string {
	s := w.rule.text
	switch {
	case w.taken != nil:
		s += fmt.Sprintf(" %s %s %s", w.points, w.status, w.taken)
	case w.points != nil:
		s += fmt.Sprintf(" %s %s", w.status, w.points)
	default:
		s += " " + string(w.status)
	}
	if w.by != "" {
		s += " by " + w.by
	}
	return s
}

// written returns a card's line as a scenario writes it.
func written(l *score.Line) string {
	s := l.Rule
	switch l.Status {
	case score.StatusGives, score.StatusTakes:
		s += fmt.Sprintf(" %s %s %s", l.Points, l.Status, l.Taken)
	case score.StatusCounted, score.StatusNotReached:
		s += fmt.Sprintf(" %s %s", l.Status, l.Points)
	default:
		s += " " + string(l.Status)
	}
	if len(l.ClaimedBy) > 0 {
		s += " by " + strings.Join(l.ClaimedBy, ",")
	}
	return s + " : " + l.Text.EN
}

// instead returns what the card says of a rule that no line of the block means.
func (c *comparison) instead(rule string) string {
	var got []string
	for i := range c.card.Lines {
		if l := &c.card.Lines[i]; l.Rule == rule && !c.matched[i] {
			got = append(got, "line "+written(l))
		}
	}
	if len(got) == 0 {
		return "no such line"
	}
	return strings.Join(got, "; ")
}

// names looks for what must be missing or proposed.
func (c *comparison) names() {
	for _, w := range c.e.missing {
		c.named(w, "missing", score.StatusMissing, nil)
	}
	for _, w := range c.e.proposals {
		c.named(w, "proposal", score.StatusProposal, c.proposed())
	}
}

// proposed returns the streaks: proposals of rules have lines.
func (c *comparison) proposed() []string {
	var all []string
	for _, p := range c.card.Proposals {
		if !slices.ContainsFunc(c.card.Lines, func(l score.Line) bool { return l.Rule == p.Rule }) {
			all = append(all, p.Rule)
		}
	}
	return all
}

func (c *comparison) named(w wantName, what string, status score.Status, besides []string) {
	found := slices.Contains(besides, w.name.text)
	for i := range c.card.Lines {
		if l := &c.card.Lines[i]; l.Rule == w.name.text && l.Status == status {
			c.matched[i], found = true, true
		}
	}
	if !found {
		c.mismatch(w.at, what+" "+w.name.text, c.instead(w.name.text))
	}
}

func (c *comparison) result() {
	if w := c.e.total; w != nil {
		c.differs(w.at, "total", w.cents, (*int64)(c.card.Total))
	}
	if w := c.e.pay; w != nil {
		c.differs(w.at, "pay", w.cents, (*int64)(c.card.Pay))
	}
	if w := c.e.grade; w != nil {
		got := c.card.Grade
		if got == "" {
			got = none
		}
		if got != w.name.text {
			c.mismatch(w.at, "grade "+w.name.text, got)
		}
	}
}

// others names what the card says besides, where the block says that it says all.
func (c *comparison) others() {
	if c.e.all == 0 {
		return
	}
	for i := range c.card.Lines {
		if !c.matched[i] {
			c.mismatch(c.e.all, "no other line", "line "+written(&c.card.Lines[i]))
		}
	}
	for _, name := range c.proposed() {
		if !slices.ContainsFunc(c.e.proposals, func(w wantName) bool { return w.name.text == name }) {
			c.mismatch(c.e.all, "no other proposal", "proposal "+name)
		}
	}
}
