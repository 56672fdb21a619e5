package monthend_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// undisturbed is a month that nothing disturbed, before people scored and afterwards.
type undisturbed struct{ first, scored workflow.Run }

// reference is calculated once for all tests that hold a disturbed month against it.
var reference struct {
	sync.Once
	undisturbed
}

func undisturbedMonth(t *testing.T) undisturbed {
	t.Helper()
	reference.Do(func() {
		w := newWorld(t)
		w.store(w.simulated(small("2024-03")))
		reference.first, reference.scored = w.closeTwice()
	})
	if reference.scored.ID == "" {
		t.Fatal("the undisturbed month was not closed")
	}
	return reference.undisturbed
}

// closeTwice closes March, gives what is missing, and closes it again.
func (w *world) closeTwice() (first, scored workflow.Run) {
	w.t.Helper()
	d := w.desk()
	c := w.close(d, march)
	w.judge(d, c)
	return c.Run.Run, w.close(d, march).Run.Run
}

// same compares what does not depend on when a month was calculated.
func same(t *testing.T, what string, got, want workflow.Run) {
	t.Helper()
	got.Sequence, got.Head = want.Sequence, want.Head
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("%s (-got, +want):\n%s", what, diff)
	}
}

// wholeRuns wants each run to have the rows of its cards once, and verify to find nothing.
func (w *world) wholeRuns(runs ...workflow.Run) {
	w.t.Helper()
	if n := w.count("SELECT count() FROM runs"); n != int64(len(runs)) {
		w.t.Errorf("%d rows of runs, want one of each of %d", n, len(runs))
	}
	for _, r := range runs {
		if cards, agents := w.count("SELECT count() FROM cards WHERE run = ?", r.ID), w.count("SELECT uniq(agent) FROM cards WHERE run = ?", r.ID); cards != int64(r.Agents) || agents != cards {
			w.t.Errorf("run %s: %d cards of %d agents, want %d", r.ID, cards, agents, r.Agents)
		}
	}
	for table, key := range map[string]string{"cards": "run, agent", "lines": "run, agent, line", "evidence": "run, agent, line, number"} {
		if n := w.count("SELECT count() - uniqExact(" + key + ") FROM " + table); n != 0 {
			w.t.Errorf("%d rows of %s are doubled", n, table)
		}
	}
	w.verified(w.desk(), 1)
}

// verified wants March and its adjustments to come out the same when they are calculated again.
func (w *world) verified(d *monthend.Desk, runs int) {
	w.t.Helper()
	for _, v := range w.verify(d) {
		runs--
		if v.Outcome != monthend.Equal {
			w.t.Errorf("verify: %+v, want equal", v)
		}
	}
	if runs != 0 {
		w.t.Errorf("%d runs too few were verified", runs)
	}
}

