package faults_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"
)

// recreation is one way in which a topic is deleted and made again under its name. Whichever it is, nothing of the new
// topic may be read before the stream's epoch is raised, and ingest must say so.
type recreation struct {
	name string
	// times is the topic's message.timestamp.type. With CreateTime the records of the new topic have the times of the old.
	times string
	// fill writes into the new topic, which replaces one of oldRecords records.
	fill func(t *testing.T, w *recreatedWorld)
	// happen has the topic made anew around a process that reads the old one, and returns the process that runs then.
	happen func(t *testing.T, w *recreatedWorld, p *process, anew func()) *process
	crash  crash // of the process that reads the old one
	// inFlight are the records of the old topic that may be in the tables without a range: their process was thrown out, and
	// who came after it found another topic.
	inFlight event.Range
}

var topicRecreations = []recreation{
	{name: "shorter", times: "LogAppendTime", fill: shorter, happen: whileAway, inFlight: none},
	{name: "longer", times: "LogAppendTime", fill: longerThanOld, happen: whileAway, inFlight: none},
	{name: "same record at the last offset", times: "CreateTime", fill: longerThanOld, happen: whileAway, inFlight: none},
	{name: "no record at the last offset", times: "CreateTime", fill: markerAtTheEnd, happen: whileAway, inFlight: none},
	{name: "nothing applied yet", times: "LogAppendTime", fill: longerThanOld, happen: afterCrash, inFlight: event.Range{First: 0, Last: oldRecords - 1},
		crash: crash{Step: stepInsertEvents, When: after, Nth: 1, Action: actKill}},
	{name: "while ingest runs", times: "CreateTime", fill: longerThanOld, happen: whileRunning, inFlight: inHand},
	{name: "while ingest is stopped for a moment", times: "CreateTime", fill: longerThanOld, happen: whileStopped(0), inFlight: inHand},
	{name: "while ingest is stopped and thrown out", times: "CreateTime", fill: longerThanOld, happen: whileStopped(2 * sessionTimeout), inFlight: inHand},
}

const oldRecords = 900

var (
	none   = event.Range{First: 0, Last: -1}
	inHand = event.Range{First: oldRecords, Last: oldRecords + 99} // produced right before the topic was deleted
)

func TestRecreatedTopicStopsLoudly(t *testing.T) {
	for _, kind := range []brokerKind{embeddedBroker, apacheOne} {
		for _, c := range topicRecreations {
			t.Run(string(kind)+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				if brokers, ok := sharedBrokers(t, kind); ok {
					c.play(t, brokers)
				}
			})
		}
	}
}

func (c recreation) play(t *testing.T, brokers []string) {
	s := &servers{brokers: brokers, clickhouse: embeddedtest.Engine(t)}
	w := &recreatedWorld{world: newWorld(t, s, plainTopic, 1), began: time.Now().Add(-time.Minute)}
	w.remake(t, c.times)
	old := w.topicID(t)
	w.produce(t, "old", 0, oldRecords)
	spec := w.spec
	spec.Crash = c.crash
	p := c.happen(t, w, startIngest(t, spec), func() {
		w.remake(t, c.times)
		c.fill(t, w)
	})
	poll(t, patience, func() error {
		if said := p.said(); !strings.Contains(said, "raise the stream's epoch") {
			return fmt.Errorf("no word about the epoch in:\n%s", said)
		}
		return nil
	})
	p.stop(t)
	w.untouched(t, old)
	w.spec.Epoch++
	p = startIngest(t, w.spec)
	w.settle(t, p.said)
	w.sound(t, c.inFlight)
	p.stop(t)
	if n := w.number(t, "SELECT uniqExact(event_id) FROM events WHERE epoch = 1"); n != w.fresh {
		t.Errorf("epoch 1 has %d events, want %d", n, w.fresh)
	}
}

// untouched wants nothing of the new topic in the old epoch, and verify to know that the topic is another one.
func (w *recreatedWorld) untouched(t *testing.T, old string) {
	t.Helper()
	if n := w.number(t, "SELECT (SELECT count() FROM events WHERE event_id LIKE 'new-%') + (SELECT count() FROM rejected)"); n != 0 {
		t.Errorf("%d records of the recreated topic are in the old epoch", n)
	}
	ranges := w.number(t, "SELECT count() FROM batches")
	if n := w.number(t, "SELECT count() FROM batches WHERE topic_id = ?", old); n != ranges {
		t.Errorf("%d of %d ranges have the id %q of the old topic", n, ranges, old)
	}
	report, err := w.store.Verify(t.Context(), w.ends(t))
	if err != nil {
		t.Fatal(err)
	}
	found := slices.ContainsFunc(report.Partitions[0].Problems, func(p clickhouse.Problem) bool { return p.Kind == clickhouse.ProblemRecreated })
	if diff := cmp.Diff(found, ranges > 0); diff != "" {
		t.Errorf("verify names the recreation (-got, +want):\n%s\n%+v", diff, report)
	}
}

