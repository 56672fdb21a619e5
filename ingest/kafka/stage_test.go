package kafka_test

import (
	"context"
	"errors"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// TestFetchStage: a profile counts the reading of an answer, which is kafka-go's goroutine's, as fetching.
func TestFetchStage(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	cfg := config(brokers, topic)
	cfg.FetchMaxWait = 10 * time.Second // the answer stays away for as long as it takes to look
	fetcher := newClient(t, cfg).Fetcher(kafka.Partition{Topic: topic})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		var err error
		for err == nil || kafka.ClassOf(err) == kafka.ClassUnknownTopic {
			_, err = fetcher.Fetch(ctx, 0)
		}
		ended <- err
	}()
	eventually(t, "the reader of an answer has the label", func() bool { return labelled(t, "RawExchange", `"stage":"fetch"`) })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// labelled reports whether a goroutine that is within the function has the label.
func labelled(t *testing.T, function, label string) bool {
	var out strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&out, 1); err != nil {
		t.Fatal(err)
	}
	for one := range strings.SplitSeq(out.String(), "\n\n") {
		if strings.Contains(one, function) && strings.Contains(one, label) {
			return true
		}
	}
	return false
}
