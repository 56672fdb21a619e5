package metric

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// ReadQuery reads a query from a policy: `metric`, and of the settings those that the policy sets; the metric's own hold
// for the others. A setting that the metric does not read is a problem, because somebody believes that it does something.
// Keys that are no settings are left to the caller.
func ReadQuery(o *document.Object) Query {
	id := o.OneOf("metric", slices.Sorted(maps.Keys(catalogue))...)
	e, ok := catalogue[id]
	s := e.doc.Default
	for _, setting := range settings {
		at := o.Node.Entry(setting.Key)
		switch {
		case !o.Has(setting.Key) || !ok: // of an unknown metric nobody knows what it reads
		case e.doc.reads(setting.Key):
			setting.read(o, &s)
		case len(e.doc.Settings) == 0:
			o.Reader.Problem(at.At, "metric %s reads no settings, so %q would change nothing", id, setting.Key)
		default:
			o.Reader.Problem(at.At, "metric %s does not read %q; it reads %s", id, setting.Key, strings.Join(e.doc.Settings, ", "))
		}
	}
	return Query{id, s}
}

// choice reads an enumeration.
func choice[T ~string](key string, field func(*Settings) *T, known ...T) func(*document.Object, *Settings) {
	return func(o *document.Object, s *Settings) { *field(s) = T(o.OneOf(key, document.Texts(known)...)) }
}

// list reads members of an enumeration, each once.
func list[T ~string](o *document.Object, key string, known []T) []T {
	var all []T
	for _, n := range o.List(key, 0) {
		v := T(o.Reader.OneOf(n, key, document.Texts(known)))
		if slices.Contains(all, v) {
			o.Reader.Problem(n.At, "%s: %q stands here twice", key, v)
		}
		all = append(all, v)
	}
	return all
}

// names reads names that are not ours, each once.
func names(o *document.Object, key string) []string {
	var all []string
	for _, n := range o.List(key, 0) {
		switch {
		case n.Kind != document.Text || strings.TrimSpace(n.Text) == "":
			o.Reader.Problem(n.At, "%s: want a name", key)
		case slices.Contains(all, n.Text):
			o.Reader.Problem(n.At, "%s: %q stands here twice", key, n.Text)
		}
		all = append(all, n.Text)
	}
	return all
}

func readDays(o *document.Object, s *Settings) {
	s.Days = list(o, "days", DaySources)
	if len(s.Days) == 0 {
		o.Reader.Problem(o.Get("days").At, "days: want at least one of %s", strings.Join(document.Texts(DaySources), ", "))
	}
}

func readWindow(o *document.Object, s *Settings) {
	w := o.Object("window")
	if w == nil {
		return
	}
	s.Window = Window{w.Integer("from", 0, 23), w.Integer("until", 1, 24)}
	if s.Window.Until <= s.Window.From {
		o.Reader.Problem(w.Node.At, "window: it ends at %d, before it begins at %d", s.Window.Until, s.Window.From)
	}
	w.Done()
}

// longest bounds durations; whoever means more has mistaken the unit.
const longest = 366 * 24 * time.Hour

func duration(o *document.Object, key string, least time.Duration) time.Duration {
	return document.Scalar(o, key, document.Text, func(s string) (time.Duration, error) { return parseDuration(s, least) })
}

// parseDuration reads a duration of whole milliseconds, which is what events count in.
func parseDuration(s string, least time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q: want a duration such as 30s, 10m or 12h", s)
	}
	if d < least || d > longest || d%time.Millisecond != 0 {
		return 0, fmt.Errorf("%s: want %v to %v in whole milliseconds", s, least, longest)
	}
	return d, nil
}
