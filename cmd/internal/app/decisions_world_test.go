package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// onBrokers runs a test with each kind of broker there is on this machine; where CI is set both must be.
func onBrokers(t *testing.T, test func(t *testing.T, addr string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(t, embeddedtest.Broker(t)) })
	if addr, ok := embeddedtest.RealKafka(t); ok {
		t.Run("apache", func(t *testing.T) { test(t, addr) })
	}
}

// newDesk returns the configuration of a desk with topics and a database of its own.
func newDesk(t *testing.T, addr string) config.Config {
	t.Helper()
	c := deskConfig(addr, embeddedtest.Name(t), embeddedtest.Database(t))
	if err := app.EnsureTopics(t.Context(), c, quiet()); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Migrate(t.Context(), c, quiet()); err != nil {
		t.Fatal(err)
	}
	return c
}

func deskConfig(addr, name string, db embeddedtest.DB) config.Config {
	c := config.Default()
	c.Kafka.Brokers, c.Kafka.MetadataTTL, c.Kafka.FetchMaxWait = []string{addr}, 200*time.Millisecond, 50*time.Millisecond
	stream := config.DefaultStream()
	stream.Name, stream.Topic = "events", name+"_events"
	c.Streams, c.Imports = []config.Stream{stream}, stream.Name
	c.Decisions, c.DeadLetters = name, name+"_dead"
	c.ClickHouse.Addresses, c.ClickHouse.Database = []string{db.Native}, db.Name
	c.ClickHouse.User, c.ClickHouse.Password = db.User, secret.Text(db.Password)
	return c
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// open opens the log of decisions until the test ends.
func open(t *testing.T, c config.Config, out io.Writer) *app.Decisions {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := app.OpenDecisions(ctx, c, slog.New(slog.NewTextHandler(out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// refresh returns the state at the log's end.
func refresh(t *testing.T, d *app.Decisions) *workflow.State {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := d.Refresh(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decide appends a command and wants it accepted.
func decide(t *testing.T, d *app.Decisions, cmd workflow.Command) workflow.Verdict {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a broker may be started again meanwhile
	defer cancel()
	v, err := d.Append(ctx, cmd)
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		t.Fatalf("%T: %v", cmd.Action, err)
	}
	return v
}

var (
	chen  = workflow.Actor{Name: "chen", Role: policy.Supervisor}
	march = workflow.MonthID{Company: "acme", Policy: "desk", Month: calendar.Month{Year: 2024, Month: time.March}}
)

// activate returns a command that puts a document into force.
func activate(s *workflow.State, kind workflow.DocumentKind, name, text string) workflow.Command {
	sum := sha256.Sum256([]byte(text))
	thing := workflow.DocumentThing(march.Company, kind, name)
	return workflow.Command{
		ID: uuid.NewString(), By: chen, Why: "the new year", Expect: []workflow.Expect{{Thing: thing, Version: s.Version(thing)}},
		Action: workflow.Activate{Company: march.Company, Kind: kind, Name: name, Effective: calendar.Date{Year: 2024, Month: 1, Day: 1},
			SHA256: hex.EncodeToString(sum[:]), Text: text},
	}
}

// activations appends so many documents.
func activations(t *testing.T, d *app.Decisions, n int) {
	t.Helper()
	for i := range n {
		decide(t, d, activate(refresh(t, d), workflow.PolicyDocument, "desk", "text "+strings.Repeat("x", i)+uuid.NewString()))
	}
}

// expectMonth is the version of the month as s has it.
func expectMonth(s *workflow.State) []workflow.Expect {
	thing := workflow.MonthThing(march)
	return []workflow.Expect{{Thing: thing, Version: s.Version(thing)}}
}

// run is the run that the month of the tests has.
const run = "2024-03-run-1"

// scored brings the month to where it can be approved.
func scored(t *testing.T, d *app.Decisions) {
	t.Helper()
	rules := activate(refresh(t, d), workflow.PolicyDocument, "desk", "items: []")
	days := activate(refresh(t, d), workflow.CalendarDocument, "china", "zone: Asia/Shanghai")
	decide(t, d, rules)
	decide(t, d, days)
	decide(t, d, workflow.Command{ID: uuid.NewString(), By: chen, Expect: expectMonth(refresh(t, d)), Action: workflow.Freeze{
		Month: march, Policy: rules.Action.(workflow.Activate).SHA256, Calendar: days.Action.(workflow.Activate).SHA256,
		Positions: []workflow.Position{{Stream: "events", Last: 41}},
		Terms:     workflow.Terms{Scorers: []policy.Role{policy.Supervisor}, Approvers: []policy.Role{policy.Leader}},
	}})
	s := refresh(t, d)
	decide(t, d, workflow.Command{ID: uuid.NewString(), By: chen, Expect: expectMonth(s), Action: workflow.Calculate{
		Month: march, People: []string{"li", "zhao"},
		Run: workflow.Run{ID: run, Input: strings.Repeat("1", 64), Result: strings.Repeat("2", 64), Agents: 2,
			Sequence: s.Head().Sequence, Head: s.Head().Hash.String()},
	}})
}

// approval returns a command that approves the month.
func approval(s *workflow.State, by string) workflow.Command {
	return workflow.Command{ID: uuid.NewString(), By: workflow.Actor{Name: by, Role: policy.Leader}, Expect: expectMonth(s),
		Action: workflow.Approve{Month: march, Run: run}}
}

// values returns the values of all committed records of the topic.
func values(t *testing.T, c config.Config) (out [][]byte) {
	t.Helper()
	k := c.Kafka
	k.Topics = []string{c.Decisions}
	client, err := kafka.New(k)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	partition := kafka.Partition{Topic: c.Decisions}
	_, end, err := client.Bounds(t.Context(), partition)
	if err != nil {
		t.Fatal(err)
	}
	fetcher := client.Fetcher(partition)
	for at := int64(0); at < end; {
		fetched, err := fetcher.Fetch(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		var r kafka.Record
		for fetched.Next(&r) {
			out = append(out, bytes.Clone(r.Value))
		}
		at = fetched.Position()
	}
	return out
}

// copies counts the records of the topic that carry a command.
func copies(t *testing.T, c config.Config, id string) (n int) {
	t.Helper()
	for _, v := range values(t, c) {
		if bytes.Contains(v, []byte(id)) {
			n++
		}
	}
	return n
}

// database connects to the desk's tables.
func database(t *testing.T, c config.Config) driver.Conn {
	t.Helper()
	db := embeddedtest.DB{Name: c.ClickHouse.Database}
	db.Native, db.User, db.Password = c.ClickHouse.Addresses[0], c.ClickHouse.User, string(c.ClickHouse.Password)
	return db.Open(t)
}

// alter changes the desk's tables behind everybody's back.
func alter(t *testing.T, c config.Config, statement string, args ...any) {
	t.Helper()
	if err := database(t, c).Exec(t.Context(), statement+" SETTINGS mutations_sync = 2", args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// copied returns the last sequence in the copy.
func copied(t *testing.T, c config.Config) int64 {
	t.Helper()
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	last, err := store.CopiedDecisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// poll asks until ok, or fails the test.
func poll(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("after two minutes: not %s", what)
		}
		<-tick.C
	}
}
