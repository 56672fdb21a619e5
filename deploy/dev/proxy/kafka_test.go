package proxy_test

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// eachKafka runs a test on every kind of cluster there is on this machine.
func eachKafka(t *testing.T, test func(*testing.T, string)) {
	t.Run("embedded", func(t *testing.T) { test(t, embeddedtest.Broker(t)) })
	t.Run("three", func(t *testing.T) {
		if c, ok := embeddedtest.RealKafkaCluster(t); ok {
			test(t, c.Addrs()[0])
		}
	})
}

func client(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(opts, kgo.RetryTimeout(time.Minute), kgo.UnknownTopicRetries(-1))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Everybody's addresses are the proxies' own, so that a group works through them and through nothing else.
func TestKafkaThrough(t *testing.T) {
	eachKafka(t, func(t *testing.T, addr string) {
		k, err := proxy.StartKafka(addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(k.Close)
		topic := embeddedtest.Name(t)
		c := client(t, kgo.SeedBrokers(k.Addrs()...), kgo.ConsumeTopics(topic), kgo.ConsumerGroup(topic), kgo.DisableAutoCommit(),
			kgo.DefaultProduceTopic(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
		admin := kadm.NewClient(c)
		if _, err := admin.CreateTopic(t.Context(), 3, -1, nil, topic); err != nil {
			t.Fatal(err)
		}
		for range 9 {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			err := c.ProduceSync(ctx, kgo.StringRecord("x")).FirstErr()
			cancel()
			if err != nil {
				t.Fatal(err)
			}
		}
		read(t, c, 9)
		lostCommit(t, k, c, topic)
		if n := k.Cut(); n < 2 {
			t.Errorf("%d connections went through the proxies", n)
		}
	})
}

func read(t *testing.T, c *kgo.Client, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for n > 0 {
		got := c.PollFetches(ctx)
		if err := got.Err(); err != nil {
			t.Fatal(err)
		}
		n -= got.NumRecords()
	}
}

// lostCommit swallows the answer to a commit: the broker has the offsets at that moment.
func lostCommit(t *testing.T, k *proxy.Kafka, c *kgo.Client, group string) {
	t.Helper()
	direct := kadm.NewClient(client(t, kgo.SeedBrokers(k.Addrs()...)))
	var committed int64
	done := k.AtRequest(kmsg.OffsetCommit, proxy.Answered, func() {
		offsets, err := direct.FetchOffsets(t.Context(), group)
		if err != nil {
			t.Error(err)
		}
		offsets.Each(func(o kadm.OffsetResponse) { committed += o.At })
	})
	if err := c.CommitUncommittedOffsets(t.Context()); err != nil {
		t.Error(err)
	}
	<-done
	if committed != 9 {
		t.Errorf("%d offsets were committed when the answer was lost, want 9", committed)
	}
}
