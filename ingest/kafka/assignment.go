package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Assignment is one partition of one generation of the group: everything a
// worker needs. Fetch may run in one goroutine at a time, the rest in several.
type Assignment struct {
	client     *Client
	group      string
	generation int32
	member     string
	partition  Partition
	fetcher    *Fetcher
	pulse      *pulse        // of the generation
	interval   time.Duration // for which a heartbeat counts
}

// Partition returns the partition that is assigned.
func (a *Assignment) Partition() Partition { return a.partition }

// Generation returns the number of the group's generation.
func (a *Assignment) Generation() int32 { return a.generation }

// Fetch asks once for the records from offset on; see Fetcher.Fetch.
func (a *Assignment) Fetch(ctx context.Context, offset int64) (*Fetched, error) {
	return a.fetcher.Fetch(ctx, offset)
}

// FetchWithin is Fetch with bounds on the wait and the size; see
// Fetcher.FetchWithin.
func (a *Assignment) FetchWithin(ctx context.Context, offset int64, wait time.Duration, most int) (*Fetched, error) {
	return a.fetcher.FetchWithin(ctx, offset, wait, most)
}

// TopicID returns the id of the topic as a UUID and binds Fetch to it, see
// Fetcher.TopicID. It may not run during a Fetch.
func (a *Assignment) TopicID(ctx context.Context) (string, error) {
	return a.fetcher.TopicID(ctx)
}

// Bounds returns the first offset in the log and the last stable offset.
func (a *Assignment) Bounds(ctx context.Context) (first, end int64, err error) {
	return a.client.Bounds(ctx, a.partition)
}

// Committed returns the group's committed offset and the metadata beside it. ok
// is false if there is none: nothing was ever committed, or it has expired.
func (a *Assignment) Committed(ctx context.Context) (offset int64, metadata string, ok bool, err error) {
	return a.client.Committed(ctx, a.group, a.partition)
}

// Commit stores the offset of the next record to read, and up to 4096 bytes of
// metadata, in the name of this generation. ErrFenced says that the generation
// is over. It still works after the worker's context has been cancelled, until
// the worker returns: give it context.WithoutCancel with a deadline.
func (a *Assignment) Commit(ctx context.Context, offset int64, metadata string) error {
	res, err := a.client.api.OffsetCommit(ctx, &kafkago.OffsetCommitRequest{
		GroupID:      a.group,
		GenerationID: int(a.generation),
		MemberID:     a.member,
		Topics: map[string][]kafkago.OffsetCommit{
			a.partition.Topic: {{Partition: a.partition.ID, Offset: offset, Metadata: metadata}},
		},
	})
	if err != nil {
		return fmt.Errorf("commit %v at %d: %w", a.partition, offset, convert(err))
	}
	for _, p := range res.Topics[a.partition.Topic] {
		if p.Partition != a.partition.ID {
			continue
		}
		if p.Error != nil {
			return fmt.Errorf("commit %v at %d: %w", a.partition, offset, convert(p.Error))
		}
		return nil
	}
	return fmt.Errorf("commit %v at %d: %w", a.partition, offset, ErrUnavailable)
}

// Committed returns what a group committed for p, and the metadata beside it. ok is
// false if there is none, or no such group.
func (c *Client) Committed(ctx context.Context, group string, p Partition) (int64, string, bool, error) {
	res, err := c.api.OffsetFetch(ctx, &kafkago.OffsetFetchRequest{
		GroupID: group,
		Topics:  map[string][]int{p.Topic: {p.ID}},
	})
	if err == nil {
		err = res.Error
	}
	if errors.Is(err, kafkago.GroupIdNotFound) {
		return 0, "", false, nil
	}
	if err != nil {
		return 0, "", false, fmt.Errorf("read committed offset of %v: %w", p, convert(err))
	}
	for _, o := range res.Topics[p.Topic] {
		if o.Partition != p.ID {
			continue
		}
		if o.Error != nil {
			return 0, "", false, fmt.Errorf("read committed offset of %v: %w", p, convert(o.Error))
		}
		if o.CommittedOffset < 0 {
			return 0, "", false, nil
		}
		return o.CommittedOffset, o.Metadata, true, nil
	}
	return 0, "", false, fmt.Errorf("read committed offset of %v: %w", p, ErrUnavailable)
}
