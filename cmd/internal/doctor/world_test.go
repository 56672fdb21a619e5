package doctor_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// world is a configuration on topics, a group and a database that nobody else uses.
type world struct {
	t  *testing.T
	c  config.Config
	db embeddedtest.DB
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, c: config.Default(), db: embeddedtest.Database(t)}
	name := embeddedtest.Name(t)
	w.c.Kafka.Brokers = []string{embeddedtest.Broker(t)}
	w.c.Group.ID = name
	for i := range w.c.Streams {
		w.c.Streams[i].Topic = name + "_" + w.c.Streams[i].Name
	}
	w.c.DeadLetters, w.c.Decisions = name+"_letters", name+"_decisions"
	w.c.ClickHouse.Addresses, w.c.ClickHouse.Database = []string{w.db.Native}, w.db.Name
	w.c.ClickHouse.User, w.c.ClickHouse.Password = w.db.User, secret.Text(w.db.Password)
	return w
}

// ready makes the topics that are missing, and the tables.
func (w *world) ready() *world {
	w.t.Helper()
	if err := app.EnsureTopics(w.t.Context(), w.c, slog.New(slog.DiscardHandler)); err != nil {
		w.t.Fatal(err)
	}
	if _, err := app.Migrate(w.t.Context(), w.c, slog.New(slog.DiscardHandler)); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// coordinated returns when the group has a coordinator: the first question for one has Apache Kafka make a topic.
func (w *world) coordinated() *world {
	w.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.c.Kafka.Brokers...))
	if err != nil {
		w.t.Fatal(err)
	}
	defer client.Close()
	until(w.t, func() bool {
		return kadm.NewClient(client).FindGroupCoordinators(w.t.Context(), w.c.Group.ID).Error() == nil
	})
	return w
}

// until asks until ok, or fails the test.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("not within two minutes")
		}
	}
}

func (w *world) api() *kafkago.Client {
	transport := &kafkago.Transport{MetadataTTL: 100 * time.Millisecond}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &kafkago.Client{Addr: kafkago.TCP(w.c.Kafka.Brokers...), Transport: transport, Timeout: 10 * time.Second}
}

// fake takes a cluster such as the embedded broker makes, of an old release or with settings that the embedded one does
// not offer.
func (w *world) fake(opts ...kfake.Opt) *kfake.Cluster {
	w.t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	w.c.Kafka.Brokers = c.ListenAddrs()
	return c
}

// topic makes a topic before `up` would, with other settings.
func (w *world) topic(name string, partitions int, settings map[string]string) {
	w.t.Helper()
	err := embedded.EnsureTopics(w.t.Context(), w.api(), embedded.Topic{Name: name, Partitions: partitions, Configs: settings})
	if err != nil {
		w.t.Fatal(err)
	}
}

// produce appends one record to the first partition of a topic.
func (w *world) produce(topic string) {
	w.t.Helper()
	res, err := w.api().Produce(w.t.Context(), &kafkago.ProduceRequest{
		Topic: topic, RequiredAcks: kafkago.RequireAll, Records: kafkago.NewRecordReader(kafkago.Record{Value: kafkago.NewBytes([]byte("x"))}),
	})
	if err == nil {
		err = res.Error
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// examine runs the doctor, at the time that it is, shifted.
func (w *world) examine(shift time.Duration) doctor.Report {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	return doctor.Run(ctx, doctor.Input{Config: w.c, Version: "test", Now: func() time.Time { return time.Now().Add(shift) }})
}

// find returns the worst finding of a check.
func find(r doctor.Report, area doctor.Area, check string) (worst doctor.Finding) {
	rank := map[doctor.State]int{doctor.OK: 1, doctor.Skipped: 2, doctor.Warning: 3, doctor.Problem: 4}
	for _, f := range r.Checks {
		if f.Area == area && f.Check == check && rank[f.State] > rank[worst.State] {
			worst = f
		}
	}
	return worst
}

// want wants the worst finding of a check to be of a state, with a word, and every bad finding of the report to say what to do.
func want(t *testing.T, r doctor.Report, area doctor.Area, check string, state doctor.State, word string) {
	t.Helper()
	f := find(r, area, check)
	if words := f.Found + " " + f.Want + " " + f.Do; f.State != state || !strings.Contains(words, word) {
		t.Errorf("%s %s: got %+v, want %s with %q", area, check, f, state, word)
	}
	for _, f := range r.Checks {
		if (f.State == doctor.Problem || f.State == doctor.Warning) && (f.Want == "" || f.Do == "") {
			t.Errorf("%s %s: does not say what to do: %+v", f.Area, f.Check, f)
		}
	}
	if state == doctor.Problem && r.OK {
		t.Errorf("%s %s: the report is ok", area, check)
	}
}
