package metric

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// promises are the names of what an agreed time does.
var promises = map[turn.PromiseUse]string{turn.PromiseReplaces: "replaces", turn.PromiseEarlier: "earlier", turn.PromiseIgnored: "ignored"}

func readPromise(o *document.Object, s *Settings) {
	name := o.OneOf("promise", promises[turn.PromiseReplaces], promises[turn.PromiseEarlier], promises[turn.PromiseIgnored])
	for use, n := range promises {
		if n == name {
			s.Promise = use
		}
	}
}

// readTarget reads the one key of a target.
func readTarget(o *document.Object) turn.Target {
	var t turn.Target
	if o == nil {
		return t
	}
	if o.Has("wall") {
		t.Wall = duration(o, "wall", time.Millisecond)
	}
	if o.Has("working") {
		t.Working = duration(o, "working", time.Millisecond)
	}
	if o.Has("working_days") {
		t.WorkingDays = o.Integer("working_days", 1, 366)
	}
	o.Done()
	if len(o.Node.Entries) != 1 {
		o.Reader.Problem(o.Node.At, "target: want one of wall, working and working_days, found %d keys", len(o.Node.Entries))
	}
	return t
}

func readByKind(o *document.Object, s *Settings) {
	kinds := o.Object("by_kind")
	if kinds == nil {
		return
	}
	s.ByKind = map[string]turn.Target{}
	for _, e := range kinds.Node.Entries {
		if k := kinds.Object(e.Key); k != nil {
			s.ByKind[e.Key] = readTarget(k)
		}
	}
}

func targetText(t turn.Target) string {
	switch {
	case t.WorkingDays > 0:
		return "working_days:" + strconv.Itoa(t.WorkingDays)
	case t.Working > 0:
		return "working:" + t.Working.String()
	}
	return "wall:" + t.Wall.String()
}

func byKindText(s Settings) string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(s.ByKind)) {
		all = append(all, fmt.Sprintf("%q:%s", kind, targetText(s.ByKind[kind])))
	}
	return strings.Join(all, ",")
}

// working reports whether anything in the settings is measured in working time, for which a calendar is needed.
func (s Settings) working() bool {
	all := append(slices.Collect(maps.Values(s.ByKind)), s.Target)
	return s.Basis == WorkingTime || slices.ContainsFunc(all, func(t turn.Target) bool { return t.Working > 0 || t.WorkingDays > 0 })
}
