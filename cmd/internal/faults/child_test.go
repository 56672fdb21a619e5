package faults_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sink "github.com/deskpulse/deskpulse/sinks/kafka"
	"github.com/prometheus/client_golang/prometheus"
)

// childVariable tells this binary to be an ingest process; its value is a childSpec in JSON.
const childVariable = "DESKPULSE_FAULTS_CHILD"

// childSpec is everything an ingest process under test needs.
type childSpec struct {
	Brokers     []string // host:port
	Topic       string
	DeadLetters string
	Group       string
	Epoch       uint32
	Zone        string // of the stream; with another one records become other rows
	MaxBytes    int    // of a record; another one is another decoder
	Large       bool   // with the product's own sizes of batches
	ClickHouse  string // host:port of the native protocol
	Database    string
	User        string
	Password    string
	Crash       crash
}

// What every process under test is set to. Deadline and session are short, because recovery waits that long; the bounds
// of memory are small, so that a leak shows.
const (
	insertDeadline = time.Second
	stuckAfter     = 3 * time.Second
	sessionTimeout = 2 * time.Second
	maxBytes       = 64 << 10
	batchBytes     = 2 << 20
	inFlightBytes  = 8 << 20
	streamZone     = "Asia/Shanghai" // of events that name none, unless a fault changes it
)

func (s childSpec) stream() event.Stream {
	// Its own name, because query ids have the stream in them and all tests share one engine.
	return event.Stream{Name: s.Topic, Topic: s.Topic, Company: "express", Zone: s.Zone, Epoch: s.Epoch,
		Backward: event.DefaultBackward, Forward: event.DefaultForward, MaxBytes: s.MaxBytes}
}

func (s childSpec) clickhouse() clickhouse.Config {
	c := clickhouse.DefaultConfig()
	c.Addresses, c.Database, c.User, c.Password = []string{s.ClickHouse}, s.Database, s.User, secret.Text(s.Password)
	c.InsertDeadline = s.deadline()
	return c
}

func (s childSpec) store() (*clickhouse.Store, error) { return clickhouse.Open(s.clickhouse()) }

// runChild is an ingest process: the product's own parts, each wrapped in what may strike the process.
func runChild(text string) {
	debug.SetGCPercent(gcPercent)
	var spec childSpec
	err := json.Unmarshal([]byte(text), &spec)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err = spec.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s childSpec) run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	store, err := s.store()
	if err != nil {
		return err
	}
	defer store.Close()
	consumer := s.consumer()
	consumer.ClientID = memberName(os.Getpid())
	client, err := kafka.New(consumer)
	if err != nil {
		return err
	}
	defer client.Close()
	group, err := kafka.NewGroup(client, s.group(), log)
	if err != nil {
		return err
	}
	producer, err := sink.New(s.producer(), nil)
	if err != nil {
		return err
	}
	defer producer.Close()
	registry := prometheus.NewRegistry()
	c := newCrasher(s.Crash, func(line string) { fmt.Fprintln(os.Stdout, line) })
	in, err := ingest.New(s.ingest(), ingest.Deps{
		Streams: []event.Stream{s.stream()}, Log: log, Registry: registry,
		Store:       crashStore{store, c},
		DeadLetters: crashLetters{sink.NewDeadLetters(producer, s.DeadLetters), c},
		Join: func(ctx context.Context, work func(context.Context, ingest.Log), joined func(bool)) error {
			group.Joined = joined
			return group.Run(ctx, func(ctx context.Context, a *kafka.Assignment) { work(ctx, crashLog{a, c}) })
		},
	})
	if err != nil {
		return err
	}
	go obey(os.Stdin, c, in, registry)
	fmt.Fprintln(os.Stdout, "running")
	return in.Run(ctx)
}

// memberName is what the group calls a process.
func memberName(pid int) string { return fmt.Sprintf("ingest-%d", pid) }

// order is one line that the test writes to a process.
type order struct {
	Arm      *crash `json:",omitempty"` // strike there next
	Go       bool   `json:",omitempty"` // let the held call go
	Health   int    `json:",omitempty"` // say how you are, in answer to this question
	Counters int    `json:",omitempty"` // say what was counted, in answer to this question
}

// obey carries out orders until their writer ends, and then ends the process too: no test that was killed leaves one behind.
func obey(orders io.Reader, c *crasher, in *ingest.Ingest, counted prometheus.Gatherer) {
	for lines := bufio.NewScanner(orders); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			panic(err)
		}
		switch {
		case o.Arm != nil:
			c.arm(*o.Arm)
		case o.Go:
			c.release()
		case o.Health > 0:
			c.say(fmt.Sprintf("health %d %s", o.Health, oneLine(in.Health())))
		case o.Counters > 0:
			c.say(fmt.Sprintf("counters %d %s", o.Counters, countersOf(counted)))
		}
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func oneLine(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

func (s childSpec) ingest() ingest.Config {
	c := ingest.DefaultConfig()
	c.BatchRows, c.BatchAge, c.InsertDeadline, c.StuckAfter = 400, 120*time.Millisecond, s.deadline(), stuckAfter
	c.Lease = s.group().Lease()
	c.BatchBytes, c.InFlightBytes = batchBytes, inFlightBytes
	if s.Large {
		c = s.sizes(c)
	}
	return c
}

func (s childSpec) consumer() kafka.Config {
	c := kafka.DefaultConfig()
	c.Brokers, c.Topics, c.FetchMaxWait = s.Brokers, []string{s.Topic}, 250*time.Millisecond
	c.FetchMaxBytes = s.fetchMaxBytes()
	return c
}

func (s childSpec) group() kafka.GroupConfig {
	c := kafka.DefaultGroupConfig()
	c.ID, c.SessionTimeout, c.RebalanceTimeout = s.Group, sessionTimeout, 5*time.Second
	c.HeartbeatInterval, c.JoinBackoff = 200*time.Millisecond, 100*time.Millisecond
	return c
}

func (s childSpec) producer() sink.Config {
	c := sink.DefaultConfig()
	c.Brokers = s.Brokers
	return c
}
