package app_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// The broker has the record and its answer never arrives: the command is sent again, and counts once.
func TestLostAcknowledgement(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		direct := open(t, c, t.Output())
		scored(t, direct)
		var lose atomic.Int32
		p := startProxy(t, addr, func() bool { return lose.Add(-1) < 0 })
		through := c
		through.Kafka.Brokers = []string{p.addr()}
		d := open(t, through, t.Output())
		lose.Store(3)
		cmd := approval(refresh(t, d), "wang")
		v := decide(t, d, cmd)
		if n := copies(t, c, cmd.ID); n != 4 {
			t.Errorf("%d records of the command, want 4: 3 whose acknowledgement was lost, and the last", n)
		}
		s := refresh(t, direct)
		if got, ok := s.Verdict(cmd.ID); !ok || got.Sequence != v.Sequence || s.Head().Sequence != v.Sequence || v.Sequence != 5 {
			t.Errorf("verdict %+v, head %+v, want the one of %+v, decision 5", got, s.Head(), v)
		}
		if again := decide(t, d, cmd); again != v {
			t.Errorf("sent again: %+v, want %+v", again, v)
		}
		verified(t, c)
	})
}

// The broker is killed when it has the record, and before anybody reads it.
func TestBrokerRestartsBeforeTheFold(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		cfg := embedded.BrokerConfig{Dir: t.TempDir()}
		broker := embeddedtest.BrokerProcess(t, cfg)
		_, cfg.Port = hostPort(t, broker.Addr())
		acknowledgedThenKilled(t, broker.Addr(), func() {
			broker.Kill()
			embeddedtest.BrokerProcess(t, cfg)
		})
	})
	if ok, _ := kafka.Available(); !ok {
		return // the other tests say so, and fail where it must be there
	}
	t.Run("apache", func(t *testing.T) {
		cluster, err := kafka.Start(t.Context(), kafka.Config{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Stop(context.Background())
		acknowledgedThenKilled(t, cluster.Addrs()[0], func() {
			cluster.Kill(0)
			if err := cluster.Restart(context.Background(), 0); err != nil {
				t.Error(err)
			}
		})
	})
}

func acknowledgedThenKilled(t *testing.T, addr string, restart func()) {
	c := newDesk(t, addr)
	scored(t, open(t, c, t.Output()))
	var once sync.Once
	var armed atomic.Bool
	p := startProxy(t, addr, func() bool {
		if armed.Load() {
			once.Do(restart)
		}
		return true
	})
	c.Kafka.Brokers = []string{p.addr()}
	d := open(t, c, t.Output())
	cmd := approval(refresh(t, d), "wang")
	armed.Store(true)
	if v := decide(t, d, cmd); v.Sequence != 5 {
		t.Errorf("verdict %+v, want decision 5", v)
	}
	verified(t, c)
}

// A process is killed when its approval stands in the log and before the copy has it. The next one to look completes it.
func TestKilledBeforeTheCopy(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		scored(t, d)
		spec := specOf(c, "wang")
		spec.ClickHouse = deaf(t)
		p := startProcess(t, spec)
		p.act(t)
		poll(t, "approved", func() bool { return len(values(t, c)) == 5 })
		p.kill()
		if last := copied(t, c); last != 4 {
			t.Errorf("the copy ends at %d, want 4: the killed process had no way to write it", last)
		}
		if s := refresh(t, d); s.Month(march).Phase != workflow.PhaseApproved || s.Head().Sequence != 5 {
			t.Errorf("month %+v, want it approved", s.Month(march))
		}
		if last := copied(t, c); last != 5 {
			t.Errorf("the copy ends at %d, want 5", last)
		}
		verified(t, c)
	})
}

// Kafka is the record: a store that is away is a warning, and is made up for by another process.
func TestStoreIsAway(t *testing.T) {
	c := newDesk(t, embeddedtest.Broker(t))
	away := c
	away.ClickHouse.Addresses = []string{closedPort(t)}
	var log lockedBuffer
	d := open(t, away, &log)
	activations(t, d, 3)
	if n := strings.Count(log.String(), "not copied to clickhouse yet"); n != 1 {
		t.Errorf("%d warnings, want one for now:\n%s", n, log.String())
	}
	refresh(t, open(t, c, t.Output()))
	if last := copied(t, c); last != 3 {
		t.Errorf("the copy ends at %d, want 3", last)
	}
	verified(t, c)
}

// A broker that does not come back before the caller's time is over: nobody knows whether the command counts.
func TestAppendWithoutABroker(t *testing.T) {
	broker := embeddedtest.OwnBroker(t)
	c := newDesk(t, broker.Addr())
	d := open(t, c, io.Discard)
	cmd := activate(refresh(t, d), workflow.PolicyDocument, "desk", "items: []")
	if err := broker.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := d.Append(ctx, cmd)
	var unknown *app.UnknownOutcomeError
	if !errors.As(err, &unknown) || unknown.ID != cmd.ID || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if _, err := d.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("refresh: error %v", err)
	}
}
