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

func readPromise(o *document.Object) turn.PromiseUse {
	name := o.OneOf("promise", promises[turn.PromiseReplaces], promises[turn.PromiseEarlier], promises[turn.PromiseIgnored])
	for use, n := range promises {
		if n == name {
			return use
		}
	}
	return turn.PromiseReplaces // the name is none, which is told
}

// readTarget reads a target, which is all of its object.
func readTarget(o *document.Object) turn.Target {
	if o == nil {
		return turn.Target{}
	}
	t := readTargetKey(o)
	o.Done()
	return t
}

// readTargetKey reads the one key that a target is written by.
func readTargetKey(o *document.Object) turn.Target {
	var t turn.Target
	if o.Has("wall") {
		t.Wall = duration(o, "wall", time.Millisecond)
	}
	if o.Has("working") {
		t.Working = duration(o, "working", time.Millisecond)
	}
	if o.Has("working_days") {
		t.WorkingDays = o.Integer("working_days", 1, 366)
	}
	n := 0
	for _, key := range []string{"wall", "working", "working_days"} {
		if o.Has(key) {
			n++
		}
	}
	if n != 1 {
		o.Reader.Problem(o.Node.At, "target: want one of wall, working and working_days, found %d of them", n)
	}
	return t
}

func readByKind(o *document.Object, s *Settings) {
	kinds := o.Object("by_kind")
	if kinds == nil {
		return
	}
	s.ByKind = map[string]turn.KindTarget{}
	for _, e := range kinds.Node.Entries {
		if k := kinds.Object(e.Key); k != nil {
			s.ByKind[e.Key] = readKindTarget(k)
		}
	}
}

func readKindTarget(o *document.Object) turn.KindTarget {
	t := turn.KindTarget{Target: readTargetKey(o)}
	if o.Has("promise") {
		t.Promise = new(readPromise(o))
	}
	o.Done()
	return t
}

func targetText(t turn.Target) string {
	switch {
	case t.WorkingDays > 0:
		return "working_days:" + strconv.Itoa(t.WorkingDays)
	case t.Working > 0:
		return "working:" + durationText(t.Working)
	}
	return "wall:" + durationText(t.Wall)
}

// byKindText names a kind's own use of promises only where it differs from that of all: what asks for the same has one key.
func byKindText(s Settings) string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(s.ByKind)) {
		own := s.ByKind[kind]
		text := fmt.Sprintf("%q:%s", kind, targetText(own.Target))
		if own.Promise != nil && *own.Promise != s.Promise {
			text += "+promise:" + promises[*own.Promise]
		}
		all = append(all, text)
	}
	return strings.Join(all, ",")
}

// working reports whether anything in the settings is measured in working time, for which a calendar is needed.
func (s Settings) working() bool {
	all := append(slices.Collect(maps.Values(s.ByKind)), turn.KindTarget{Target: s.Target})
	return s.Basis == WorkingTime || slices.ContainsFunc(all, func(t turn.KindTarget) bool { return t.Working > 0 || t.WorkingDays > 0 })
}
