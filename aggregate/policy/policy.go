// Package policy reads policies: files that say how a department assesses its people. A policy names sections, items and
// the rules by which they get points, grades and pay, the cycle of a month, and the decisions that were taken where its
// text is ambiguous; choosing another reading of a decision replaces parts of the policy and thereby what runs. No rule of
// a company is in this code.
package policy

import (
	"cmp"
	"iter"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Policy is a policy with a reading chosen for each of its decisions. It does not change.
type Policy struct {
	Name       string
	Title      document.Title
	Effective  calendar.Date   // the first day on which it holds
	Source     *document.Title // the text that it was made from, if it names one
	Calendar   string          // a shipped calendar's name, or a file
	Currency   string          // ISO 4217, such as "CNY"
	Vocabulary Vocabulary
	Incidents  Incidents
	Cycle      Cycle
	Sections   []Section
	Grades     []Grade // from the best down
	Pay        Pay
	Streaks    []Streak
	Uses       []document.Title // what else the results are for
	Templates  []Template
	Assumed    []string // paths of what the text leaves out
	Decisions  []Decision

	file    string
	root    *document.Node    // as the file has it
	applied *document.Node    // with the readings' patches
	choices map[string]string // decision id → reading id
	hash    string
	known   *known // complete: it does not change any more
}

// Section is a group of items with points of its own: it loses no more than these, and gives no more.
type Section struct {
	ID     string
	Title  document.Title
	Points amount.Points
	Order  Order
	Items  []Item
}

// Order says in which order deductions act on what is left of a section.
type Order string

// The orders. What happened at the same time acts in the order of the policy.
const (
	WipeOutsFirst Order = "wipe-outs-first" // wipe-outs and thresholds, then the others by time
	ByTime        Order = "by-time"
)

// Item is a scored line of a card.
type Item struct {
	ID     string // unique within the policy
	Title  document.Title
	Points *amount.Points // nil: it draws on the points of its section
	Cap    rule.Scope     // where its deductions end: at its own points, or at its section's
	Note   *document.Title
	Rules  []Rule
}

// Rule is one rule of an item.
type Rule struct {
	ID    string // unique within the policy
	Title document.Title
	Note  *document.Title
	When  string // its predicate as written, "" where it has none
	rule.Rule
}

// Placed is a rule and where it stands.
type Placed struct {
	Section *Section
	Item    *Item
	Rule    *Rule
}

// Path returns the place of the rule, such as "sections.attitude.items.attendance.rules.absence".
func (p Placed) Path() string { return p.ItemPath() + ".rules." + p.Rule.ID }

// ItemPath returns the place of the rule's item.
func (p Placed) ItemPath() string { return "sections." + p.Section.ID + ".items." + p.Item.ID }

// Bound returns the most points that the rule gives to one card, or takes from it in all: those of its item, or of the section
// where it takes from that.
func (p Placed) Bound() amount.Points {
	switch {
	case p.Rule.Gives() > 0:
		return p.Rule.Gives()
	case p.Item.Points != nil && p.Item.Cap == rule.OfItem && rule.ScopeOf(p.Rule.Rule) == rule.OfItem:
		return *p.Item.Points
	}
	return p.Section.Points
}

// Relieves reports whether a person may say, after an upheld appeal, that the rule takes or gives so many points in all.
func (p Placed) Relieves(points amount.Points) bool {
	return rule.TakesRelief(p.Rule.Rule) && points >= 0 && points <= p.Bound()
}

// Rules returns every rule in the order of the policy.
func (p *Policy) Rules() iter.Seq[Placed] {
	return func(yield func(Placed) bool) {
		for s := range p.Sections {
			section := &p.Sections[s]
			for i := range section.Items {
				item := &section.Items[i]
				for r := range item.Rules {
					if !yield(Placed{section, item, &item.Rules[r]}) {
						return
					}
				}
			}
		}
	}
}

// Queries returns what must be measured for the policy, each once, in the order of their keys.
func (p *Policy) Queries() []metric.Query {
	var queries []metric.Query
	for placed := range p.Rules() {
		queries = append(queries, placed.Rule.Queries()...)
	}
	slices.SortStableFunc(queries, func(a, b metric.Query) int { return cmp.Compare(a.Key(), b.Key()) })
	return slices.CompactFunc(queries, func(a, b metric.Query) bool { return a.Key() == b.Key() })
}

// Most returns the points that all sections give together.
func (p *Policy) Most() amount.Points {
	var most amount.Points
	for _, s := range p.Sections {
		most += s.Points
	}
	return most
}

// File returns the name of the file that the policy was read from.
func (p *Policy) File() string { return p.file }

// Hash identifies what runs: the SHA-256, in hex, of the policy with its readings applied. Comments, layout and the order
// of keys do not change it; every value does, and so does the choice of a reading.
func (p *Policy) Hash() string { return p.hash }
