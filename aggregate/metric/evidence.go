package metric

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Evidence is one event behind a value and the local date on which it counts.
type Evidence struct {
	turn.Origin
	Date calendar.Date
	Bad  bool   // it counted against the agent: a card shows these first
	Note string // what about it, "" where the event says it all
}

// Plain reports whether there is nothing to say about the event but that it counted, and not against anybody.
func (e *Evidence) Plain() bool { return !e.Bad && e.Note == "" }

// EvidenceList is what is behind a value.
type EvidenceList struct {
	Listed []Evidence // in order of date and time; of a brief period without what [Scope] leaves out
	Total  int        // how many there are, listed or not
}

// BriefEvidence is how many plain events a value lists in brief. Of more than these none is listed: a part of them, by
// whatever order, would explain nothing.
const BriefEvidence = 20

// Add appends another list; the order is then that of the lists.
func (l *EvidenceList) Add(other EvidenceList) {
	l.Listed, l.Total = append(l.Listed, other.Listed...), l.Total+other.Total
}

// Brief returns the list as it is read: all of it while it is short, else only what is not plain.
func (l EvidenceList) Brief() EvidenceList {
	if l.Total > BriefEvidence {
		l.Listed = withoutPlain(l.Listed)
	}
	return l
}

// EvidenceOf lists all that is given, in order.
func EvidenceOf(all ...Evidence) EvidenceList {
	slices.SortFunc(all, compareEvidence)
	return EvidenceList{all, len(all)}
}

// bounded leaves the plain events out where there are too many, listed or not.
func (l EvidenceList) bounded() EvidenceList {
	if l.Total <= BriefEvidence {
		return l
	}
	if rest := withoutPlain(l.Listed); l.Total-len(rest) > BriefEvidence {
		l.Listed = rest
	}
	return l
}

// withoutPlain returns a slice of its own that holds on to nothing else.
func withoutPlain(all []Evidence) []Evidence {
	var kept []Evidence
	for i := range all {
		if !all[i].Plain() {
			kept = append(kept, all[i])
		}
	}
	return kept
}

func compareEvidence(a, b Evidence) int {
	return cmp.Or(a.Date.Compare(b.Date), a.Compare(b.Origin))
}

// gathered is the evidence of a value while it comes in. In brief it holds no more than what counts against somebody, what
// has a note, and a few plain events: of a month of millions of calls this is what makes the difference.
type gathered struct {
	kept         []Evidence // in no order
	plain, total int
}

func (g *gathered) add(o *turn.Origin, date calendar.Date, bad bool, note string, brief bool) {
	g.total++
	if !bad && note == "" { // plain
		g.plain++
		if brief && g.plain > BriefEvidence {
			if g.plain == BriefEvidence+1 {
				g.kept = withoutPlain(g.kept)
			}
			return
		}
	}
	g.kept = append(g.kept, Evidence{o.Clone(), date, bad, note})
}

// list returns the evidence in order; of nothing gathered there is none.
func (g *gathered) list() EvidenceList {
	if g == nil {
		return EvidenceList{}
	}
	return EvidenceList{slices.SortedFunc(slices.Values(g.kept), compareEvidence), g.total}
}
