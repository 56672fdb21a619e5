// Package rule is the catalogue of the kinds of rules by which a policy turns facts into points, one kind a file. A rule
// reads its parameters from the policy and says what it would take from or give to one person: claims. It owns all of its
// arithmetic, in exact ratios. Which claims stand, when several want the same incident or more than there is to take, is
// package score's.
package rule

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Rule is one rule of an item with its parameters.
type Rule interface {
	// Kind returns the name by which policies ask for it.
	Kind() string
	// Describe returns the rule as a sentence that a supervisor can read.
	Describe() document.Title
	// Gives returns the most points that it can give, 0 for a rule that only takes.
	Gives() amount.Points
	// Takes returns the most points that one claim of it can take, 0 for a rule that takes none.
	Takes() amount.Points
	// Queries returns what must be measured for it.
	Queries() []metric.Query
	// Claims returns what it says about one person, in a fixed order.
	Claims(*Person) ([]Claim, error)
}

// Context is what a rule's parameters are read in.
type Context struct {
	ID         string        // of the rule: manual scores and waivers name it
	Bound      amount.Points // the points of its item, or of the section where the item has none
	Section    amount.Points // the points of its section
	Vocabulary Vocabulary
}

// Vocabulary is the names that a company's events use, as the policy declares them.
type Vocabulary struct {
	Subjects, Findings, Leaves, Templates []string
	Customers, Duties                     []string // none: they are not declared, and may be any
}

// kind is how the parameters of a kind are read, and what its reference says.
type kind struct {
	doc  Doc
	read func(*document.Object, Context) Rule
}

// Doc is a kind's entry of the reference.
type Doc struct {
	Kind    string
	Title   document.Title
	Summary document.Title
	Keys    []Key
	Example string // a rule in YAML, as a policy writes it
}

// Key is one parameter of a kind.
type Key struct {
	Name     string
	Type     string // such as "points", "CEL over incident", "item or section"
	Required bool
	Doc      string
}

var kinds = map[string]kind{}

// register adds a kind at start-up.
func register(doc Doc, read func(*document.Object, Context) Rule) Doc {
	if _, ok := kinds[doc.Kind]; ok {
		panic(fmt.Sprintf("rule: kind %q registered twice", doc.Kind))
	}
	kinds[doc.Kind] = kind{doc, read}
	return doc
}

// Kinds returns the catalogue by name.
func Kinds() []Doc {
	var docs []Doc
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		docs = append(docs, kinds[name].doc)
	}
	return docs
}

// Read reads the kind of a rule and its parameters. It returns nil, with a problem noted, where the kind is unknown. The
// caller has read what every rule has, its id and title, and calls Done.
func Read(o *document.Object, c Context) Rule {
	name := o.OneOf("kind", slices.Sorted(maps.Keys(kinds))...)
	k, ok := kinds[name]
	if !ok {
		for _, e := range o.Node.Entries {
			o.Get(e.Key) // its keys cannot be known as long as its kind is not
		}
		return nil
	}
	checkCustomers(o, c.Vocabulary.Customers)
	return k.read(o, c)
}

// Competes reports whether the rule wants incidents for itself.
func Competes(r Rule) bool {
	switch r := r.(type) {
	case Deduction:
		return r.source.of == "incident"
	case RangedDeduction:
		return r.source.of == "incident"
	case WipeOut, CountThreshold, Escalation:
		return true
	}
	return false
}
