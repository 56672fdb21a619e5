package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"

	"golang.org/x/sync/errgroup"
)

//go:embed block_insert.sql
var blockInsertSQL string

// ceiling is peer c: nothing is fetched, decoded or encoded, the blocks are there. Nobody who uses the same server and asks
// for the same safety can be faster.
type ceiling struct {
	blocks  []block
	inserts int // at once
	failed  *firstError
	work    *errgroup.Group
}

func (*ceiling) letter() string { return "c" }

// begin starts the inserts. The kernel sends the files by itself, so that the processor time is the server's.
func (c *ceiling) begin(ctx context.Context, t *turn) error {
	c.failed, c.work = new(firstError), new(errgroup.Group)
	next := make(chan block)
	c.work.Go(func() error {
		defer close(next)
		for _, b := range c.blocks {
			select {
			case next <- b:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	})
	for range c.inserts {
		c.work.Go(func() error {
			for b := range next {
				if err := b.insert(ctx, t); err != nil {
					c.failed.set(fmt.Errorf("insert %s: %w", b.token, err))
				}
			}
			return nil
		})
	}
	return nil
}

func (c *ceiling) done(ctx context.Context, t *turn) (int64, error) {
	if err := c.failed.get(); err != nil {
		return 0, err
	}
	return t.store.number(ctx, arrivedSQL)
}

func (c *ceiling) finish(*turn) error {
	_ = c.work.Wait() // what fails is in failed
	return c.failed.get()
}

// insert sends the block with the settings of ingest: one part of it, under its token, durable when it is acknowledged.
func (b block) insert(ctx context.Context, t *turn) error {
	file, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer file.Close()
	answer, err := t.post(ctx, t.name, blockInsertSQL, url.Values{
		"insert_deduplication_token": {b.token}, "insert_deduplicate": {"1"}, "async_insert": {"0"},
		"max_insert_block_size": {"1073741824"}, "min_insert_block_size_rows": {"0"}, "min_insert_block_size_bytes": {"0"},
	}, file, b.size)
	if err != nil {
		return err
	}
	return answer.Close()
}
