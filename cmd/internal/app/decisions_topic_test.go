package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

func TestTopicMustKeepEverything(t *testing.T) {
	right := map[string]string{"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete", "message.timestamp.type": "LogAppendTime",
		"max.message.bytes": "8388608"}
	for _, test := range []struct {
		name       string
		partitions int
		setting    string
		value      string
		wants      []string // none: the topic is as it must be
	}{
		{name: "right", partitions: 1},
		{"two partitions", 2, "", "", []string{"it has 2 partitions", "name it under `decisions`"}},
		{"a week", 1, "retention.ms", "604800000", []string{`retention.ms is "604800000" and must be "-1"`, "--add-config retention.ms=-1"}},
		{"a gigabyte", 1, "retention.bytes", "1073741824", []string{`retention.bytes is "1073741824"`, "--add-config retention.bytes=-1"}},
		{"compacted", 1, "cleanup.policy", "compact", []string{`cleanup.policy is "compact"`, "--add-config cleanup.policy=delete"}},
		{"room for more", 1, "max.message.bytes", "16777216", nil},
		{"no room for a large one", 1, "max.message.bytes", "8388607", []string{`max.message.bytes is "8388607" and must be at least "8388608"`, "--add-config max.message.bytes=8388608"}},
		{"senders' times", 1, "message.timestamp.type", "CreateTime", []string{`message.timestamp.type is "CreateTime"`, "=LogAppendTime"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			onBrokers(t, func(t *testing.T, addr string) {
				c := deskConfig(addr, embeddedtest.Name(t), embeddedtest.DB{Endpoint: embedded.Endpoint{Native: "127.0.0.1:1", User: "nobody"}, Name: "none"})
				topic := embedded.Topic{Name: c.Decisions, Partitions: test.partitions, Configs: map[string]string{}}
				for name, value := range right {
					topic.Configs[name] = value
				}
				if test.setting != "" {
					topic.Configs[test.setting] = test.value
				}
				transport := new(kafkago.Transport)
				defer transport.CloseIdleConnections()
				if err := embedded.EnsureTopics(t.Context(), &kafkago.Client{Addr: kafkago.TCP(addr), Transport: transport}, topic); err != nil {
					t.Fatal(err)
				}
				d, err := app.OpenDecisions(t.Context(), c, quiet())
				if err == nil {
					err = d.Close()
				}
				if (err == nil) != (test.wants == nil) {
					t.Fatalf("error %v", err)
				}
				for _, want := range test.wants {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("error %q, want one with %q", err, want)
					}
				}
			})
		})
	}
}

func TestTopicIsMissing(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := deskConfig(addr, embeddedtest.Name(t), embeddedtest.DB{Endpoint: embedded.Endpoint{Native: "127.0.0.1:1", User: "nobody"}, Name: "none"})
		_, err := app.OpenDecisions(t.Context(), c, quiet())
		if !errors.Is(err, kafka.ErrUnknownTopic) || !strings.Contains(err.Error(), "--create --topic "+c.Decisions+" --partitions 1 --config cleanup.policy=delete") {
			t.Errorf("error %v", err)
		}
	})
}

// A topic that lost records is never taken for one to which nothing was appended.
func TestDecisionsLost(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, c config.Config)
		want   string
	}{
		{"made anew, empty", func(t *testing.T, c config.Config) { makeAnew(t, c, 0) }, "were read before"},
		{"made anew, as long", func(t *testing.T, c config.Config) { makeAnew(t, c, 3) }, "is not the one that was read before"},
		{"made anew, longer", func(t *testing.T, c config.Config) { makeAnew(t, c, 5) }, "is not the one that was read before"},
		{"beginning removed", func(t *testing.T, c config.Config) { removeBefore(t, c, 2) }, "it holds offsets 2 to 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			onBrokers(t, func(t *testing.T, addr string) {
				c := newDesk(t, addr)
				d := open(t, c, t.Output())
				activations(t, d, 3)
				test.damage(t, c)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				_, err := d.Refresh(ctx)
				if !errors.Is(err, app.ErrDecisionsLost) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want %q", err, test.want)
				}
			})
		})
	}
}

// A process that reads the topic for the first time knows from the copy that there was more.
func TestDecisionsLostBeforeTheStart(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		activations(t, open(t, c, t.Output()), 3)
		makeAnew(t, c, 0)
		d := open(t, c, t.Output())
		for range 2 { // the second time as well
			_, err := d.Refresh(t.Context())
			if !errors.Is(err, app.ErrDecisionsLost) || !strings.Contains(err.Error(), "has 0 decisions, but the copy in ClickHouse 3") {
				t.Errorf("error %v", err)
			}
		}
	})
}

// makeAnew deletes the topic, makes it again and produces so many records to it.
func makeAnew(t *testing.T, c config.Config, records int) {
	t.Helper()
	client := franz(t, c.Kafka.Brokers[0])
	if _, err := kadm.NewClient(client).DeleteTopic(t.Context(), c.Decisions); err != nil {
		t.Fatal(err)
	}
	poll(t, "made anew", func() bool { return app.EnsureTopics(t.Context(), c, quiet()) == nil && end(t, c) == 0 })
	fresh := franz(t, c.Kafka.Brokers[0]) // the other one may remember the topic's old id
	for range records {
		produce(t, fresh, c.Decisions, []byte("something else"))
	}
}

func removeBefore(t *testing.T, c config.Config, offset int64) {
	t.Helper()
	var at kadm.Offsets
	at.AddOffset(c.Decisions, 0, offset, -1)
	if _, err := kadm.NewClient(franz(t, c.Kafka.Brokers[0])).DeleteRecords(t.Context(), at); err != nil {
		t.Fatal(err)
	}
}

// end returns the end of the topic, -1 while there is none.
func end(t *testing.T, c config.Config) int64 {
	t.Helper()
	offsets, err := kadm.NewClient(franz(t, c.Kafka.Brokers[0])).ListEndOffsets(t.Context(), c.Decisions)
	if err != nil {
		return -1
	}
	o, ok := offsets.Lookup(c.Decisions, 0)
	if !ok || o.Err != nil {
		return -1
	}
	return o.Offset
}
