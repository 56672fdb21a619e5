package embedded

import (
	"log/slog"
	"sync"
	"time"
)

// sayEvery is the pause between two lines about the same full disk.
const sayEvery = time.Minute

// lookEvery is the pause between two looks at a disk that nobody asked about.
const lookEvery = 5 * time.Second

// shortage tells a log that a disk is full, now and then while it is, and when it is not any more.
type shortage struct {
	logger     *slog.Logger
	full, over string // what this means, in the words of a log

	mu    sync.Mutex // guards what follows
	short bool
	said  time.Time
}

// tell notes how it is now.
func (s *shortage) tell(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil && time.Since(s.said) >= sayEvery:
		s.said = time.Now()
		s.logger.Error(s.full, "err", err)
	case err == nil && s.short:
		s.said = time.Time{}
		s.logger.Info(s.over)
	}
	s.short = err != nil
}

// watch looks at a disk until done is closed.
func (s *shortage) watch(done <-chan struct{}, dir string, reserve uint64) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		s.tell(needSpace(dir, reserve))
		select {
		case <-tick.C:
		case <-done:
			return
		}
	}
}
