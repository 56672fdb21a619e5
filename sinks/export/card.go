package export

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

//go:embed card.html
var cardHTML string

var cardPage = template.Must(template.New("card").Parse(cardHTML))

// Correction is what a card replaces: the one that was published.
type Correction struct {
	Published *closing.Result  // nil: there was no card
	Why       []document.Title // each line that changed, from what to what
}

// WriteCorrected is [WriteCard] for a card that an approved adjustment has made of one that was published: below the result
// stands what it was, and which lines changed.
func WriteCorrected(w io.Writer, c score.Card, was Correction, m Month) error {
	return writeCard(w, c, &was, m)
}

// WriteCard writes an agent's card as one page of HTML that needs nothing else, made to be printed on A4 in black and
// white: result, how it comes about, each section with its rules, what decided and what shows it, and who signs. All that
// the card says stands on it.
func WriteCard(w io.Writer, c score.Card, m Month) error { return writeCard(w, c, nil, m) }

func writeCard(w io.Writer, c score.Card, was *Correction, m Month) error {
	if err := m.check(); err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("card of %q: %w", c.Agent, err)
	}
	v := newCardView(&c, &m)
	v.Hash = hashOf(text)
	if was != nil {
		v.Corrected, v.Was, v.Changed = true, v.resultWords(was.Published), each(was.Why, v.in)
	}
	if err := cardPage.Execute(w, v); err != nil {
		return fmt.Errorf("card of %q: %w", c.Agent, err)
	}
	return nil
}

// cardView is what the page shows, in the words of its language.
type cardView struct {
	Lang
	Code               string // of the language, as browsers know it
	Title, Company     string
	Policy, PolicyName string
	Agent, Name, Team  string
	Month, Currency    string
	Grade, Total, Most string // grade and total are "" while something is missing
	Pay                string
	Draft              bool
	Corrected          bool     // another card was published
	Was                string   // what that came to
	Changed            []string // its lines that changed
	Why                []term
	Columns            []policy.Column
	Summary            []summaryView
	Missing            []lineView
	Sections           []sectionView
	Proposals          []score.Proposal
	Notes              []string
	Grading            []string // decisions that concern every card
	Decisions          []decisionView
	Signatures         []string
	Approved           string
	Published          string
	AppealUntil        string
	Facts              []fact
	Foot               template.CSS // on every page, as a string of the style sheet
	Hash               string
	policy             *policy.Policy
	titles             map[string]document.Title // of rules and streaks
}

// summaryView is a row of the form: a section or one of its items.
type summaryView struct {
	ID, Title string
	Item      bool
	Rules     []string // in words
	Of, Given string
}

// sectionView is a section with its lines.
type sectionView struct {
	ID, Title string
	Given, Of string
	Items     []itemView
	Whole     string // what acted on the section beyond its items, where these have points of their own; "" for nothing
}

// itemView is the lines of an item.
type itemView struct {
	Title, Given, Of string // Of is "" where it draws on the section
	Lines            []lineView
}

// lineView is a line and what is behind it.
type lineView struct {
	Rule, Title, Status, Text string
	Item                      string // what it belongs to, as people call it
	Points, Taken             string
	Small                     bool
	Claimed                   []namedRule
	Decisions                 []string
	Evidence                  []evidenceView
	EvidenceTotal             int
}

// shortList is how much evidence stays on one sheet of paper with its rule.
const shortList = 15

// Short reports whether the evidence is not to be cut by the end of a page.
func (l lineView) Short() bool { return len(l.Evidence) <= shortList }

type namedRule struct{ ID, Title string }

type evidenceView struct {
	Date, Source, Subject, ID, Note string
	Against                         bool
}

type decisionView struct{ Name, Question, Reading string }

// Word returns a word of the page.
func (v *cardView) Word(key string) string { return v.word(key) }

// In returns a title in the page's language.
func (v *cardView) In(t document.Title) string { return v.in(t) }