func (w *world) verify(d *monthend.Desk) []monthend.VerifiedRun {
	w.t.Helper()
	m, err := d.Month(w.context(), "", march)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := d.VerifyClose(w.context(), m, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// TestSameEventsInAnyOrder stores a month in three partitions in another order, and every twentieth event twice.
func TestSameEventsInAnyOrder(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	for seed := range uint64(2) {
		w := newWorld(t)
		chance := rand.New(rand.NewPCG(seed, 5))
		rows := shuffled(chance, w.simulated(small("2024-03")))
		w.stamp(rows)
		for partition := range int32(3) {
			var part []event.Row
			for i, row := range rows {
				if int32(i*7%3) == partition {
					part = append(part, row)
				}
			}
			w.storeIn(partition, part)
		}
		first, scored := w.closeTwice()
		same(t, "before scoring", first, want.first)
		same(t, "scored", scored, want.scored)
		w.wholeRuns(first, scored)
	}
}

// shuffled returns rows in another order with one in twenty added a second time. Of copies that contradict each other the one
// appended first stands, so that copies of one event keep their order among themselves.
func shuffled(chance *rand.Rand, rows []event.Row) []event.Row {
	for _, row := range rows[:len(rows):len(rows)] {
		if chance.IntN(20) == 0 {
			rows = append(rows, row)
		}
	}
	type identity struct{ source, subject, id string }
	of := func(r event.Row) identity { return identity{r.Source, r.Subject, r.ID} }
	copies := map[identity][]event.Row{}
	for _, row := range rows {
		copies[of(row)] = append(copies[of(row)], row)
	}
	order := slices.Clone(rows)
	chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for i, row := range order {
		id := of(row)
		order[i], copies[id] = copies[id][0], copies[id][1:]
	}
	return order
}

// TestIngestKilledWhileReading has a month come through Kafka and an ingest that is killed three times, every twentieth event
// delivered twice.
func TestIngestKilledWhileReading(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	w := newWorld(t)
	w.produce(rand.New(rand.NewPCG(3, 5)), small("2024-03"))
	d := w.desk()
	_, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: march, Policy: "express-cs", By: boss})
	if behind, ok := errors.AsType[*monthend.NotSettledError](err); !ok || len(behind.Behind) == 0 {
		t.Fatalf("got %v, want that nothing has arrived", err)
	}
	proxy := startProxy(t, w.place.ClickHouse)
	ingest := w.task("ingest")
	ingest.Place.ClickHouse = proxy.addr()
	for _, at := range []point{{"INSERT INTO events (", 4, answered, false}, {"INSERT INTO batches (", 3, before, false}, {"INSERT INTO events (", 5, sent, false}} {
		ready := make(chan *process, 1)
		proxy.set(at, func() { p := <-ready; p.signalKill() })
		p := ingest.start(t)
		ready <- p
		if !p.dies() {
			t.Fatalf("ingest was not killed at %+v: %s", at, p.said())
		}
	}
	ingest.start(t)
	c, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: march, Policy: "express-cs", By: boss, Wait: 2 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "before scoring", c.Run.Run, want.first)
	w.judge(d, c)
	scored := w.close(d, march)
	same(t, "scored", scored.Run.Run, want.scored)
	w.wholeRuns(c.Run.Run, scored.Run.Run)
}

// produce writes a month to Kafka. Conversations are mixed; of one the order stays, as Kafka keeps it. Copies come last, in any
// partition.
func (w *world) produce(chance *rand.Rand, cfg simulate.Config) {
	w.t.Helper()
	m, err := simulate.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	var messages, copies []kafkago.Message
	topic := w.config.Streams[0].Topic
	for r := range m.Records() {
		message := kafkago.Message{Topic: topic, Key: r.Key, Value: r.Value}
		messages = append(messages, message)
		if chance.IntN(20) == 0 {
			copies = append(copies, message)
		}
	}
	chance.Shuffle(len(copies), func(i, j int) { copies[i], copies[j] = copies[j], copies[i] })
	w.write(mixed(chance, messages), kafkago.Murmur2Balancer{})
	w.write(copies, &kafkago.RoundRobin{})
}

// mixed returns messages in another order, but for those of one key among themselves.
func mixed(chance *rand.Rand, messages []kafkago.Message) []kafkago.Message {
	byKey := map[string][]kafkago.Message{}
	for _, m := range messages {
		byKey[string(m.Key)] = append(byKey[string(m.Key)], m)
	}
	order := slices.Clone(messages)
	chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for i, m := range order {
		key := string(m.Key)
		order[i], byKey[key] = byKey[key][0], byKey[key][1:]
	}
	return order
}

func (w *world) write(messages []kafkago.Message, balancer kafkago.Balancer) {
	w.t.Helper()
	writer := &kafkago.Writer{Addr: kafkago.TCP(w.place.Broker), RequiredAcks: kafkago.RequireAll, Balancer: balancer, BatchSize: 1000,
		Transport: &kafkago.Transport{}}
	err := writer.WriteMessages(w.context(), messages...)
	if err := errors.Join(err, writer.Close()); err != nil {
		w.t.Fatal(err)
	}
	writer.Transport.(*kafkago.Transport).CloseIdleConnections()
}
