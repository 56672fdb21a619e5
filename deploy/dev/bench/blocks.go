package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

var (
	//go:embed ranges.sql
	rangesSQL string
	//go:embed block.sql
	blockSQL string
)

// block is an insert of ingest, encoded and kept in a file.
type block struct {
	path  string
	size  int64
	token string
}

// encode has ingest move the topic once and keeps each of its inserts as the bytes that ClickHouse takes: sorted, column
// by column.
func (w *world) encode(ctx context.Context) (blocks []block, err error) {
	err = w.turn(ctx, deskpulse{}, "bench_blocks", w.load, func(t *turn) error {
		blocks, err = t.export(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("encode the blocks of the ceiling: %w", err)
	}
	return blocks, nil
}

func (t *turn) export(ctx context.Context) (blocks []block, err error) {
	rows, err := t.store.Query(ctx, rangesSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var partition int32
		var first, last int64
		if err := rows.Scan(&partition, &first, &last); err != nil {
			return nil, err
		}
		b, err := t.exportBlock(ctx, partition, first, last)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b)
	}
	return blocks, rows.Err()
}

func (t *turn) exportBlock(ctx context.Context, partition int32, first, last int64) (b block, err error) {
	number := func(n int64) []string { return []string{strconv.FormatInt(n, 10)} }
	answer, err := t.post(ctx, t.name, blockSQL, url.Values{
		"param_partition": number(int64(partition)), "param_first": number(first), "param_last": number(last),
		// One block: what is sorted comes out in blocks of this size.
		"max_block_size": {"1000000000"},
	}, nil, 0)
	if err != nil {
		return b, err
	}
	defer answer.Close()
	b.token = fmt.Sprintf("%s/0/%d/%d-%d/events", t.topic, partition, first, last)
	b.path = filepath.Join(t.dir, fmt.Sprintf("block-%d-%d.native", partition, first))
	file, err := os.Create(b.path)
	if err != nil {
		return b, err
	}
	b.size, err = io.Copy(file, answer)
	return b, errors.Join(err, file.Close())
}
