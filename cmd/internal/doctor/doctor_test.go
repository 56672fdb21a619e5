package doctor_test

import (
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestWell has what `up` and `migrate` make, and nobody who reads: that alone is said, on either Kafka.
func TestWell(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { isWell(t, newWorld(t)) })
	t.Run("apache", func(t *testing.T) {
		if addr, ok := embeddedtest.RealKafka(t); ok {
			w := newWorld(t)
			w.c.Kafka.Brokers = []string{addr}
			isWell(t, w)
		}
	})
}

func isWell(t *testing.T, w *world) {
	w.ready().coordinated().produce(w.c.Streams[0].Topic)
	r := w.examine(0)
	for _, f := range r.Checks {
		if f.State != doctor.OK && f.Check != "group" && f.Check != "disk" { // the disk is the machine's
			t.Errorf("got %+v", f)
		}
	}
	if len(r.Checks) < 25 || !r.OK {
		t.Errorf("%d findings, ok %v", len(r.Checks), r.OK)
	}
	want(t, r, doctor.Kafka, "group", doctor.Warning, "deskpulse ingest")
}

// TestKafkaIsSetUpWrong makes each topic wrong in its own way.
func TestKafkaIsSetUpWrong(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(w *world)
		check string
		state doctor.State
		word  string
	}{
		{"time of the producer", func(w *world) {
			w.topic(w.c.Streams[0].Topic, 1, map[string]string{"message.timestamp.type": "CreateTime"})
		},
			"append time", doctor.Problem, "--add-config message.timestamp.type=LogAppendTime"},
		{"small records", func(w *world) { w.topic(w.c.Streams[0].Topic, 1, map[string]string{"max.message.bytes": "100000"}) },
			"record size", doctor.Problem, "max.message.bytes=8388608"},
		{"compacted events", func(w *world) { w.topic(w.c.Streams[0].Topic, 1, map[string]string{"cleanup.policy": "compact"}) },
			"cleanup", doctor.Warning, "cleanup.policy=delete"},
		{"two partitions of decisions", func(w *world) { w.topic(w.c.Decisions, 2, nil) }, "decisions", doctor.Problem, "one"},
		{"decisions that are forgotten", func(w *world) {
			w.topic(w.c.Decisions, 1, map[string]string{"message.timestamp.type": "LogAppendTime", "max.message.bytes": "8388608"})
		}, "decisions", doctor.Problem, "retention.ms=-1"},
		{"compacted decisions", func(w *world) { w.topic(w.c.Decisions, 1, map[string]string{"cleanup.policy": "compact"}) },
			"decisions", doctor.Problem, "cleanup.policy=delete"},
		{"a session the brokers refuse", func(w *world) {
			w.c.Group.SessionTimeout, w.c.Group.HeartbeatInterval = 3*time.Second, time.Second
		}, "session", doctor.Problem, "group.session_timeout"},
		{"offsets that are forgotten in three days", func(w *world) {
			w.fake(kfake.BrokerConfigs(map[string]string{"offsets.retention.minutes": "4320"}))
		}, "offsets kept", doctor.Warning, "raise offsets.retention.minutes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			row.spoil(w)
			want(t, w.ready().examine(0), doctor.Kafka, row.check, row.state, row.word)
		})
	}
}

// TestDeadlineIsClose has an insert deadline just below the group's times, which the configuration allows.
func TestDeadlineIsClose(t *testing.T) {
	w := newWorld(t)
	w.c.ClickHouse.InsertDeadline = w.c.Group.Lease() - time.Second
	want(t, w.examine(0), doctor.Setup, "deadlines", doctor.Warning, "insert_deadline")
}

// TestNothingIsThere has neither topics nor tables yet, then no database.
func TestNothingIsThere(t *testing.T) {
	w := newWorld(t)
	r := w.examine(0)
	want(t, r, doctor.Kafka, "topics", doctor.Problem, "deskpulse up")
	want(t, r, doctor.ClickHouse, "tables", doctor.Problem, "deskpulse migrate")
	w.c.ClickHouse.Database += "_none"
	want(t, w.examine(0), doctor.ClickHouse, "server", doctor.Problem, "deskpulse migrate")
}

