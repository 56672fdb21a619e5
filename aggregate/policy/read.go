package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// reader reads a policy.
type reader struct {
	document.Reader
	known    *known
	names    rule.Vocabulary
	keys     map[string][]string // filled where it is not nil: the keys that were asked of each object of the language
	sections document.Unique
	items    document.Unique
	ruleIDs  document.Unique
}

// done ends an object of the language, of which the keys that nobody asked for are unknown.
func (r *reader) done(o *document.Object, object string) {
	if r.keys != nil {
		r.keys[object] = append(r.keys[object], o.Asked()...)
	}
	o.Done()
}

func (r *reader) policy(root *document.Node) *Policy {
	r.sections, r.items, r.ruleIDs = document.Unique{}, document.Unique{}, document.Unique{}
	o := r.Object(root)
	p := &Policy{
		Name: o.ID("name"), Title: o.Title("title"), Effective: date(o, "effective"), Source: optionalTitle(o, "source"),
		Calendar: r.calendar(o), Currency: document.Scalar(o, "currency", document.Text, parseCurrency),
		Vocabulary: r.vocabulary(o), Templates: r.templates(o),
	}
	r.names = p.Vocabulary.names(p.Templates)
	p.Incidents, p.Grades = r.incidents(o), r.grades(o)
	p.Cycle, p.Streaks, p.Pay = r.cycle(o, p.Grades), r.streaks(o, p.Grades), r.pay(o)
	for _, n := range o.List("sections", 1) {
		p.Sections = append(p.Sections, r.section(n))
	}
	for _, n := range o.Optional("uses") {
		p.Uses = append(p.Uses, r.title(n))
	}
	p.Assumed = r.assumed(o)
	p.Decisions = r.decisions(o)
	r.done(o, "policy")
	return p
}

func (r *reader) decisions(o *document.Object) []Decision {
	nodes := o.List("decisions", 0)
	if len(r.known.decisions) > 0 {
		return slices.Clone(r.known.decisions)
	}
	var decisions []Decision
	seen := document.Unique{}
	for _, n := range nodes {
		decisions = append(decisions, r.decision(n))
		seen.Check(r.Object(n), "id")
	}
	return decisions
}

func (r *reader) section(n *document.Node) Section {
	o := r.Object(n)
	s := Section{ID: o.ID("id"), Title: o.Title("title"), Points: o.Points("points"),
		Order: Order(o.OneOfOr("order", string(WipeOutsFirst), string(WipeOutsFirst), string(ByTime)))}
	r.sections.Check(o, "id")
	for _, n := range o.List("items", 1) {
		s.Items = append(s.Items, r.item(n, s.Points))
	}
	r.done(o, "section")
	return s
}

func (r *reader) item(n *document.Node, section amount.Points) Item {
	o := r.Object(n)
	item := Item{ID: o.ID("id"), Title: o.Title("title"), Note: optionalTitle(o, "note"),
		Cap: rule.Scope(o.OneOfOr("cap", string(rule.OfItem), string(rule.OfItem), string(rule.OfSection)))}
	r.items.Check(o, "id")
	c := rule.Context{Bound: section, Section: section, Vocabulary: r.names}
	if o.Has("points") {
		points := o.Points("points")
		item.Points, c.Bound = &points, points
		if points > section {
			r.Problem(n.At, "item %q gives %s points, its section at most %s", item.ID, points, section)
		}
	}
	var gives amount.Points
	for _, n := range o.List("rules", 1) {
		made := r.rule(n, c)
		if made.Rule != nil {
			gives += made.Gives()
		}
		item.Rules = append(item.Rules, made)
	}
	if gives > c.Bound {
		r.Problem(n.At, "item %q gives at most %s points, its rules %s", item.ID, c.Bound, gives)
	}
	r.done(o, "item")
	return item
}

func (r *reader) rule(n *document.Node, c rule.Context) Rule {
	o := r.Object(n)
	made := Rule{ID: o.ID("id"), Title: o.Title("title"), Note: optionalTitle(o, "note")}
	r.ruleIDs.Check(o, "id")
	if when := n.Entry("when"); when != nil {
		made.When = strings.TrimSpace(when.Value.Text)
	}
	c.ID = made.ID
	made.Rule = recall(r, &r.known.rules, ruleKey{n, c.Bound, c.Section, strings.Join(c.Vocabulary.Templates, " ")}, func() rule.Rule {
		read := rule.Read(o, c)
		o.Done()
		return read
	})
	return made
}

func date(o *document.Object, key string) calendar.Date {
	return document.Scalar(o, key, document.Text, calendar.ParseDate)
}

// optionalTitle returns the two names at an optional key, nil where it is absent.
func optionalTitle(o *document.Object, key string) *document.Title {
	if !o.Has(key) {
		return nil
	}
	title := o.Title(key)
	return &title
}

// title reads a member of a list of titles.
func (r *reader) title(n *document.Node) document.Title {
	o := r.Object(n)
	t := document.Title{ZH: o.Text("zh"), EN: o.Text("en")}
	o.Done()
	return t
}

func parseCurrency(s string) (string, error) {
	if len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", fmt.Errorf("%q: want the three letters of a currency, such as CNY", s)
	}
	return s, nil
}

// calendar reads the calendar's name, which must be a shipped one's if it is no file's.
func (r *reader) calendar(o *document.Object) string {
	ref := o.Text("calendar")
	if v := o.Get("calendar"); ref != "" && !document.IsPath(ref) && v != nil {
		if known := calendar.Shipped.Names(); !slices.Contains(known, ref) {
			r.Problem(v.At, "%v", &document.Unknown{What: "calendar", Name: ref, Known: known})
		}
	}
	return ref
}

// assumed reads the paths of what the text leaves out. Each must lead to something.
func (r *reader) assumed(o *document.Object) []string {
	var paths []string
	for _, n := range o.Optional("assumed") {
		if n.Kind != document.Text {
			r.Problem(n.At, "assumed: want the path of a value, found %s", n.Kind)
			continue
		}
		if _, err := o.Node.Find(n.Text); err != nil {
			r.Problem(n.At, "assumed: %v", err)
		}
		paths = append(paths, n.Text)
	}
	return paths
}
