package faults_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// logged is a record in the log.
type logged struct {
	number   int
	appended int64 // broker append time, Unix milliseconds
	digest   digest
}

// wholeLog is every record that the log has, and what was in it until something removed it.
func (r *run) wholeLog(t *testing.T) map[position]logged {
	t.Helper()
	log := r.readLog(t)
	maps.Copy(log, r.removed)
	return log
}

// readLog reads every record that is in the topic and committed, with another client than the product's.
func (r *run) readLog(t *testing.T) map[position]logged {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.servers.brokers...), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin := kadm.NewClient(client)
	ends, err := admin.ListCommittedOffsets(ctx, r.spec.Topic)
	if err == nil {
		err = ends.Error()
	}
	starts, startErr := admin.ListStartOffsets(ctx, r.spec.Topic)
	if err != nil || startErr != nil {
		t.Fatal(err, startErr)
	}
	left := make(map[int32]int64)
	from := map[string]map[int32]kgo.Offset{r.spec.Topic: {}}
	ends.Each(func(o kadm.ListedOffset) {
		if first, _ := starts.Lookup(o.Topic, o.Partition); o.Offset > first.Offset {
			left[o.Partition] = o.Offset
			from[o.Topic][o.Partition] = kgo.NewOffset().At(first.Offset)
		}
	})
	client.AddConsumePartitions(from)
	log := make(map[position]logged)
	for len(left) > 0 {
		fetched := client.PollFetches(ctx)
		if err := ctx.Err(); err != nil {
			t.Fatalf("read the log: %v; still to read: %v", err, left)
		}
		fetched.EachRecord(func(rec *kgo.Record) {
			if !rec.Attrs.IsControl() {
				log[position{rec.Partition, rec.Offset}] = logged{numberOf(rec), rec.Timestamp.UnixMilli(), digestOf(rec.Key, rec.Value)}
			}
			if rec.Offset+1 >= left[rec.Partition] {
				delete(left, rec.Partition)
			}
		})
	}
	return log
}
