package monthend_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		runChild(text)
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil { // the tests wait more than they work
		panic(err)
	}
	embeddedtest.Main(m, func() error { return goleak.Find() })
}

// company is whose months the tests work on.
const company = "acme"

var (
	boss   = workflow.Actor{Name: "boss", Role: policy.Supervisor}
	leader = workflow.Actor{Name: "leader", Role: policy.Leader}
	payer  = workflow.Actor{Name: "payer", Role: policy.Finance}
	march  = calendar.Month{Year: 2024, Month: time.March}
)

// place is where a company's tables and topics are; it can be told to another process.
type place struct {
	Broker     string
	Name       string // of the topic of decisions, and part of the others'
	ClickHouse string // host:port of the native protocol
	Database   string
	User       string
	Password   string
}

const zone = "Asia/Shanghai"

// config returns the configuration of a process that works there.
func (p place) config() config.Config {
	c := config.Default()
	c.Kafka.Brokers, c.Kafka.MetadataTTL, c.Kafka.FetchMaxWait = []string{p.Broker}, 200*time.Millisecond, 50*time.Millisecond
	stream := config.DefaultStream()
	// Its own name, because query ids have the stream in them and all tests share one engine.
	stream.Name, stream.Topic, stream.Company, stream.Zone, stream.Backward = p.Name, p.Name+"_events", company, zone, 0
	c.Streams, c.Imports = []config.Stream{stream}, stream.Name
	c.Decisions, c.DeadLetters = p.Name, p.Name+"_dead"
	c.ClickHouse.Addresses, c.ClickHouse.Database = []string{p.ClickHouse}, p.Database
	c.ClickHouse.User, c.ClickHouse.Password = p.User, secret.Text(p.Password)
	return c
}

// world is a company with tables and topics of its own.
type world struct {
	t      *testing.T
	place  place
	config config.Config
	now    time.Time
	next   map[int32]int64 // offset, by partition
	stored time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db := embeddedtest.Database(t)
	return newWorldOn(t, embeddedtest.Broker(t), db.Endpoint, db.Name)
}

func newWorldOn(t *testing.T, broker string, engine embedded.Endpoint, database string) *world {
	t.Helper()
	p := place{Broker: broker, Name: embeddedtest.Name(t), ClickHouse: engine.Native, Database: database, User: engine.User, Password: engine.Password}
	c := p.config()
	if err := app.EnsureTopics(t.Context(), c, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Migrate(t.Context(), c, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return &world{t: t, place: p, config: c, next: map[int32]int64{},
		now: time.Date(2024, 4, 8, 2, 0, 0, 0, time.UTC), stored: time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC)}
}

// desk returns another process's view of the company.
func (w *world) desk() *monthend.Desk {
	w.t.Helper()
	d, err := monthend.Open(w.context(), w.config, company, slog.New(slog.DiscardHandler), func() time.Time { return w.now })
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := d.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return d
}

func (w *world) context() context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Minute)
	w.t.Cleanup(cancel)
	return ctx
}

// store writes rows as ingest does: appended in their order, one range, and the row that says that it is applied.
func (w *world) store(rows []event.Row) {
	w.t.Helper()
	rows = slices.Clone(rows)
	w.stamp(rows)
	w.storeIn(0, rows)
}

// stamp has rows appended one after the other.
func (w *world) stamp(rows []event.Row) {
	for i := range rows {
		w.stored = w.stored.Add(time.Millisecond)
		rows[i].AppendTime = w.stored.UnixMilli()
	}
}

