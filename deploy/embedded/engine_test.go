package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// startEngine starts an engine and stops it when the test ends.
func startEngine(t *testing.T, cfg embedded.EngineConfig) *embedded.Engine {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	engine := embedded.NewEngine(cfg)
	began := time.Now()
	if err := engine.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("engine started in %v", time.Since(began).Round(time.Millisecond))
	t.Cleanup(func() {
		if err := engine.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return engine
}

func open(t *testing.T, endpoint embedded.Endpoint) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Native},
		Auth: clickhouse.Auth{Username: endpoint.User, Password: endpoint.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func execute(t *testing.T, conn driver.Conn, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func number(t *testing.T, conn driver.Conn, query string) (n uint64) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestEngineKeepsDataOverStopAndKill(t *testing.T) {
	dir := t.TempDir()
	ends := []struct {
		name string
		end  func(*embedded.Engine)
	}{
		{"stop", func(e *embedded.Engine) {
			if err := e.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}},
		{"kill", (*embedded.Engine).Kill},
	}
	for i, row := range ends {
		engine := startEngine(t, embedded.EngineConfig{Dir: dir})
		conn := open(t, engine.Endpoint())
		execute(t, conn,
			"CREATE DATABASE IF NOT EXISTS d",
			"CREATE TABLE IF NOT EXISTS d.t (n UInt64) ENGINE = MergeTree ORDER BY n",
			"INSERT INTO d.t SELECT number FROM numbers(1000)")
		if got, want := number(t, conn, "SELECT count() FROM d.t"), uint64(1000*(i+1)); got != want {
			t.Errorf("rows before %s: got %d, want %d", row.name, got, want)
		}
		row.end(engine)
		select {
		case <-engine.Done():
		default:
			t.Errorf("after %s: Done is not closed", row.name)
		}
		if err := engine.Err(); err != nil {
			t.Errorf("after %s: got error %v, want none", row.name, err)
		}
	}
	engine := startEngine(t, embedded.EngineConfig{Dir: dir})
	if got := number(t, open(t, engine.Endpoint()), "SELECT count() FROM d.t"); got != 2000 {
		t.Errorf("rows in the end: got %d, want 2000", got)
	}
}

func TestEngineIsAWholeServer(t *testing.T) {
	engine := startEngine(t, embedded.EngineConfig{})
	conn := open(t, engine.Endpoint())
	execute(t, conn,
		"CREATE DATABASE d",
		"CREATE TABLE d.t (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100",
		"INSERT INTO d.t SELECT number FROM numbers(10)",
		"KILL QUERY WHERE query_id = 'nobody' SYNC",
		"SYSTEM FLUSH LOGS")
	for query, want := range map[string]uint64{
		"SELECT count() FROM system.parts WHERE active AND table = 't'":                                          1,
		"SELECT count() FROM system.query_log WHERE type = 'QueryFinish' AND query LIKE 'INSERT INTO d.t%'":      1,
		"SELECT toUInt64(timezone() IN ('UTC', 'Etc/UTC'))":                                                      1,
		"SELECT toUInt64(value) FROM system.server_settings WHERE name = 'max_server_memory_usage'":              2 << 30,
		"SELECT toUInt64(getSetting('implicit_select')) + toUInt64(getSetting('allow_introspection_functions'))": 0,
	} {
		if got := number(t, conn, query); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
}

// TestQueryLogAfterARestart: the folder of the log before is not in the way of the next one.
func TestQueryLogAfterARestart(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		engine := startEngine(t, embedded.EngineConfig{Dir: dir})
		conn := open(t, engine.Endpoint())
		execute(t, conn, "SELECT 1", "SYSTEM FLUSH LOGS")
		if n := number(t, conn, "SELECT count() FROM system.query_log WHERE query = 'SELECT 1'"); n == 0 {
			t.Error("the query log has nothing")
		}
		if err := engine.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := os.ReadFile(filepath.Join(dir, "engine.log")); err != nil || bytes.Contains(said, []byte("<Error>")) {
		t.Errorf("the engine's log: %v\n%s", err, said)
	}
}

func TestEngineKillsQuery(t *testing.T) {
	conn := open(t, startEngine(t, embedded.EngineConfig{}).Endpoint())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- conn.Exec(clickhouse.Context(ctx, clickhouse.WithQueryID("slow")),
			"SELECT sum(sleepEachRow(1)) FROM numbers(1000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0")
	}()
	for number(t, conn, "SELECT count() FROM system.processes WHERE query_id = 'slow'") == 0 {
		select {
		case err := <-ended:
			t.Fatalf("query ended by itself: %v", err)
		default:
		}
	}
	execute(t, conn, "KILL QUERY WHERE query_id = 'slow' SYNC")
	var exception *clickhouse.Exception
	if err := <-ended; !errors.As(err, &exception) || exception.Code != 394 {
		t.Errorf("killed query: got %v, want code 394", err)
	}
}

func TestEngineDeathIsNoticed(t *testing.T) {
	engine := startEngine(t, embedded.EngineConfig{})
	if err := syscall.Kill(engine.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-engine.Done()
	if err := engine.Err(); err == nil || !strings.Contains(err.Error(), "signal: killed") {
		t.Errorf("got %v, want an error that says it was killed", err)
	}
}

func TestEngineNamesATakenPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	err = embedded.NewEngine(embedded.EngineConfig{Dir: t.TempDir(), NativePort: port}).Start(t.Context())
	if !errors.Is(err, embedded.ErrPortTaken) || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("got %v, want ErrPortTaken with the port %d", err, port)
	}
}

func TestEngineStartSaysWhyItFailed(t *testing.T) {
	for _, row := range []struct {
		name string
		cfg  embedded.EngineConfig
		want string
	}{
		{"no such library", embedded.EngineConfig{Library: "/nowhere/libchdb.so"}, "/nowhere/libchdb.so"},
		{"bad configuration", embedded.EngineConfig{LogLevel: "</x>"}, "engine ended by itself"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.cfg.Dir = t.TempDir()
			err := embedded.NewEngine(row.cfg).Start(t.Context())
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want it to contain %q", err, row.want)
			}
		})
	}
}

func TestEngineStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	engine := embedded.NewEngine(embedded.EngineConfig{Dir: t.TempDir()})
	if err := engine.Start(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
