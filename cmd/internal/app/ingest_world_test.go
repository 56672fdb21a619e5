package app_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// ingestWorld is a desk of which ingest reads one partition. Everything a test sees of ingest is what an operator sees: the
// log, /metrics, /healthz, and the tables.
type ingestWorld struct {
	config config.Config
	conn   driver.Conn
	client *kgo.Client
}

// newIngestWorld returns a desk whose recovery waits no longer than a test likes to.
func newIngestWorld(t *testing.T) *ingestWorld {
	t.Helper()
	return newIngestWorldAt(t, embeddedtest.Broker(t))
}

// newIngestWorldAt returns a desk at a broker.
func newIngestWorldAt(t *testing.T, addr string) *ingestWorld {
	t.Helper()
	c := newDesk(t, addr)
	c.Streams[0].Name = c.Decisions // it is part of the ids of queries, and the tests share a server
	c.Imports = c.Streams[0].Name
	c.Group.ID, c.Group.SessionTimeout, c.Group.RebalanceTimeout = c.Decisions, 6*time.Second, 8*time.Second
	c.ClickHouse.InsertDeadline = 2 * time.Second
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Kafka.Brokers...), kgo.DefaultProduceTopic(c.Streams[0].Topic),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ManualFlushing())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &ingestWorld{config: c, conn: database(t, c), client: client}
}

// poison is a value that no decoder takes.
const poison = "{"

// events are values of calls that ended just now, of an agent.
func events(agent string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf(`{"specversion":"1.0","id":"%s-%d","source":"pbx","type":"call.ended","subject":"c1","time":%q,`+
			`"data":{"direction":"inbound","outcome":"answered","agent":%q,"talk_ms":%d}}`, agent, i, time.Now().UTC().Format(time.RFC3339), agent, i))
	}
	return out
}

// produce writes values to the partition, in one piece. Only the first piece may become two, for the client learns of the
// partition while it is flushed.
func (w *ingestWorld) produce(t *testing.T, values ...string) {
	t.Helper()
	var written kgo.FirstErrPromise
	for _, v := range values {
		w.client.Produce(t.Context(), &kgo.Record{Key: []byte("c1"), Value: []byte(v)}, written.Promise())
	}
	if err := errors.Join(w.client.Flush(t.Context()), written.Err()); err != nil {
		t.Fatal(err)
	}
}

// exec changes the tables behind everybody's back.
func (w *ingestWorld) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := w.conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// commit commits an offset of the partition as another process of the group would have.
func (w *ingestWorld) commit(t *testing.T, offset int64, metadata string) {
	t.Helper()
	var at kadm.Offsets
	at.Add(kadm.Offset{Topic: w.config.Streams[0].Topic, At: offset, LeaderEpoch: -1, Metadata: metadata})
	poll(t, "committed", func() bool { // the group's coordinator may be new to it
		res, err := kadm.NewClient(w.client).CommitOffsets(t.Context(), w.config.Group.ID, at)
		return err == nil && res.Error() == nil
	})
}

// truncate has retention remove what lies before an offset.
func (w *ingestWorld) truncate(t *testing.T, offset int64) {
	t.Helper()
	var to kadm.Offsets
	to.AddOffset(w.config.Streams[0].Topic, 0, offset, -1)
	if res, err := kadm.NewClient(w.client).DeleteRecords(t.Context(), to); err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
}

// ingestRun is a running ingest.
type ingestRun struct {
	of   string // partition
	addr string // of /metrics and /healthz
	stop func()

	mu  sync.Mutex // guards out
	out bytes.Buffer
}

// Write takes a line of the log.
func (p *ingestRun) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(line)
}

// said is the log so far.
func (p *ingestRun) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// start runs ingest until it is stopped, at the end of the test at the latest.
func (w *ingestWorld) start(t *testing.T) *ingestRun {
	t.Helper()
	p := &ingestRun{of: w.partition()}
	ctx, cancel := context.WithCancel(context.Background())
	ended, ready := make(chan error, 1), make(chan string, 1)
	c := w.config
	c.Streams = append([]config.Stream(nil), c.Streams...)
	logger := slog.New(slog.NewTextHandler(io.MultiWriter(p, t.Output()), nil))
	go func() { ended <- app.Ingest(ctx, c, "", logger, func(addr string) { ready <- addr }) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ingest: %v", err)
		}
	})
	t.Cleanup(p.stop)
	p.addr = <-ready
	return p
}

// get asks the process over HTTP.
func (p *ingestRun) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true // the process must be able to end
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(all)
}

// metric is the value of a series as /metrics shows it, "" if there is none.
func (p *ingestRun) metric(t *testing.T, series string) string {
	t.Helper()
	_, body := p.get(t, "/metrics")
	for lines := bufio.NewScanner(strings.NewReader(body)); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), series+" "); ok {
			return value
		}
	}
	return ""
}

// await waits until a series has a value: what is in a table is counted a moment later.
func (p *ingestRun) await(t *testing.T, series, want string) {
	t.Helper()
	poll(t, series+" "+want, func() bool { return p.metric(t, series) == want })
}

// partition is how the partition is named in the log and in metrics.
func (w *ingestWorld) partition() string { return w.config.Streams[0].Name + "/0/0" }

// halted waits until the process says that its partition is halted: in the log with these words, in its health, and in its
// metrics.
func (p *ingestRun) halted(t *testing.T, words ...string) {
	t.Helper()
	poll(t, "halted", func() bool { return strings.Contains(p.said(), "partition halted") })
	for _, word := range append(words, "nothing more of it is read until an operator has acted") {
		if !strings.Contains(p.said(), word) {
			t.Errorf("the log does not say %q", word)
		}
	}
	if status, body := p.get(t, "/healthz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "halted") {
		t.Errorf("health is %d, %s", status, body)
	}
	p.await(t, fmt.Sprintf("deskpulse_ingest_halted{partition=%q}", p.of), "1")
	p.await(t, `deskpulse_ingest_errors_total{action="halt"}`, "1")
}

// settle waits until everything in the topic is applied.
func (w *ingestWorld) settle(t *testing.T) {
	t.Helper()
	poll(t, "applied", func() bool {
		behind, err := app.AwaitApplied(t.Context(), w.config, 10*time.Second, nil)
		return err == nil && len(behind) == 0
	})
}

// verified wants everything in the tables, each offset once.
func (w *ingestWorld) verified(t *testing.T) {
	t.Helper()
	if v, err := app.Verify(t.Context(), w.config, time.Minute, nil); err != nil || !v.OK {
		t.Errorf("verify ingest: %+v, %v", v, err)
	}
}

// want asks ClickHouse for numbers.
func (w *ingestWorld) want(t *testing.T, want map[string]int64) {
	t.Helper()
	got := map[string]int64{}
	for sql := range want {
		var n int64
		if err := w.conn.QueryRow(t.Context(), "SELECT toInt64(("+sql+"))").Scan(&n); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		got[sql] = n
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}
