package clickhouse

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// sorter finds the order of the table `events` for the rows of a batch. The server need not sort a block that arrives
// sorted, and that saves it more than it costs us: only the distinct conversations are sorted by text, the rows are then
// counted into place.
type sorter struct {
	seed   maphash.Seed
	table  []int32        // open addressing: 1 + the number of a conversation, 0 where there is none
	hashes []uint32       // per conversation
	names  []conversation // distinct, by number
	groups []int32        // per row: the number of its conversation
	ranks  []ranked       // sorted by name
	starts []int32        // per number: where its rows begin
	order  []int32        // the result
}

// conversation is one of the conversations of a batch.
type conversation struct {
	company uint32 // place among the batch's companies
	subject []byte
}

// ranked is what is sorted of a conversation: sixteen bytes, for they are moved about.
type ranked struct {
	prefix  uint64 // eight bytes of the subject, as a number
	company uint32
	number  int32
}

func newSorter() *sorter { return &sorter{seed: maphash.MakeSeed()} }

// sort returns the indices of the rows by company, conversation, time, source, id and, for copies of one event, offset.
// The result is good until the next call.
func (s *sorter) sort(rows *event.Rows) []int32 {
	s.group(rows)
	s.rank(rows)
	s.place(rows.Len())
	for begin := 0; begin < len(s.order); {
		end := begin + 1
		for end < len(s.order) && s.groups[s.order[end]] == s.groups[s.order[begin]] {
			end++
		}
		if end-begin > 1 {
			inTime(rows, s.order[begin:end])
		}
		begin = end
	}
	clear(s.names) // so that a sorter in reserve keeps no batch alive
	return s.order
}

// group numbers the conversations.
func (s *sorter) group(rows *event.Rows) {
	size := 16
	for size < 2*rows.Len() {
		size *= 2
	}
	if len(s.table) < size {
		s.table = make([]int32, size)
	}
	table := s.table[:size]
	clear(table)
	s.names, s.hashes, s.groups = s.names[:0], s.hashes[:0], slices.Grow(s.groups[:0], rows.Len())[:rows.Len()]
	for i := range s.groups {
		company, subject := rows.Company.Keys[i], rows.Subject.At(i)
		hash := uint32(maphash.Bytes(s.seed, subject)) + company
		at := hash & uint32(size-1)
		for {
			number := table[at] - 1
			if number < 0 {
				number = int32(len(s.names))
				table[at] = number + 1
				s.names = append(s.names, conversation{company, subject})
				s.hashes = append(s.hashes, hash)
			} else if s.hashes[number] != hash || s.names[number].company != company || !bytes.Equal(s.names[number].subject, subject) {
				at = (at + 1) & uint32(size-1)
				continue
			}
			s.groups[i] = number
			break
		}
	}
}

// rank sorts the conversations by company and text.
func (s *sorter) rank(rows *event.Rows) {
	s.ranks = s.ranks[:0]
	for i := range s.names {
		s.ranks = append(s.ranks, ranked{company: s.names[i].company, number: int32(i)})
	}
	if companies := rows.Company.Values; len(companies) > 2 { // "" and another: a stream has one company
		slices.SortFunc(s.ranks, func(a, b ranked) int { return cmp.Compare(companies[a.company], companies[b.company]) })
	}
	for same := range runs(s.ranks, func(a, b ranked) bool { return a.company == b.company }) {
		s.rankTexts(same, 0)
	}
}

// rankTexts sorts conversations whose subjects are the same up to a place by the eight bytes there, and those that are
// still the same by the next eight. Ids begin alike and differ late: comparing them as texts goes to where each lies in
// memory every time, and takes three times as long.
func (s *sorter) rankTexts(ranks []ranked, from int) {
	if len(ranks) < 2 {
		return
	}
	longer := false
	for i := range ranks {
		var eight [8]byte
		if subject := s.names[ranks[i].number].subject; len(subject) > from {
			copy(eight[:], subject[from:])
			longer = longer || len(subject) > from+len(eight)
		}
		ranks[i].prefix = binary.BigEndian.Uint64(eight[:])
	}
	slices.SortFunc(ranks, func(a, b ranked) int { return cmp.Compare(a.prefix, b.prefix) })
	for same := range runs(ranks, func(a, b ranked) bool { return a.prefix == b.prefix }) {
		if longer {
			s.rankTexts(same, from+8)
		} else { // they differ in how many zeros they end with
			slices.SortFunc(same, func(a, b ranked) int {
				return cmp.Compare(len(s.names[a.number].subject), len(s.names[b.number].subject))
			})
		}
	}
}

// runs returns the parts of a list whose members are the same as their neighbours.
func runs(list []ranked, same func(a, b ranked) bool) iter.Seq[[]ranked] {
	return func(yield func([]ranked) bool) {
		for begin := 0; begin < len(list); {
			end := begin + 1
			for end < len(list) && same(list[end-1], list[end]) {
				end++
			}
			if !yield(list[begin:end]) {
				return
			}
			begin = end
		}
	}
}

// place counts the rows of each conversation, then puts them where it begins, in order of arrival.
func (s *sorter) place(rows int) {
	s.starts = append(s.starts[:0], make([]int32, len(s.names))...)
	for _, n := range s.groups {
		s.starts[n]++
	}
	next := int32(0)
	for _, r := range s.ranks {
		n := r.number
		s.starts[n], next = next, next+s.starts[n]
	}
	s.order = slices.Grow(s.order[:0], rows)[:rows]
	for i, n := range s.groups {
		s.order[s.starts[n]] = int32(i)
		s.starts[n]++
	}
}

// inTime sorts rows of one conversation. They have mostly come in order already.
func inTime(rows *event.Rows, order []int32) {
	inOrder := true
	for i := 1; i < len(order) && inOrder; i++ {
		a, b := order[i-1], order[i]
		inOrder = rows.Time[a] < rows.Time[b] || compareInConversation(rows, a, b) < 0
	}
	if !inOrder {
		slices.SortFunc(order, func(a, b int32) int { return compareInConversation(rows, a, b) })
	}
}

func compareInConversation(r *event.Rows, a, b int32) int {
	if c := cmp.Compare(r.Time[a], r.Time[b]); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(r.Source.At(int(a)), r.Source.At(int(b))), bytes.Compare(r.ID.At(int(a)), r.ID.At(int(b))),
		cmp.Compare(r.Offset[a], r.Offset[b]))
}