// TestServersAreAway has one server away, then the other: each is one problem, and all about the other is looked at.
func TestServersAreAway(t *testing.T) {
	w := newWorld(t).ready()
	brokers := w.c.Kafka.Brokers
	w.c.Kafka.Brokers = []string{embeddedtest.Nobody(t)}
	began := time.Now()
	r := w.examine(0)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	want(t, r, doctor.Kafka, "brokers", doctor.Problem, "start Kafka")
	want(t, r, doctor.Kafka, "lag", doctor.Skipped, "")
	want(t, r, doctor.ClickHouse, "tables", doctor.OK, "")
	if n := r.Count(doctor.Problem); n != 1 {
		t.Errorf("Kafka away: %d problems, want one", n)
	}

	w.c.Kafka.Brokers, w.c.ClickHouse.Addresses = brokers, []string{embeddedtest.Nobody(t)}
	r = w.examine(0)
	want(t, r, doctor.ClickHouse, "server", doctor.Problem, "start ClickHouse")
	want(t, r, doctor.ClickHouse, "rights", doctor.Skipped, "")
	want(t, r, doctor.Kafka, "lag", doctor.OK, "")

	w.c.ClickHouse.Addresses, w.c.ClickHouse.Password = []string{w.db.Native}, "wrong"
	want(t, w.examine(0), doctor.ClickHouse, "server", doctor.Problem, "clickhouse.user")
}

// TestLagAndClocks produces a record and asks at other times: what is true now is an old lag in a week, and a broker
// ahead of us an hour ago.
func TestLagAndClocks(t *testing.T) {
	w := newWorld(t).ready()
	topic := w.c.Streams[0].Topic
	w.produce(topic)
	r := w.examine(0)
	want(t, r, doctor.Kafka, "lag", doctor.OK, "1 records wait")
	want(t, r, doctor.Kafka, "clock", doctor.OK, "no broker is ahead")
	want(t, w.examine(time.Hour), doctor.Kafka, "lag", doctor.Warning, "start ingest")
	want(t, w.examine(6*24*time.Hour), doctor.Kafka, "lag", doctor.Problem, "retention.ms=-1")
	past := w.examine(-time.Hour)
	want(t, past, doctor.Kafka, "clock", doctor.Problem, "NTP")
	want(t, past, doctor.ClickHouse, "clock", doctor.Warning, "NTP")

	res, err := w.api().OffsetCommit(t.Context(), &kafkago.OffsetCommitRequest{
		GroupID: w.c.Group.ID, GenerationID: -1, Topics: map[string][]kafkago.OffsetCommit{topic: {{Partition: 0, Offset: 0}}},
	})
	if err != nil || res.Topics[topic][0].Error != nil {
		t.Fatal(err, res)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(w.c.Kafka.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	gone := kadm.Offsets{}
	gone.AddOffset(topic, 0, 1, -1)
	if _, err := kadm.NewClient(client).DeleteRecords(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	want(t, w.examine(0), doctor.Kafka, "lag", doctor.Problem, "1 records were removed")
}

// TestNobodyReadsAPartition has a member of the group that knows one of two streams.
func TestNobodyReadsAPartition(t *testing.T) {
	w := newWorld(t).ready()
	member, err := kafkago.NewConsumerGroup(kafkago.ConsumerGroupConfig{
		ID: w.c.Group.ID, Brokers: w.c.Kafka.Brokers, Topics: []string{w.c.Streams[0].Topic}, JoinGroupBackoff: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer member.Close()
	if _, err := member.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, w.examine(0), doctor.Kafka, "group", doctor.Problem, w.c.Streams[1].Topic+"/0")
}

// TestWindowIsGone takes a deduplication window away.
func TestWindowIsGone(t *testing.T) {
	w := newWorld(t).ready()
	if err := w.db.Open(t).Exec(t.Context(), "ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 10"); err != nil {
		t.Fatal(err)
	}
	want(t, w.examine(0), doctor.ClickHouse, "tables", doctor.Problem, "MODIFY SETTING")
}
