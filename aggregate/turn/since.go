package turn

import (
	"sort"
	"time"
)

// since returns the place of the first of a list in order of time that is at an instant or later, the list's length when
// none is. A chat may go on for years: a clock that read the whole of it for each of its turns would take minutes.
func since[T any](list []T, at time.Time, when func(*T) time.Time) int {
	return sort.Search(len(list), func(i int) bool { return !when(&list[i]).Before(at) })
}

// after is [since] without the instant itself.
func after[T any](list []T, at time.Time, when func(*T) time.Time) int {
	return since(list, at.Add(1), when)
}

func (o *Origin) time() time.Time       { return o.Time }
func (a *Assignment) time() time.Time   { return a.From }
func (k *Contact) time() time.Time      { return k.Time }
func (s *StatusChange) time() time.Time { return s.Time }
func (p *Promise) time() time.Time      { return p.Time }
func (f *FollowedUp) time() time.Time   { return f.Time }
