package turn

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Merge says that conversation From went on as Into from its Time.
type Merge struct {
	Origin
	From, Into string
}

// merges is the standing merge of each conversation that was merged: the last word on where it went on. So every
// conversation goes on in at most one other, whatever was said before.
type merges map[subject]Merge

func mergesOf(events []*event.Event) merges {
	m := merges{}
	for _, e := range events {
		d, ok := e.Data.(event.ConversationMerged)
		if !ok || d.From == d.Into {
			continue
		}
		from := subject{e.Company, d.From}
		merge := Merge{originOf(e), d.From, d.Into}
		if old, ok := m[from]; !ok || merge.Supersedes(old.Origin) {
			m[from] = merge
		}
	}
	return m
}

// survivor returns the conversation as which s goes on in the end. In a circle, which no desk can mean, it is the one with
// the smallest id, so that all agree.
func (m merges) survivor(s subject) subject {
	path := []subject{s}
	for {
		merge, ok := m[s]
		if !ok {
			return s
		}
		s.id = merge.Into
		if i := slices.Index(path, s); i >= 0 {
			return smallest(path[i:])
		}
		path = append(path, s)
	}
}

func smallest(circle []subject) subject {
	return slices.MinFunc(circle, func(a, b subject) int { return cmp.Compare(a.id, b.id) })
}

// group is the events of conversations that are one.
type group struct {
	id      string
	members []string // sorted
	merges  []Merge  // in order
	events  []*event.Event
}

// groupsOf puts the events of merged conversations together, which keep their order.
func groupsOf(events []*event.Event) []group {
	if g, ok := single(events); ok {
		return []group{g}
	}
	m := mergesOf(events)
	at := map[subject]int{}
	var groups []group
	groupOf := func(s subject) *group {
		end := m.survivor(s)
		i, ok := at[end]
		if !ok {
			i = len(groups)
			at[end], groups = i, append(groups, group{id: end.id})
		}
		groups[i].join(s.id)
		return &groups[i]
	}
	for _, e := range events {
		g := groupOf(subjectOf(e))
		g.events = append(g.events, e)
	}
	for from, merge := range m {
		groupOf(subject{from.company, merge.Into})
		g := groupOf(from)
		g.merges = append(g.merges, merge)
	}
	for i := range groups {
		slices.Sort(groups[i].members)
		slices.SortFunc(groups[i].merges, func(a, b Merge) int { return a.Compare(b.Origin) })
	}
	return groups
}

func (g *group) join(id string) {
	if !slices.Contains(g.members, id) {
		g.members = append(g.members, id)
	}
}

// single recognizes what nearly every fold is: one conversation that was never merged.
func single(events []*event.Event) (group, bool) {
	s := subjectOf(events[0])
	for _, e := range events {
		if _, merged := e.Data.(event.ConversationMerged); merged || subjectOf(e) != s {
			return group{}, false
		}
	}
	return group{id: s.id, members: []string{s.id}, events: events}, true
}

// lead returns the member whose statuses are the conversation's: the one that goes on, or the first when none of its events
// were given.
func (g *group) lead() string {
	for _, e := range g.events {
		if e.Subject == g.id {
			return g.id
		}
	}
	return g.events[0].Subject
}
