package policy

import "github.com/deskpulse/deskpulse/aggregate/document"

func (r *reader) policy(root *document.Node) *Policy {
	o := r.Object(root)
	p := &Policy{Name: o.ID("name"), Title: o.Title("title")}
	sections, items, decisions := document.Unique{}, document.Unique{}, document.Unique{}
	for _, n := range o.List("sections", 1) {
		p.Sections = append(p.Sections, r.section(n, sections, items))
	}
	for _, n := range o.List("decisions", 0) {
		p.Decisions = append(p.Decisions, r.decision(n))
		decisions.Check(r.Object(n), "id")
	}
	o.Done()
	return p
}

func (r *reader) section(n *document.Node, seen, items document.Unique) Section {
	o := r.Object(n)
	s := Section{ID: o.ID("id"), Title: o.Title("title"), Points: o.Points("points")}
	seen.Check(o, "id")
	for _, n := range o.List("items", 1) {
		item := r.item(n, items)
		if item.Points > s.Points {
			r.Problem(n.At, "item %q gives %s points, its section at most %s", item.ID, item.Points, s.Points)
		}
		s.Items = append(s.Items, item)
	}
	o.Done()
	return s
}

func (r *reader) item(n *document.Node, seen document.Unique) Item {
	o := r.Object(n)
	item := Item{ID: o.ID("id"), Title: o.Title("title"), Points: o.Points("points")}
	seen.Check(o, "id")
	if rule := o.Object("rule"); rule != nil {
		item.Rule = r.rule(rule)
	}
	if item.Rule != nil && item.Rule.Most() > item.Points {
		r.Problem(n.At, "item %q gives at most %s points, its rule %s", item.ID, item.Points, item.Rule.Most())
	}
	o.Done()
	return item
}
