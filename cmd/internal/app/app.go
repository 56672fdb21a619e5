// Package app puts the parts together: one straight-line function for each thing that runs ([Up], [Ingest]) and one for
// each question that is asked ([Verify], [Measure]). Whatever is opened registers how it is closed; the last opened is
// closed first, each in bounded time.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// closers are the open resources of a running thing, in the order in which they were opened.
type closers struct {
	logger *slog.Logger
	open   []closer
}

type closer struct {
	name  string
	limit time.Duration
	close func(context.Context) error
}

// push registers how a resource is closed and how long that may take.
func (c *closers) push(name string, limit time.Duration, close func(context.Context) error) {
	c.open = append(c.open, closer{name, limit, close})
}

// close closes everything, the last opened first. What goes wrong is logged and does not keep the others open: an error
// here says nothing about what was asked for.
func (c *closers) close() {
	for len(c.open) > 0 {
		last := c.open[len(c.open)-1]
		c.open = c.open[:len(c.open)-1]
		if err := last.run(); err != nil {
			c.logger.Warn("closing", "part", last.name, "err", err)
		}
	}
}

// run closes one resource. The context is not the caller's: that one has ended, which is why everything is closed. A
// close that does not heed its context is left behind, so that it cannot keep the others open.
func (c closer) run() error {
	ctx, cancel := context.WithTimeout(context.Background(), c.limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.close(ctx) }()
	timer := time.NewTimer(c.limit + time.Second)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("not done after %v", c.limit)
	}
}