// sound wants verify to find no fault, but that rows of the old topic that were in flight may be without a range for ever:
// the topic that would tell whether their range was complete is gone. Where the old epoch has a range they lie behind it;
// where it has none verify can only say that they belong to nothing that is in Kafka.
func (w *recreatedWorld) sound(t *testing.T, inFlight event.Range) {
	t.Helper()
	report, err := w.store.Verify(t.Context(), w.ends(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Partitions {
		left := clickhouse.ProblemUnapplied
		if p.Last < 0 {
			left = clickhouse.ProblemStray
		}
		for _, problem := range p.Problems {
			old := p.Epoch < w.spec.Epoch && problem.Kind == left && inFlight.Contains(problem.First) && inFlight.Contains(problem.Last)
			if !old {
				t.Errorf("verify of epoch %d: %+v, want only what was in flight of the old topic, %s", p.Epoch, problem, inFlight)
			}
		}
	}
}

// whileAway makes the topic anew while no ingest process runs.
func whileAway(t *testing.T, w *recreatedWorld, p *process, anew func()) *process {
	w.settle(t, p.said)
	p.stop(t)
	anew()
	return startIngest(t, w.spec)
}

// afterCrash makes the topic anew after the process was killed.
func afterCrash(t *testing.T, w *recreatedWorld, p *process, anew func()) *process {
	if !p.diedByItself(patience) {
		t.Fatalf("not killed; it said:\n%s", p.said())
	}
	anew()
	return startIngest(t, w.spec)
}

// whileRunning makes the topic anew at once, under the eyes of a process that may or may not see it missing.
func whileRunning(t *testing.T, w *recreatedWorld, p *process, anew func()) *process {
	w.settle(t, p.said)
	w.produce(t, "old", oldRecords, int(inHand.Len())) // so that it has a batch in hand
	anew()
	return p
}

// whileStopped makes the topic anew while the process does not run, with a batch in hand, so that it never sees it missing.
func whileStopped(further time.Duration) func(*testing.T, *recreatedWorld, *process, func()) *process {
	return func(t *testing.T, w *recreatedWorld, p *process, anew func()) *process {
		w.settle(t, p.said)
		w.produce(t, "old", oldRecords, int(inHand.Len()))
		p.signal(syscall.SIGSTOP)
		defer p.signal(syscall.SIGCONT)
		<-time.After(further)
		anew()
		return p
	}
}

func shorter(t *testing.T, w *recreatedWorld) { w.produce(t, "new", 0, oldRecords/2) }

func longerThanOld(t *testing.T, w *recreatedWorld) { w.produce(t, "new", 0, oldRecords+400) }

// markerAtTheEnd has the marker of a transaction where the last applied record was.
func markerAtTheEnd(t *testing.T, w *recreatedWorld) {
	client := w.connect(t, kgo.TransactionalID(w.spec.Topic))
	if err := client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	w.produceBy(t, client, "new", 0, oldRecords-1)
	if err := client.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	w.produce(t, "new", oldRecords, 400)
}

// recreatedWorld is a world whose topic has one partition and is made anew.
type recreatedWorld struct {
	*world
	began time.Time // of the record at offset 0, where producers say the time
	fresh int64     // records of the new topic
}

func (w *recreatedWorld) connect(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(w.spec.Brokers...), kgo.DefaultProduceTopic(w.spec.Topic),
		kgo.UnknownTopicRetries(-1), kgo.MetadataMinAge(100*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// remake deletes the topic and makes it again.
func (w *recreatedWorld) remake(t *testing.T, times string) {
	t.Helper()
	embeddedtest.RecreateTopic(t, w.spec.Brokers, w.spec.Topic, 1, times)
}

func (w *recreatedWorld) produce(t *testing.T, prefix string, first, count int) {
	t.Helper()
	w.produceBy(t, w.connect(t), prefix, first, count)
}

// produceBy writes records whose times follow from their numbers, some at a time.
func (w *recreatedWorld) produceBy(t *testing.T, client *kgo.Client, prefix string, first, count int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for chunk := range slices.Chunk(w.records(prefix, first, count), 100) {
		if err := client.ProduceSync(ctx, chunk...).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	if prefix == "new" {
		w.fresh += int64(count)
	}
}

func (w *recreatedWorld) records(prefix string, first, count int) (out []*kgo.Record) {
	for n := first; n < first+count; n++ {
		at := w.began.Add(time.Duration(n) * time.Millisecond)
		out = append(out, &kgo.Record{Key: []byte("c1"), Timestamp: at, Value: fmt.Appendf(nil,
			`{"specversion":"1.0","id":"%s-%d","source":"pbx","type":"call.ended","subject":"c1","time":%q,`+
				`"data":{"direction":"inbound","outcome":"answered","agent":"a1","talk_ms":%d}}`,
			prefix, n, at.UTC().Format(time.RFC3339), n)})
	}
	return out
}

// topicID asks which topic there is.
func (w *recreatedWorld) topicID(t *testing.T) (id string) {
	t.Helper()
	poll(t, patience, func() (err error) {
		id, err = w.kafka.TopicID(t.Context(), kafka.Partition{Topic: w.spec.Topic})
		return err
	})
	return id
}
