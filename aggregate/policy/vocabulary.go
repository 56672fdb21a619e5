package policy

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Vocabulary is the names that the company's events use. Predicates and settings may speak of these only.
type Vocabulary struct {
	Subjects  []Term // what incidents are about
	Findings  []Term // of reviews
	Leaves    []Term // kinds of leave
	Customers []Term // kinds of customers
	Duties    []Term // kinds of work on the roster
}

// Term is one name and what people call it.
type Term struct {
	ID    string
	Title document.Title
}

func (r *reader) vocabulary(o *document.Object) Vocabulary {
	if !o.Has("vocabulary") {
		return Vocabulary{}
	}
	v := o.Object("vocabulary")
	if v == nil {
		return Vocabulary{}
	}
	all := Vocabulary{
		Subjects: r.terms(v, "subjects"), Findings: r.terms(v, "findings"), Leaves: r.terms(v, "leaves"),
		Customers: r.terms(v, "customers"), Duties: r.terms(v, "duties"),
	}
	r.done(v, "vocabulary")
	return all
}

func (r *reader) terms(o *document.Object, key string) []Term {
	var terms []Term
	seen := document.Unique{}
	for _, n := range o.Optional(key) {
		t := r.Object(n)
		seen.Check(t, "id")
		terms = append(terms, Term{t.ID("id"), t.Title("title")})
		r.done(t, "term")
	}
	return terms
}

// names returns what rules may speak of.
func (v Vocabulary) names(templates []Template) rule.Vocabulary {
	id := func(t Term) string { return t.ID }
	names := rule.Vocabulary{
		Subjects: document.IDs(v.Subjects, id), Findings: document.IDs(v.Findings, id), Leaves: document.IDs(v.Leaves, id),
		Customers: document.IDs(v.Customers, id), Duties: document.IDs(v.Duties, id),
	}
	for _, t := range templates {
		if t.Kind == Checklist {
			names.Templates = append(names.Templates, t.ID)
		}
	}
	return names
}

// Incidents says when and how an incident counts.
type Incidents struct {
	Month   IncidentMonth
	Counts  *predicate.Predicate[rule.IncidentFacts] // which incidents count at all
	Serious SeriousBy
	One     OneIncident
}

// IncidentMonth says in which month an incident counts.
type IncidentMonth string

// The months of an incident.
const (
	MonthOfRuling  IncidentMonth = "ruling"
	MonthOfReport  IncidentMonth = "report"
	MonthOfConduct IncidentMonth = "conduct"
)

// SeriousBy says whose word makes an incident serious.
type SeriousBy string

// The words that make an incident serious.
const (
	SeriousByRuling SeriousBy = "ruling"
	SeriousByReport SeriousBy = "report"
)

// OneIncident says what one incident costs that meets several rules.
type OneIncident string

// The costs of one incident.
const (
	HeaviestRule OneIncident = "heaviest" // the heaviest rule takes it, the others list it as already counted
	EveryRule    OneIncident = "every-rule"
)

func (r *reader) incidents(o *document.Object) Incidents {
	i := o.Object("incidents")
	if i == nil {
		return Incidents{}
	}
	return recall(r, &r.known.incidents, i.Node, func() Incidents { return r.incident(i) })
}

func (r *reader) incident(i *document.Object) Incidents {
	all := Incidents{
		Month:   IncidentMonth(i.OneOf("month", string(MonthOfRuling), string(MonthOfReport), string(MonthOfConduct))),
		Counts:  rule.ReadIncidentPredicate(i, "counts", r.names),
		Serious: SeriousBy(i.OneOfOr("serious", string(SeriousByRuling), string(SeriousByRuling), string(SeriousByReport))),
		One:     OneIncident(i.OneOf("one", string(HeaviestRule), string(EveryRule))),
	}
	r.done(i, "incidents")
	return all
}
