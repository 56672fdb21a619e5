package embedded_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// TestEngineSurvivesAbuse is the reason for the terminal: without it the first row ends the server.
func TestEngineSurvivesAbuse(t *testing.T) {
	engine := startEngine(t, embedded.EngineConfig{})
	execute(t, open(t, engine.Endpoint()), "CREATE DATABASE d", "CREATE TABLE d.t (n UInt64) ENGINE = MergeTree ORDER BY n")
	noise := make([]byte, 64<<10)
	_, _ = rand.Read(noise)
	send := func(address string, data ...[]byte) func(*testing.T) {
		return func(t *testing.T) {
			for _, d := range data {
				sendBytes(t, address, d)
			}
		}
	}
	endpoint := engine.Endpoint()
	hello := "\x00\x05hello\x01\x01\xb0\xa9\x03"
	for _, row := range []struct {
		name  string
		abuse func(t *testing.T)
	}{
		{"wrong password, native", func(t *testing.T) { wrongPasswords(t, endpoint, clickhouse.Native) }},
		{"wrong password, HTTP", func(t *testing.T) { wrongPasswords(t, endpoint, clickhouse.HTTP) }},
		{"the terminal's user", func(t *testing.T) { terminalUser(t, endpoint) }},
		{"nothing, native", send(endpoint.Native, nil)},
		{"noise, native", send(endpoint.Native, noise, []byte{0xff}, bytes.Repeat([]byte{0xff}, 1000))},
		{"HTTP on native", send(endpoint.Native, []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))},
		{"half a hello", send(endpoint.Native, []byte(hello))},
		{"hello with a huge string", send(endpoint.Native, []byte("\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f"))},
		{"noise after login", func(t *testing.T) { noiseAfterLogin(t, endpoint, noise) }},
		{"noise, HTTP", send(endpoint.HTTP, noise, []byte("GET"), []byte("POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nx"))},
		{"bad SQL, HTTP", func(t *testing.T) { badSQL(t, endpoint) }},
		{"client gone in mid-insert, native", func(t *testing.T) { goneInMidInsert(t, endpoint) }},
		{"client gone in mid-insert, HTTP", func(t *testing.T) { goneInMidInsertHTTP(t, endpoint) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.abuse(t)
			select {
			case <-engine.Done():
				t.Fatalf("the engine is gone: %v", engine.Err())
			default:
			}
			if got := number(t, open(t, endpoint), "SELECT toUInt64(1)"); got != 1 {
				t.Errorf("SELECT 1: got %d", got)
			}
		})
	}
}

// sendBytes sends data and waits until the server has had enough of it.
func sendBytes(t *testing.T, address string, data []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = conn.Write(data) // the server may hang up in the middle
	_ = conn.(*net.TCPConn).CloseWrite()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.Copy(io.Discard, conn)
}

func wrongPasswords(t *testing.T, endpoint embedded.Endpoint, protocol clickhouse.Protocol) {
	address := endpoint.Native
	if protocol == clickhouse.HTTP {
		address = endpoint.HTTP
	}
	for _, auth := range []clickhouse.Auth{
		{Username: endpoint.User, Password: "wrong"}, {Username: endpoint.User},
		{Username: "nobody", Password: "x"}, {Username: strings.Repeat("x", 10_000)},
	} {
		conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{address}, Auth: auth, Protocol: protocol})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Ping(t.Context()); err == nil {
			t.Errorf("user %.20q was let in with password %q", auth.Username, auth.Password)
		}
		_ = conn.Close()
	}
}

// terminalUser must not get in: it has no password.
func terminalUser(t *testing.T, endpoint embedded.Endpoint) {
	for protocol, address := range map[clickhouse.Protocol]string{
		clickhouse.Native: endpoint.Native, clickhouse.HTTP: endpoint.HTTP,
	} {
		conn, err := clickhouse.Open(&clickhouse.Options{
			Addr: []string{address}, Auth: clickhouse.Auth{Username: "default"}, Protocol: protocol,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Exec(t.Context(), "SYSTEM STOP LISTEN TCP"); err == nil {
			t.Errorf("%v: user default was let in", protocol)
		}
		_ = conn.Close()
	}
}

// wire hands out the connections that a client makes, so that a test can cut them.
type wire struct {
	mu    sync.Mutex // guards conns
	conns []*net.TCPConn
}

func (w *wire) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, conn.(*net.TCPConn))
	return conn, nil
}

// cut ends the connections as the end of the client's machine would: without a word.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
}

func noiseAfterLogin(t *testing.T, endpoint embedded.Endpoint, noise []byte) {
	var w wire
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Native}, DialContext: w.dial,
		Auth: clickhouse.Auth{Username: endpoint.User, Password: endpoint.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _ = w.conns[0].Write(noise)
	w.cut()
}

func badSQL(t *testing.T, endpoint embedded.Endpoint) {
	for _, sql := range []string{"SELEC 1", "SELECT * FROM nowhere", "SELECT '" + strings.Repeat("(", 5000), "\x00\xff"} {
		target := "http://" + endpoint.HTTP + "/?" + url.Values{"user": {endpoint.User}, "password": {endpoint.Password}}.Encode()
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Post(target, "text/plain", strings.NewReader(sql))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			t.Errorf("%.20q: got status %d", sql, response.StatusCode)
		}
	}
}

func goneInMidInsert(t *testing.T, endpoint embedded.Endpoint) {
	var w wire
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Native}, DialContext: w.dial,
		Auth: clickhouse.Auth{Username: endpoint.User, Password: endpoint.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO d.t")
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(100_000) {
		if err := batch.Append(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Flush(); err != nil { // sends a block and leaves the insert open
		t.Fatal(err)
	}
	w.cut()
	_ = batch.Abort()
}

func goneInMidInsertHTTP(t *testing.T, endpoint embedded.Endpoint) {
	var w wire
	conn, err := w.dial(t.Context(), endpoint.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"user": {endpoint.User}, "password": {endpoint.Password}, "query": {"INSERT INTO d.t FORMAT TSV"}}
	_, err = io.WriteString(conn, "POST /?"+query.Encode()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"+
		strings.Repeat("1\n", 200_000))
	if err != nil {
		t.Fatal(err)
	}
	w.cut()
}
