package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// health judges by progress: a partition with records to read and nothing committed for a while is unhealthy, however
// alive the process looks.
type health struct {
	stuckAfter time.Duration
	now        func() time.Time

	mu         sync.Mutex // guards what follows and everything in partitions
	partitions map[event.Partition]*progress
	member     bool      // of the consumer group
	changed    time.Time // when member last changed
}

func newHealth(stuckAfter time.Duration, now func() time.Time) *health {
	return &health{stuckAfter: stuckAfter, now: now, changed: now(), partitions: make(map[event.Partition]*progress)}
}

// progress is what a worker tells of itself. Its fields are guarded by the health's mutex.
type progress struct {
	h        *health
	moved    time.Time // when more was last committed, or there was nothing to do
	heard    time.Time // when the log last answered
	given    time.Time // when the partition was given up, zero while it is owned
	next     int64     // offset committed, -1 before it is known
	end      int64     // stable end of the log when it last answered
	last     int64     // end of the last applied range, -1 before it is known
	count    int64     // commits that moved
	halted   bool
	lastFail error
	search   search // how far the search for refused rows has come
}

// search is how far one for the refused rows of a range has come.
type search struct {
	of     event.Range
	rows   int // among which they are: fewer with each search that found some
	probes int // questions asked
}

// beyond reports whether it has come further than another one. The same search again, in a session that began again, is
// so only when it has asked more.
func (s search) beyond(other search) bool {
	return s.of != other.of || s.rows < other.rows || s.rows == other.rows && s.probes > other.probes
}

// joined notes whether this process is a member of the consumer group.
func (h *health) joined(is bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.member != is {
		h.member, h.changed = is, h.now()
	}
}

// open begins to watch a partition. What was known of it a moment ago stays: a group that rebalances all the time makes no
// progress either.
func (h *health) open(p event.Partition) *progress {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	s := &progress{h: h, moved: now, heard: now, next: -1, last: -1}
	if before, ok := h.partitions[p]; ok && now.Sub(before.given) < h.stuckAfter {
		s.moved, s.next, s.end = before.moved, before.next, before.end
	}
	h.partitions[p] = s
	return s
}

func (h *health) close(p event.Partition) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.partitions[p].given = h.now()
}

// check returns nil while all is well. A process that is out of its group joins again when all its partitions are let go;
// where one is not, that is why it is out.
func (h *health) check() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	var out error
	if away := now.Sub(h.changed); !h.member && away > h.stuckAfter {
		out = fmt.Errorf("not a member of the consumer group for %s", away.Round(time.Second))
	}
	var errs []error
	for p, s := range h.partitions {
		if !s.given.IsZero() {
			continue
		}
		err := s.check(now)
		if err == nil && out != nil {
			err = errors.New("not let go yet")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("partition %s: %w", p, err))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(append([]error{out}, errs...)...)
}

func (s *progress) check(now time.Time) error {
	after := s.h.stuckAfter
	switch {
	case s.halted:
		return fmt.Errorf("halted: %w", s.lastFail)
	case now.Sub(s.heard) > after:
		return errors.Join(fmt.Errorf("the log was last heard of %s ago", now.Sub(s.heard).Round(time.Second)), s.lastFail)
	case s.end > s.next && now.Sub(s.moved) > after:
		return errors.Join(fmt.Errorf("%d offsets to read and nothing committed for %s", s.end-s.next,
			now.Sub(s.moved).Round(time.Second)), s.lastFail)
	}
	return nil
}

// fetched notes an answer of the log.
func (s *progress) fetched(end int64) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.heard, s.end = s.h.now(), end
	if s.next >= end {
		s.moved = s.heard
	}
}

// committed notes that everything before next is committed. Committing the same again is no progress.
func (s *progress) committed(next int64) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if next > s.next {
		s.next, s.moved = next, s.h.now()
		s.heard = s.moved
		s.count++
	}
}

// searched notes how far a search for refused rows has come. It commits nothing for minutes, and is progress all the same.
func (s *progress) searched(now search) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if now.beyond(s.search) {
		s.search, s.moved = now, s.h.now()
		s.heard = s.moved
	}
}

// found notes where a session finds the partition: the last applied offset, -1 if there is none, and the end of the log.
func (s *progress) found(last, end int64) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.last, s.end = last, end
}

func (s *progress) commits() int64 {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	return s.count
}

// recovered notes that a session has begun well.
func (s *progress) recovered() {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.heard, s.lastFail = s.h.now(), nil
}

// fail notes why a session ended.
func (s *progress) fail(err error, halted bool) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.lastFail, s.halted = err, halted
}

// applied notes an applied range and returns how it joins the one before: 0 without a gap, > 0 the offsets missing between
// the two, < 0 the offsets that both cover.
func (s *progress) applied(r event.Range) (gap int64) {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if s.last >= 0 {
		gap = r.First - s.last - 1
	}
	s.last = r.Last
	s.moved = s.h.now()
	s.heard = s.moved
	return gap
}
