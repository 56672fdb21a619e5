package policy

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Template is a sheet that people fill in: a check list for reviews, or the form of a card.
type Template struct {
	ID         string
	Title      document.Title
	Kind       TemplateKind
	SampleWhen *predicate.Predicate[rule.CallFacts] // of a check list: calls that are worth sampling; nil: none more than others
	Groups     []CheckGroup                         // of a check list
	Columns    []Column                             // of a form, which lists the policy's sections and items
	Signatures []document.Title                     // of a form: who signs
}

// TemplateKind says what a template is.
type TemplateKind string

// The kinds of templates.
const (
	Checklist TemplateKind = "checklist"
	Form      TemplateKind = "form"
)

// CheckGroup is checks under one heading.
type CheckGroup struct {
	Title  document.Title
	Checks []Term // what a reviewer ticks
}

// Column is a column of a form.
type Column string

// The columns of a form.
const (
	ColumnTitle  Column = "title"  // of the section and item
	ColumnRules  Column = "rules"  // in words
	ColumnPoints Column = "points" // the most that can be had
	ColumnGiven  Column = "given"
	ColumnRemark Column = "remark"
)

// Columns are all columns.
var Columns = []Column{ColumnTitle, ColumnRules, ColumnPoints, ColumnGiven, ColumnRemark}

func (r *reader) templates(o *document.Object) []Template {
	var templates []Template
	seen := document.Unique{}
	for _, n := range o.Optional("templates") {
		t := r.Object(n)
		seen.Check(t, "id")
		templates = append(templates, recall(r, &r.known.templates, n, func() Template { return r.template(t) }))
	}
	return templates
}

func (r *reader) template(o *document.Object) Template {
	t := Template{ID: o.ID("id"), Title: o.Title("title"), Kind: TemplateKind(o.OneOf("kind", string(Checklist), string(Form)))}
	switch t.Kind {
	case Checklist:
		if o.Has("sample_when") {
			t.SampleWhen = rule.ReadCallPredicate(o, "sample_when")
		}
		checks := document.Unique{}
		for _, n := range o.List("groups", 1) {
			t.Groups = append(t.Groups, r.checkGroup(n, checks))
		}
		r.done(o, "checklist")
	case Form:
		for _, n := range o.List("columns", 1) {
			t.Columns = append(t.Columns, Column(r.OneOf(n, "columns", document.Texts(Columns))))
		}
		for _, n := range o.Optional("signatures") {
			t.Signatures = append(t.Signatures, r.title(n))
		}
		r.done(o, "form")
	}
	return t
}

// checkGroup reads one group. The ids of checks are unique within the template, since reviews name them without the group.
func (r *reader) checkGroup(n *document.Node, seen document.Unique) CheckGroup {
	o := r.Object(n)
	g := CheckGroup{Title: o.Title("title")}
	for _, n := range o.List("checks", 1) {
		c := r.Object(n)
		seen.Check(c, "id")
		g.Checks = append(g.Checks, Term{c.ID("id"), c.Title("title")})
		r.done(c, "check")
	}
	r.done(o, "group")
	return g
}