func newCardView(c *score.Card, m *Month) *cardView {
	l := m.lang()
	v := &cardView{
		Lang: l, Code: map[Lang]string{ZH: "zh-CN", EN: "en"}[l], Title: l.word("card.title"), Company: m.company(), Policy: l.in(m.Policy.Title), PolicyName: c.Policy,
		Agent: c.Agent, Name: c.Name, Team: c.Team, Month: c.Month.String(), Currency: m.Policy.Currency, Grade: c.Grade, Total: signed(c.Total), Most: most(c).String(), Pay: moneyText(c.Pay),
		Draft: m.Draft, Proposals: c.Proposals, Grading: c.Decisions, Approved: m.step(m.Approved), Published: m.step(m.Published), AppealUntil: m.instant(m.AppealUntil),
		Columns: []policy.Column{policy.ColumnTitle, policy.ColumnPoints, policy.ColumnGiven}, policy: m.Policy, titles: titlesOf(m.Policy, c),
	}
	for _, f := range m.facts() {
		if slices.Contains([]string{"policy.hash", "calendar", "decide", "run", "run.input", "run.result", "run.head"}, f.Key) && f.Value != "" {
			v.Facts = append(v.Facts, f)
		}
	}
	if i := slices.IndexFunc(m.Policy.Templates, func(t policy.Template) bool { return t.Kind == policy.Form }); i >= 0 {
		form := m.Policy.Templates[i]
		v.Title, v.Columns, v.Signatures = l.in(form.Title), form.Columns, each(form.Signatures, l.in)
	}
	v.Foot = cssString(v.foot())
	v.Notes = each(c.Notes, l.in)
	v.Why = why(c, m.Policy, l)
	v.sections(c)
	for i := range c.Missing {
		v.Missing = append(v.Missing, v.line(&c.Missing[i]))
	}
	v.decisions(c)
	return v
}

// resultWords says what a card came to.
func (v *cardView) resultWords(r *closing.Result) string {
	if r == nil {
		return v.Word("card.none")
	}
	total, grade, pay := signed(r.Total), r.Grade, moneyText(r.Pay)
	for _, text := range []*string{&total, &grade, &pay} {
		if *text == "" {
			*text = "—"
		}
	}
	return fmt.Sprintf("%s %s, %s %s, %s %s %s", v.Word("grade"), grade, v.Word("total"), total, v.Word("amount"), pay, v.Currency)
}

// most returns the points that the card's sections give together.
func most(c *score.Card) amount.Points {
	var sum amount.Points
	for _, s := range c.Sections {
		sum += s.Of
	}
	return sum
}

// foot says on every sheet of paper whose it is.
func (v *cardView) foot() string {
	parts := []string{v.Agent, v.Month}
	if v.Name != "" {
		parts = append([]string{v.Name}, parts...)
	}
	if v.Draft {
		parts = append(parts, v.Word("draft.mark"))
	}
	return strings.Join(parts, " · ")
}

// cssString writes a text as a string of a style sheet, where the template package would take it for an address. All but
// letters and digits is escaped by its number, so nothing can end the string.
func cssString(text string) template.CSS {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\%06x`, max(r, ' ')) // six digits need no space after them
		}
	}
	return template.CSS(`"` + b.String() + `"`)
}

// titlesOf returns what rules and streaks are called, as the policy and the card say.
func titlesOf(p *policy.Policy, c *score.Card) map[string]document.Title {
	titles := map[string]document.Title{}
	for _, s := range p.Streaks {
		titles[s.ID] = s.Title
	}
	for r := range p.Rules() {
		titles[r.Rule.ID] = r.Rule.Title
	}
	for _, l := range c.Lines {
		titles[l.Rule] = l.Title
	}
	return titles
}

// Rule returns a rule by its name, with what it is called.
func (v *cardView) Rule(id string) namedRule { return namedRule{id, v.in(v.titles[id])} }

// decisions lists each decision once that any part of the card names.
func (v *cardView) decisions(c *score.Card) {
	seen := map[string]bool{}
	add := func(names []string) {
		for _, name := range names {
			if !seen[name] {
				seen[name] = true
				v.Decisions = append(v.Decisions, v.decision(name))
			}
		}
	}
	for _, l := range c.Lines {
		add(l.Decisions)
	}
	add(c.Decisions)
}

func (v *cardView) decision(name string) decisionView {
	id, reading, _ := strings.Cut(name, "=")
	for _, d := range v.policy.Decisions {
		if r := d.Reading(reading); d.ID == id && r != nil {
			return decisionView{name, v.in(d.Question), v.in(r.Title)}
		}
	}
	return decisionView{Name: name}
}

// signed writes points with a minus that is as wide as a digit; "" for none.
func signed(p *amount.Points) string {
	return strings.Replace(pointsText(p), "-", "−", 1)
}
