package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// reader turns a tree into a policy and collects everything that is wrong, so that one run tells all of it.
type reader struct {
	problems []Problem
}

func (r *reader) problem(at Position, format string, args ...any) {
	p := Problem{at, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

// object is an object being read. It remembers which keys were asked for: the others are unknown.
type object struct {
	r     *reader
	n     *node
	asked []string
}

func (r *reader) object(n *node) *object {
	if n.kind != kindObject {
		r.problem(n.at, "want %s, found %s", kindObject, n.kind)
		n = &node{kind: kindObject, at: n.at}
		return &object{r: &reader{}, n: n} // what is missing in it is no further problem
	}
	return &object{r: r, n: n}
}

// done reports the keys that nobody asked for.
func (o *object) done() {
	for _, e := range o.n.entries {
		if !slices.Contains(o.asked, e.key) {
			o.r.problem(e.at, "unknown key %q%s", e.key, suggest(e.key, o.asked))
		}
	}
}

// get returns the value of an optional key, or nil.
func (o *object) get(key string) *node {
	if !slices.Contains(o.asked, key) {
		o.asked = append(o.asked, key)
	}
	if e := o.n.entry(key); e != nil {
		return e.value
	}
	return nil
}

// want returns the value of a required key when it is of the kind, or nil.
func (o *object) want(key string, k kind) *node {
	v := o.get(key)
	switch {
	case v == nil:
		o.r.problem(o.n.at, "key %q is missing", key)
		return nil
	case v.kind != k:
		o.r.problem(v.at, "%s: want %s, found %s", key, k, v.kind)
		return nil
	}
	return v
}

// text returns a text that is not empty.
func (o *object) text(key string) string {
	v := o.want(key, kindText)
	switch {
	case v == nil:
		return ""
	case strings.TrimSpace(v.text) == "":
		o.r.problem(v.at, "%s: the text is empty", key)
	}
	return v.text
}

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	tierPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)
)

// id returns a name that a path and a command line can hold.
func (o *object) id(key string) string {
	return o.matching(key, idPattern, "small letters, digits and '-'")
}

func (o *object) matching(key string, pattern *regexp.Regexp, want string) string {
	v := o.want(key, kindText)
	if v == nil {
		return ""
	}
	if !pattern.MatchString(v.text) {
		o.r.problem(v.at, "%s: %q: want a letter, then %s", key, v.text, want)
	}
	return v.text
}

// oneOf returns a text that must be one of the known ones.
func (o *object) oneOf(key string, known ...string) string {
	if v := o.want(key, kindText); v != nil {
		return o.r.oneOf(v, key, known)
	}
	return ""
}

func (r *reader) oneOf(v *node, what string, known []string) string {
	if v.kind != kindText || !slices.Contains(known, v.text) {
		r.problem(v.at, "%s: %q%s; want one of %s", what, v.text, suggest(v.text, known), strings.Join(known, ", "))
	}
	return v.text
}

func (o *object) title(key string) metric.Title {
	t := o.object(key)
	if t == nil {
		return metric.Title{}
	}
	title := metric.Title{ZH: t.text("zh"), EN: t.text("en")}
	t.done()
	return title
}

// object returns the object at a required key, or nil.
func (o *object) object(key string) *object {
	v := o.want(key, kindObject)
	if v == nil {
		return nil
	}
	return o.r.object(v)
}

// list returns the members of the list at a required key.
func (o *object) list(key string, least int) []*node {
	v := o.want(key, kindList)
	if v == nil {
		return nil
	}
	if len(v.items) < least {
		o.r.problem(v.at, "%s: want at least %d, found %d", key, least, len(v.items))
	}
	return v.items
}

// maxNumber bounds points and percentages; the schema states the same.
const maxNumber = 100_000

func (o *object) points(key string) amount.Points {
	v := o.want(key, kindNumber)
	if v == nil {
		return 0
	}
	p, err := amount.ParsePoints(v.text)
	if err != nil || p < 0 || p > maxNumber*100 {
		o.r.problem(v.at, "%s: %s: want 0 to %d with at most two places", key, v.text, maxNumber)
	}
	return p
}

func (o *object) percent(key string) amount.Ratio {
	zero := amount.Ratio{Num: 0, Den: 1}
	v := o.want(key, kindNumber)
	if v == nil {
		return zero
	}
	p, err := amount.ParsePercent(v.text)
	if err != nil || p.Cmp(zero) < 0 || p.Cmp(amount.Ratio{Num: maxNumber, Den: 100}) > 0 {
		o.r.problem(v.at, "%s: %s: want 0 to %d with at most four places", key, v.text, maxNumber)
		return zero
	}
	return p
}

func (o *object) integer(key string, least, most int) int {
	v := o.want(key, kindNumber)
	if v == nil {
		return 0
	}
	n, err := strconv.Atoi(v.text)
	if err != nil || n < least || n > most {
		o.r.problem(v.at, "%s: %s: want a whole number from %d to %d", key, v.text, least, most)
	}
	return n
}

func (o *object) date(key string) calendar.Date {
	v := o.want(key, kindText)
	if v == nil {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(v.text)
	if err != nil {
		o.r.problem(v.at, "%s: %v", key, err)
	}
	return d
}

// unique tells names that were used before.
type unique map[string]Position

func (u unique) check(r *reader, o *object, key string) {
	v := o.get(key)
	if v == nil || v.kind != kindText {
		return
	}
	if first, ok := u[v.text]; ok {
		r.problem(v.at, "%s %q stands here twice, first in line %d", key, v.text, first.Line)
		return
	}
	u[v.text] = v.at
}
