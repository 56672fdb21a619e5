package embedded_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestBrokerKeepsWhatItAcknowledged ends a broker process in every way, again and again, on one folder.
func TestBrokerKeepsWhatItAcknowledged(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	stop := func(p *embedded.BrokerProcess) {
		if err := p.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	process := embeddedtest.BrokerProcess(t, cfg)
	cfg.Port = embeddedtest.Port(t, process.Addr())
	k := newKafka(t, process.Addr())
	k.isEmbedded = true
	k.ensure(t, embedded.Topic{Partitions: 1})
	acknowledged := 0
	for i, end := range []func(*embedded.BrokerProcess){(*embedded.BrokerProcess).Kill, stop, (*embedded.BrokerProcess).Kill, stop} {
		for range 50 {
			acknowledged++
			k.produce(t, 0, "record "+strconv.Itoa(acknowledged))
			retry(t, func(context.Context) error { return k.commit(t, -1, "", int64(acknowledged), "round "+strconv.Itoa(i)) })
		}
		end(process)
		began := time.Now()
		process = embeddedtest.BrokerProcess(t, cfg)
		t.Logf("restarted in %v", time.Since(began).Round(time.Millisecond))

		if offset, metadata := k.committed(t); offset != int64(acknowledged) || metadata != "round "+strconv.Itoa(i) {
			t.Errorf("round %d: committed %d %q, want %d", i, offset, metadata, acknowledged)
		}
		var values []string
		for len(values) < acknowledged {
			more, _, high := k.fetch(t, 0, int64(len(values)))
			if high != int64(acknowledged) {
				t.Fatalf("round %d: high watermark %d, want %d", i, high, acknowledged)
			}
			values = append(values, more...)
		}
		for n, value := range values {
			if want := "record " + strconv.Itoa(n+1); value != want {
				t.Fatalf("round %d: offset %d is %q, want %q", i, n, value, want)
			}
		}
	}
}

func TestBrokerFolderIsHeldByOne(t *testing.T) {
	dir := t.TempDir()
	first := embedded.NewBroker(embedded.BrokerConfig{Dir: dir})
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := embedded.NewBroker(embedded.BrokerConfig{Dir: dir}).Start(ctx); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("second broker: got %v, want an error that names the folder", err)
	}
	if err := first.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	second := embedded.NewBroker(embedded.BrokerConfig{Dir: dir})
	if err := second.Start(t.Context()); err != nil {
		t.Fatalf("after stop: %v", err)
	}
	if err := second.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestBrokerNamesATakenPort(t *testing.T) {
	port := embeddedtest.Port(t, embeddedtest.OwnBroker(t).Addr())
	err := embedded.NewBroker(embedded.BrokerConfig{Dir: t.TempDir(), Port: port}).Start(t.Context())
	if !errors.Is(err, embedded.ErrPortTaken) || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("got %v, want ErrPortTaken with the port %d", err, port)
	}
	process := embedded.NewBrokerProcess(embedded.BrokerConfig{Dir: t.TempDir(), Port: port})
	if err := process.Start(t.Context()); err == nil || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("in a process: got %v, want an error with the port %d", err, port)
	}
}

func TestBrokerSurvivesOtherProtocols(t *testing.T) {
	broker := embeddedtest.OwnBroker(t)
	huge := binary.BigEndian.AppendUint32(nil, 1<<31)
	for _, data := range [][]byte{
		nil, {0}, []byte("GET / HTTP/1.1\r\n\r\n"), huge, {0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
		append([]byte{0, 0, 0, 40, 0, 0, 0, 9}, make([]byte, 36)...),
	} {
		conn, err := net.Dial("tcp", broker.Addr())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write(data)
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q: the broker does not hang up", data)
		}
		_ = conn.Close()
	}
	newKafka(t, broker.Addr()).ensure(t, embedded.Topic{Partitions: 1})
}

// TestEnsureTopicsWaitsForTheBroker asks for a topic before there is a broker.
func TestEnsureTopicsWaitsForTheBroker(t *testing.T) {
	first := embedded.NewBroker(embedded.BrokerConfig{Dir: t.TempDir()})
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	addr := first.Addr()
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	k := newKafka(t, addr)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	topic := embedded.Topic{Name: k.topic, Partitions: 2}
	if err := embedded.EnsureTopics(ctx, k.Client, topic); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody there: got %v, want %v", err, context.DeadlineExceeded)
	}
	ended := make(chan error, 1)
	go func() { ended <- embedded.EnsureTopics(t.Context(), k.Client, topic) }()
	embeddedtest.BrokerProcess(t, embedded.BrokerConfig{Port: embeddedtest.Port(t, addr)})
	if err := <-ended; err != nil {
		t.Errorf("after the broker came: %v", err)
	}
}
