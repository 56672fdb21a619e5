package closing

import (
	"cmp"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// merging is the type of event that makes conversations one. It stands under each of the two.
const merging = "conversation.merged"

// groups are the conversations that were ever merged: those that belong together have one root. Only ids are kept.
type groups map[string]string

// root returns the conversation that stands for a group, which is the conversation itself where it was never merged.
func (g groups) root(id string) string {
	for {
		parent, ok := g[id]
		if !ok || parent == id {
			return id
		}
		if grand, ok := g[parent]; ok {
			g[id] = grand // halves the path for the next who asks
		}
		id = parent
	}
}

// join puts two conversations into one group, whose root is the smaller id whatever the order of the joins.
func (g groups) join(a, b string) {
	a, b = g.root(a), g.root(b)
	g[max(a, b)] = min(a, b)
	g[min(a, b)] = min(a, b)
}

// note joins what an event says was merged.
func (g groups) note(e *event.Event) {
	if m, ok := e.Data.(event.ConversationMerged); ok && m.From != m.Into {
		g.join(m.From, m.Into)
		g.join(e.Subject, m.Into)
	}
}

// batchSubjects is how many merged conversations are read at once.
const batchSubjects = 1000

// batches yields the members of the groups with one of the wanted roots: whole groups, together as many as are read at
// once, or one group that is larger.
func (g groups) batches(roots map[string]bool) [][]string {
	members := map[string][]string{}
	for id := range g {
		if root := g.root(id); roots[root] {
			members[root] = append(members[root], id)
		}
	}
	var all [][]string
	var batch []string
	for _, root := range slices.SortedFunc(maps.Keys(members), cmp.Compare) {
		if len(batch) > 0 && len(batch)+len(members[root]) > batchSubjects {
			all, batch = append(all, batch), nil
		}
		slices.Sort(members[root])
		batch = append(batch, members[root]...)
	}
	if len(batch) > 0 {
		all = append(all, batch)
	}
	return all
}
