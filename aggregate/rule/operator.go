package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Operator compares a value with a bound.
type Operator string

// The operators.
const (
	AtLeast Operator = ">="
	Above   Operator = ">"
	Rest    Operator = "" // takes what no bound before it took
)

// Bound is one step of a ladder that is read from the top: the first bound that a value reaches is its own.
type Bound struct {
	Operator Operator
	Value    amount.Ratio // unused by a rest
}

// Reached reports whether the value is in the step, if in none before it.
func (b Bound) Reached(v amount.Ratio) bool {
	switch b.Operator {
	case AtLeast:
		return v.Cmp(b.Value) >= 0
	case Above:
		return v.Cmp(b.Value) > 0
	case Rest:
	}
	return true
}

// Below reports whether a value can miss the bound before and still reach b.
func (b Bound) Below(before Bound) bool {
	c := b.Value.Cmp(before.Value)
	return c < 0 || c == 0 && before.Operator == Above && b.Operator == AtLeast
}

// ReadLadder reads the bounds of a list whose members are read by read: only the last is a rest, and no step may be out
// of reach behind the one before it.
func ReadLadder(o *document.Object, key string, least int, read func(*document.Object) (name string, b Bound)) {
	nodes := o.List(key, least)
	var before Bound
	for i, n := range nodes {
		member := o.Reader.Object(n)
		name, b := read(member)
		member.Done()
		last := i == len(nodes)-1
		switch {
		case last && b.Operator != Rest:
			o.Reader.Problem(n.At, "%q: the last of them takes what is left and has no bound", name)
		case !last && b.Operator == Rest:
			o.Reader.Problem(n.At, "%q: only the last of them has no bound", name)
		case !last && i > 0 && !b.Below(before):
			o.Reader.Problem(n.At, "%q: nobody can reach it, the one before it begins no higher", name)
		}
		before = b
	}
}

// ReadBound reads the bound of a member: its operator and its value; neither of them makes it the rest.
func ReadBound(o *document.Object, key string, value func(*document.Object, string) amount.Ratio) Bound {
	if !o.Has("operator") && !o.Has(key) {
		return Bound{Value: amount.Ratio{Num: 0, Den: 1}}
	}
	return Bound{Operator(o.OneOf("operator", string(AtLeast), string(Above))), value(o, key)}
}

// Percent reads a percentage.
func Percent(o *document.Object, key string) amount.Ratio { return o.Percent(key) }

// Points reads points as a ratio: 90 is 90/1.
func Points(o *document.Object, key string) amount.Ratio {
	return amount.Ratio{Num: int64(o.Points(key)), Den: 100}
}
