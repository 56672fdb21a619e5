package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// ceiling is peer c: nothing is fetched, decoded or encoded, the inserts of ingest are there and are sent again as they
// were. Nobody who uses the same server and asks for the same safety can be faster.
type ceiling struct {
	inserts []insert
	atOnce  int // how many are under way

	failed  firstError
	durable atomic.Int64 // rows that the server has acknowledged
	work    sync.WaitGroup
}

// atOnce are the numbers of inserts at a time that are tried.
var atOnce = []int{1, 2, 4}

func (*ceiling) letter() string { return "c" }

func (c *ceiling) String() string { return fmt.Sprintf("inserts at once: %d", c.atOnce) }

// begin logs in and starts the inserts.
func (c *ceiling) begin(ctx context.Context, t *turn) error {
	c.durable.Store(0)
	next := make(chan insert, len(c.inserts))
	for _, i := range c.inserts {
		next <- i
	}
	close(next)
	var all []*replayer
	for range c.atOnce {
		r, err := t.dialReplayer(ctx, c.inserts[0].hello)
		if err != nil {
			for _, open := range all {
				open.conn.Close()
			}
			return err
		}
		all = append(all, r)
	}
	for _, r := range all {
		c.work.Go(func() {
			defer r.conn.Close()
			c.failed.set(c.send(ctx, r, next))
		})
	}
	return nil
}

// send sends what is left, with others who do the same.
func (c *ceiling) send(ctx context.Context, r *replayer, next <-chan insert) error {
	for i := range next {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.send(i); err != nil {
			return fmt.Errorf("send an insert again: %w", err)
		}
		c.durable.Add(int64(i.rows))
	}
	return nil
}

func (c *ceiling) done(context.Context, *turn) (int64, error) {
	return c.durable.Load(), c.failed.get()
}

func (c *ceiling) finish(*turn) error {
	c.work.Wait()
	return c.failed.get()
}