// storeIn writes rows that were appended to a partition.
func (w *world) storeIn(partition int32, rows []event.Row) {
	w.t.Helper()
	s, err := clickhouse.Open(w.config.ClickHouse)
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	p := event.Partition{Stream: w.place.Name, ID: partition}
	for chunk := range slices.Chunk(rows, 50_000) {
		first := w.next[partition]
		for i := range chunk {
			chunk[i].Offset = w.next[partition]
			w.next[partition]++
		}
		r := event.Range{First: first, Last: w.next[partition] - 1}
		if err := s.InsertEvents(w.context(), &event.Batch{Partition: p, Range: r, Rows: event.RowsOf(chunk...)}, 0); err != nil {
			w.t.Fatal(err)
		}
		if err := s.InsertApplied(w.context(), event.Applied{Partition: p, Range: r, Accepted: r.Len()}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// decoder reads what is stored.
func (w *world) decoder() *event.Decoder {
	return event.NewDecoder(event.Stream{Name: w.place.Name, Company: company, Zone: zone, MaxBytes: event.DefaultMaxBytes, Forward: event.DefaultForward})
}

// simulated returns the accepted rows of a made-up month.
func (w *world) simulated(cfg simulate.Config) []event.Row {
	w.t.Helper()
	m, err := simulate.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	decoder, end := w.decoder(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var rows []event.Row
	for r := range m.Records() {
		var row event.Row
		if err := decoder.Decode(r.Key, r.Value, end, &row); err == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// event returns the row of one event, in the company's zone.
func (w *world) event(subject string, at time.Time, data event.Data) event.Row {
	w.t.Helper()
	return w.eventIn(zone, subject, at, data)
}

// eventIn returns the row of one event of a zone.
func (w *world) eventIn(zone, subject string, at time.Time, data event.Data) event.Row {
	w.t.Helper()
	e := event.Event{Source: "late", Subject: subject, ID: fmt.Sprint(subject, at.UnixNano()), Zone: zone, Time: at.UTC(), Data: data}
	value, err := event.Encode(&e)
	if err != nil {
		w.t.Fatal(err)
	}
	var row event.Row
	if err := w.decoder().Decode([]byte(subject), value, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), &row); err != nil {
		w.t.Fatal(err)
	}
	return row
}

// small is a month that is quickly read.
func small(month string) simulate.Config {
	c := simulate.Default(month)
	c.Agents, c.CallsPerDay, c.Oversized, c.Incidents = 10, 6, 0, 12
	return c
}

// close closes a month under express-cs.
func (w *world) close(d *monthend.Desk, m calendar.Month) monthend.Closed {
	w.t.Helper()
	c, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: m, Policy: "express-cs", By: boss})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// judge gives everybody what their card waits for.
func (w *world) judge(d *monthend.Desk, c monthend.Closed) {
	w.t.Helper()
	if _, err := d.Judge(w.context(), judgeRequest(c.Month.ID.Policy, c.Month.ID.Month, judgements(c))); err != nil {
		w.t.Fatal(err)
	}
}

func judgeRequest(policy string, m calendar.Month, all []monthend.Judgement) monthend.JudgeRequest {
	return monthend.JudgeRequest{Policy: policy, Month: m, By: boss, Why: "month end", Judgements: all}
}

// judgements are what everybody's card waits for.
func judgements(c monthend.Closed) []monthend.Judgement {
	var all []monthend.Judgement
	for i, m := range c.Summary.Missing {
		j := monthend.Judgement{Agent: m.Agent, Rule: m.Rule, Reason: "as seen in the month"}
		if monthend.Wanted(c.Policy, m.Rule) == "waived" {
			j.Waived = true
		} else {
			points := amount.Points(100 * (i % 4))
			j.Points = &points
		}
		all = append(all, j)
	}
	return all
}

// lock brings a month that is complete to where its people see it.
func (w *world) lock(d *monthend.Desk, m calendar.Month) {
	w.t.Helper()
	if _, err := d.Approve(w.context(), "", m, "", leader, ""); err != nil {
		w.t.Fatal(err)
	}
	if _, err := d.Publish(w.context(), "", m, boss, ""); err != nil {
		w.t.Fatal(err)
	}
}

// count asks ClickHouse for a number.
func (w *world) count(sql string, args ...any) int64 {
	w.t.Helper()
	db := embeddedtest.DB{Name: w.place.Database}
	db.Native, db.User, db.Password = w.place.ClickHouse, w.place.User, w.place.Password
	var n int64
	if err := db.Open(w.t).QueryRow(w.context(), "SELECT toInt64(("+sql+"))", args...).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// alter changes the tables behind everybody's back.
func (w *world) alter(statement string, args ...any) {
	w.t.Helper()
	db := embeddedtest.DB{Name: w.place.Database}
	db.Native, db.User, db.Password = w.place.ClickHouse, w.place.User, w.place.Password
	if err := db.Open(w.t).Exec(w.context(), statement+" SETTINGS mutations_sync = 2", args...); err != nil {
		w.t.Fatalf("%s: %v", statement, err)
	}
}
