package clickhouse_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestConfigValidate(t *testing.T) {
	valid := clickhouse.DefaultConfig()
	valid.Addresses = []string{"127.0.0.1:9000"}
	for _, c := range []struct {
		name   string
		change func(*clickhouse.Config)
		want   string
	}{
		{"default", func(*clickhouse.Config) {}, ""},
		{"no address", func(c *clickhouse.Config) { c.Addresses = nil }, "addresses: "},
		{"no port", func(c *clickhouse.Config) { c.Addresses = []string{"a:1", "b"} }, "addresses[1]: "},
		{"database", func(c *clickhouse.Config) { c.Database = "a;b" }, "database: "},
		{"user", func(c *clickhouse.Config) { c.User = "" }, "user: "},
		{"compression", func(c *clickhouse.Config) { c.Compression = "zip" }, "compression: "},
		{"deadline", func(c *clickhouse.Config) { c.InsertDeadline = time.Millisecond }, "insert_deadline: "},
		{"dial timeout", func(c *clickhouse.Config) { c.DialTimeout = 0 }, "dial_timeout: "},
		{"connections", func(c *clickhouse.Config) { c.MaxOpenConns = 0 }, "max_open_conns: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := valid
			c.change(&cfg)
			err := cfg.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestSecretDoesNotPrint(t *testing.T) {
	cfg := clickhouse.Config{Password: "hunter2"}
	text, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v %#v", cfg, cfg), string(text)} {
		if strings.Contains(got, "hunter2") {
			t.Errorf("got %s", got)
		}
	}
}
