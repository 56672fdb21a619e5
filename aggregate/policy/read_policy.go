package policy

func (r *reader) policy(root *node) *Policy {
	o := r.object(root)
	p := &Policy{Name: o.id("name"), Title: o.title("title")}
	sections, items, decisions := unique{}, unique{}, unique{}
	for _, n := range o.list("sections", 1) {
		p.Sections = append(p.Sections, r.section(n, sections, items))
	}
	for _, n := range o.list("decisions", 0) {
		p.Decisions = append(p.Decisions, r.decision(n))
		decisions.check(r, r.object(n), "id")
	}
	o.done()
	return p
}

func (r *reader) section(n *node, seen, items unique) Section {
	o := r.object(n)
	s := Section{ID: o.id("id"), Title: o.title("title"), Points: o.points("points")}
	seen.check(r, o, "id")
	for _, n := range o.list("items", 1) {
		item := r.item(n, items)
		if item.Points > s.Points {
			r.problem(n.at, "item %q gives %s points, its section at most %s", item.ID, item.Points, s.Points)
		}
		s.Items = append(s.Items, item)
	}
	o.done()
	return s
}

func (r *reader) item(n *node, seen unique) Item {
	o := r.object(n)
	item := Item{ID: o.id("id"), Title: o.title("title"), Points: o.points("points")}
	seen.check(r, o, "id")
	if rule := o.object("rule"); rule != nil {
		item.Rule = r.rule(rule)
	}
	if item.Rule != nil && item.Rule.Most() > item.Points {
		r.problem(n.at, "item %q gives at most %s points, its rule %s", item.ID, item.Points, item.Rule.Most())
	}
	o.done()
	return item
}
