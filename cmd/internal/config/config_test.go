package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// minimal is the least that a file must say.
const minimal = `
kafka:
  brokers: [kafka:9092]
clickhouse:
  addresses: [clickhouse:9000]
`

func parse(t *testing.T, text string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMinimalIsValid(t *testing.T) {
	c := parse(t, minimal)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	want := []event.Stream{
		{Name: "events", Topic: "events", Company: "default", Zone: "UTC", Backward: 40 * 24 * time.Hour, Forward: 10 * time.Minute, MaxBytes: 1 << 20},
		{Name: "imports", Topic: "imports", Company: "default", Zone: "UTC", Forward: 10 * time.Minute, MaxBytes: 1 << 20},
	}
	if diff := cmp.Diff(c.EventStreams(), want); diff != "" {
		t.Errorf("streams (-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(c.KafkaClient().Topics, []string{"events", "imports"}); diff != "" {
		t.Errorf("topics (-got, +want):\n%s", diff)
	}
}

func TestStreamKeepsDefaults(t *testing.T) {
	c := parse(t, minimal+`
streams:
  - {name: shop, topic: shop-events, zone: Asia/Shanghai}
  - {name: imports, topic: imports, backward: 0s}
`)
	want := config.DefaultStream()
	want.Name, want.Topic, want.Zone = "shop", "shop-events", "Asia/Shanghai"
	if diff := cmp.Diff(c.Streams[0], want); diff != "" {
		t.Errorf("stream (-got, +want):\n%s", diff)
	}
	if c.Streams[1].Backward != 0 {
		t.Errorf("backward = %v, want 0: the file says so", c.Streams[1].Backward)
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"unknown key", "kafka:\n  brokers: [a:1]\n  broker: b\n", `[3:3] unknown field "broker"`},
		{"unknown key of a stream", "streams:\n  - name: a\n    topik: b\n", `[3:5] unknown field "topik"`},
		{"unknown part", "kafak: {}\n", `[1:1] unknown field "kafak"`},
		{"derived key", "kafka:\n  topics: [a]\n", `[2:3] unknown field "topics"`},
		{"wrong type", "ingest:\n  batch_rows: many\n", "[2:15]"},
		{"duration without a unit", "ingest:\n  batch_age: 10 seconds\n", "[2:14] time: unknown unit"},
		{"duplicate key", "imports: a\nimports: b\n", `[2:1] mapping key "imports" already defined`},
		{"broken YAML", "kafka: [\n", "[1:8]"},
		{"two documents", "imports: a\n---\nimports: b\n", "more than one YAML document"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := config.Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	c := parse(t, `
kafka:
  brokers: []
  sasl: {mechanism: plain}
group: {id: ""}
clickhouse:
  addresses: [nowhere]
  database: 1st
  insert_deadline: 1m
streams:
  - {name: a, topic: t, zone: Local}
  - {name: a, topic: t, company: "x y"}
  - {name: d, topic: deadletters}
  - {name: e, topic: decided}
decisions: decided
imports: elsewhere
ingest: {batch_rows: 0}
metrics: {listen: here}
log: {level: loud, format: xml}
`)
	err := c.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"kafka.brokers: ", "kafka.sasl: ", "group.id: ", "clickhouse.addresses[0]: ", "clickhouse.database: ",
		`streams[0].stream "a": zone "Local"`, `streams[1].stream "a": company "x y"`, "streams[1].name: ", "streams[1].topic: ",
		"streams[2].topic: ", "streams[3].topic: ", "imports: no stream is named", "ingest.batch_rows: ", "clickhouse.insert_deadline: ",
		"metrics.listen: ", "log.level: ", "log.format: ",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no fault %q in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "kafka.topics") {
		t.Errorf("a key that no file has, made of the streams' topics, in:\n%v", err)
	}
}

func TestDecisionsHaveATopicOfTheirOwn(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"none", `decisions: ""`, "decisions: want a topic"},
		{"dead letters", "decisions: deadletters", `decisions: "deadletters" takes the dead letters`},
		{"events", "decisions: events", `streams[0].topic: "events" takes the decisions`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parse(t, minimal+test.text)
			if err := c.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestDumpIsReadBackAndHidesSecrets(t *testing.T) {
	c := parse(t, minimal)
	env := map[string]string{"DESKPULSE_CLICKHOUSE_PASSWORD": "geheim-1", "DESKPULSE_KAFKA_PASSWORD": "geheim-2"}
	c.ApplyEnvironment(func(k string) string { return env[k] })
	if c.ClickHouse.Password != "geheim-1" || c.Kafka.SASL.Password != "geheim-2" {
		t.Error("the environment does not override the file")
	}
	var out bytes.Buffer
	if err := c.Dump(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "geheim") || strings.Count(out.String(), "<secret>") != 2 {
		t.Errorf("the dump shows secrets:\n%s", out.String())
	}
	back := parse(t, out.String())
	back.ApplyEnvironment(func(k string) string { return env[k] })
	if diff := cmp.Diff(back, c); diff != "" {
		t.Errorf("dump and read again (-got, +want):\n%s", diff)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("nothing: here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	if _, err := config.Load(path, none); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not name the file", err)
	}
	if _, err := config.Load(path+".missing", none); !os.IsNotExist(err) && !strings.Contains(err.Error(), "no such file") {
		t.Errorf("error %v, want that there is no such file", err)
	}
	for _, empty := range []string{"", "# nothing yet\n", "---\n", "null\n"} {
		if c, err := config.Parse([]byte(empty)); err != nil || !cmp.Equal(c, config.Default()) {
			t.Errorf("%q is all defaults: %v", empty, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte("streams:\n  - {name: a, topic: b, backward: 1h}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := config.Parse(b)
		if err != nil {
			return
		}
		// What parses can be checked, shown, and read again.
		_ = c.Validate()
		var out bytes.Buffer
		if err := c.Dump(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Parse(out.Bytes()); err != nil {
			t.Fatalf("read the dump again: %v\n%s", err, out.String())
		}
	})
}
