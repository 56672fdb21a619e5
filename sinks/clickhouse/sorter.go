package clickhouse

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// sorter finds the order of the table `events` for the rows of a batch. The server need not sort a block that arrives
// sorted, and that saves it more than it costs us: only the distinct conversations are sorted by text, the rows are then
// counted into place.
type sorter struct {
	number map[conversation]int32
	names  []conversation // distinct, by number
	groups []int32        // per row: the number of its conversation
	ranks  []int32        // numbers, sorted by name
	starts []int32        // per number: where its rows begin
	rows   []int32        // the result
}

type conversation struct{ company, subject string }

func (c conversation) compare(o conversation) int {
	return cmp.Or(cmp.Compare(c.company, o.company), cmp.Compare(c.subject, o.subject))
}

// sort returns the indices of the rows by company, conversation, time, source, id and, for copies of one event, offset.
// The result is good until the next call.
func (s *sorter) sort(rows []event.Row) []int32 {
	s.group(rows)
	s.ranks = s.ranks[:0]
	for n := range s.names {
		s.ranks = append(s.ranks, int32(n))
	}
	slices.SortFunc(s.ranks, func(a, b int32) int { return s.names[a].compare(s.names[b]) })
	s.place(rows)
	for begin := 0; begin < len(s.rows); {
		end := begin + 1
		for end < len(s.rows) && s.groups[s.rows[end]] == s.groups[s.rows[begin]] {
			end++
		}
		slices.SortFunc(s.rows[begin:end], func(a, b int32) int { return compareInConversation(&rows[a], &rows[b]) })
		begin = end
	}
	return s.rows
}

// group numbers the conversations.
func (s *sorter) group(rows []event.Row) {
	if s.number == nil {
		s.number = map[conversation]int32{}
	}
	s.names, s.groups = s.names[:0], s.groups[:0]
	for i := range rows {
		c := conversation{rows[i].Company, rows[i].Subject}
		n, ok := s.number[c]
		if !ok {
			n = int32(len(s.names))
			s.number[c] = n
			s.names = append(s.names, c)
		}
		s.groups = append(s.groups, n)
	}
}

// place counts the rows of each conversation, then puts them where it begins, in order of arrival.
func (s *sorter) place(rows []event.Row) {
	s.starts = append(s.starts[:0], make([]int32, len(s.names))...)
	for _, n := range s.groups {
		s.starts[n]++
	}
	next := int32(0)
	for _, n := range s.ranks {
		s.starts[n], next = next, next+s.starts[n]
	}
	s.rows = append(s.rows[:0], make([]int32, len(rows))...)
	for i, n := range s.groups {
		s.rows[s.starts[n]] = int32(i)
		s.starts[n]++
	}
}

func compareInConversation(a, b *event.Row) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Offset, b.Offset))
}

// forget drops the texts of the last batch.
func (s *sorter) forget() {
	clear(s.number)
	clear(s.names)
}
