package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// groupMember runs a Group in the test and shows what it holds.
type groupMember struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // valid once done is closed

	mu      sync.Mutex // guards the fields below
	held    map[kafka.Partition]*kafka.Assignment
	started int // workers ever started
	drain   func()
	early   bool // workers return at once
}

func groupConfig(id string) kafka.GroupConfig {
	cfg := kafka.DefaultGroupConfig()
	cfg.ID = id
	cfg.SessionTimeout, cfg.RebalanceTimeout = 6*time.Second, 6*time.Second
	cfg.HeartbeatInterval, cfg.WatchInterval, cfg.JoinBackoff = 100*time.Millisecond, 300*time.Millisecond, 100*time.Millisecond
	return cfg
}

// join starts a member; it has left when the test ends.
func join(t *testing.T, cfg kafka.Config, group kafka.GroupConfig, set func(*groupMember)) *groupMember {
	t.Helper()
	g, err := kafka.NewGroup(newClient(t, cfg), group, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	m := &groupMember{cancel: cancel, done: make(chan struct{}), drain: func() {}, held: map[kafka.Partition]*kafka.Assignment{}}
	if set != nil {
		set(m)
	}
	go func() {
		defer close(m.done)
		m.err = g.Run(ctx, m.work)
	}()
	t.Cleanup(func() { m.leave(t) })
	return m
}

func (m *groupMember) work(ctx context.Context, a *kafka.Assignment) {
	m.mu.Lock()
	m.held[a.Partition()] = a
	m.started++
	drain, early := m.drain, m.early
	m.mu.Unlock()
	if early {
		return
	}
	<-ctx.Done()
	drain() // stands for the insert in flight
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[a.Partition()] == a {
		delete(m.held, a.Partition())
	}
}

// leave ends the member and returns how long that took.
func (m *groupMember) leave(t *testing.T) time.Duration {
	t.Helper()
	begin := time.Now()
	m.cancel()
	select {
	case <-m.done:
	case <-time.After(30 * time.Second):
		t.Fatal("the member did not leave")
	}
	if m.err != nil {
		t.Errorf("run: %v", m.err)
	}
	return time.Since(begin)
}

func (m *groupMember) partitions() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for p := range m.held {
		out = append(out, p.String())
	}
	slices.Sort(out)
	return out
}

// assignment returns one of those held, of that partition.
func (m *groupMember) assignment(p kafka.Partition) *kafka.Assignment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[p]
}

func (m *groupMember) any() *kafka.Assignment {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range slices.SortedFunc(maps.Keys(m.held), func(a, b kafka.Partition) int { return a.ID - b.ID }) {
		return m.held[p]
	}
	return nil
}

func names(topic string, ids ...int) (out []string) {
	for _, id := range ids {
		out = append(out, fmt.Sprintf("%s/%d", topic, id))
	}
	return out
}

func TestGroupSharesAndTakesOver(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 4, nil)
		cfg, group := config(brokers, topic), groupConfig(embeddedtest.Name(t))
		group.SessionTimeout, group.RebalanceTimeout = time.Minute, time.Minute // for who is not told that a member has left
		a := join(t, cfg, group, nil)
		eventually(t, "the first member holds all", func() bool { return len(a.partitions()) == 4 })
		old := a.any()

		b := join(t, cfg, group, nil)
		eventually(t, "two members hold two each", func() bool { return len(a.partitions()) == 2 && len(b.partitions()) == 2 })
		all := slices.Sorted(slices.Values(append(a.partitions(), b.partitions()...)))
		if diff := cmp.Diff(all, names(topic, 0, 1, 2, 3)); diff != "" {
			t.Errorf("shared partitions (-got, +want):\n%s", diff)
		}
		if err := old.Commit(t.Context(), 1, ""); !errors.Is(err, kafka.ErrFenced) || kafka.ClassOf(err) != kafka.ClassFenced {
			t.Errorf("commit of the old generation: %v, want ErrFenced", err)
		}
		if _, _, ok, err := old.Committed(t.Context()); ok || err != nil {
			t.Errorf("committed = %v, %v; the fenced commit must have left nothing", ok, err)
		}

		if d := a.leave(t); d > 10*time.Second {
			t.Errorf("leaving took %v", d)
		}
		begin := time.Now()
		eventually(t, "the other takes over", func() bool { return len(b.partitions()) == 4 })
		if d := time.Since(begin); d > group.SessionTimeout/2 {
			t.Errorf("taking over took %v: the coordinator was not told", d)
		}
		if err := b.any().Commit(t.Context(), 7, "kept"); err != nil {
			t.Error(err)
		}
	})
}

func TestGroupCommitRoundTrip(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topics := []string{createTopic(t, brokers, 1, nil), createTopic(t, brokers, 2, nil)}
		cfg, group := config(brokers, topics...), groupConfig(embeddedtest.Name(t))
		m := join(t, cfg, group, nil)
		eventually(t, "all partitions of both topics are held", func() bool { return len(m.partitions()) == 3 })
		p := kafka.Partition{Topic: topics[1], ID: 1}
		a := m.assignment(p)
		if _, _, ok, err := a.Committed(t.Context()); ok || err != nil {
			t.Fatalf("committed before any commit: %v, %v", ok, err)
		}
		const metadata = `{"intent":"42-99","epoch":3}`
		if err := a.Commit(t.Context(), 42, metadata); err != nil {
			t.Fatal(err)
		}
		type committed struct {
			Offset   int64
			Metadata string
			OK       bool
		}
		check := func(a *kafka.Assignment, want committed) {
			t.Helper()
			offset, metadata, ok, err := a.Committed(t.Context())
			if diff := cmp.Diff(committed{offset, metadata, ok}, want); diff != "" || err != nil {
				t.Errorf("committed, err %v (-got, +want):\n%s", err, diff)
			}
		}
		check(a, committed{42, metadata, true})
		check(m.assignment(kafka.Partition{Topic: topics[1]}), committed{})
		m.leave(t)
		again := join(t, cfg, group, nil)
		eventually(t, "the partitions are held again", func() bool { return len(again.partitions()) == 3 })
		check(again.assignment(p), committed{42, metadata, true})
		var first, end int64
		var err error
		eventually(t, "the new partition is led", func() bool {
			first, end, err = again.assignment(p).Bounds(t.Context())
			return kafka.ClassOf(err) != kafka.ClassRetry
		})
		if first != 0 || end != 0 || err != nil {
			t.Errorf("bounds of an empty partition = %d, %d, %v", first, end, err)
		}
	})
}

// TestGroupCommitsWhileStopping: the last commit of a worker, after its context has ended, still counts.
func TestGroupCommitsWhileStopping(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 1, nil)
		client := newClient(t, config(brokers, topic))
		g, err := kafka.NewGroup(client, groupConfig(embeddedtest.Name(t)), testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var commit error
		err = g.Run(ctx, func(ctx context.Context, a *kafka.Assignment) {
			cancel()
			<-ctx.Done()
			_, commit = retryErr(context.WithoutCancel(ctx), a)
		})
		if err != nil || commit != nil {
			t.Errorf("run: %v, last commit: %v", err, commit)
		}
	})
}

// retryErr commits with the back-off a worker uses: a fresh coordinator may not be ready.
func retryErr(ctx context.Context, a *kafka.Assignment) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var backoff kafka.Backoff
	for tries := 1; ; tries++ {
		err := a.Commit(ctx, 5, "last")
		if kafka.ClassOf(err) != kafka.ClassRetry || backoff.Wait(ctx) != nil {
			return tries, err
		}
	}
}

func TestGroupFindsNewTopicsAndPartitions(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topic, later := createTopic(t, brokers, 1, nil), embeddedtest.Name(t)
		m := join(t, config(brokers, topic, later), groupConfig(embeddedtest.Name(t)), nil)
		eventually(t, "the existing topic is held", func() bool { return len(m.partitions()) == 1 })
		admin := kadm.NewClient(franz(t, brokers))
		if _, err := admin.CreatePartitions(t.Context(), 2, topic); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the added partitions are held", func() bool { return len(m.partitions()) == 3 })
		if topics, err := admin.ListTopics(t.Context(), later); err != nil || topics.Has(later) && topics[later].Err == nil {
			t.Errorf("the missing topic was created: %v, %v", topics, err)
		}
		createNamed(t, brokers, later, 2, nil)
		want := append(names(topic, 0, 1, 2), names(later, 0, 1)...)
		slices.Sort(want)
		eventually(t, "the new topic is held", func() bool { return cmp.Equal(m.partitions(), want) })
	})
}

func TestGroupWaitsForATopic(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := embeddedtest.Name(t)
	m := join(t, config(brokers, topic), groupConfig("g"), nil)
	createNamed(t, brokers, topic, 1, nil)
	eventually(t, "the topic is held", func() bool { return len(m.partitions()) == 1 })
}

// TestGroupKeepsGenerationOfIdleWorker: a worker that stops early must not make
// the group rebalance every few milliseconds.
func TestGroupKeepsGenerationOfIdleWorker(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := createTopic(t, brokers, 2, nil)
	m := join(t, config(brokers, topic), groupConfig("g"), func(m *groupMember) { m.early = true })
	eventually(t, "the workers have been started", func() bool { return len(m.partitions()) == 2 })
	generation := m.any().Generation()
	for range 5 { // each succeeds only within the generation
		if err := m.any().Commit(t.Context(), 1, ""); err != nil {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond) // longer than a group takes to join again
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.started != 2 {
		t.Errorf("%d workers started since generation %d, want 2", m.started, generation)
	}
}

// TestGroupWaitsForWorkers: leaving waits for what the workers still do.
func TestGroupWaitsForWorkers(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := createTopic(t, brokers, 2, nil)
	const drain = 300 * time.Millisecond
	m := join(t, config(brokers, topic), groupConfig("g"), func(m *groupMember) { m.drain = func() { <-time.After(drain) } })
	eventually(t, "the partitions are held", func() bool { return len(m.partitions()) == 2 })
	if d := m.leave(t); d < drain || d > drain+10*time.Second {
		t.Errorf("leaving took %v, the workers %v", d, drain)
	}
	if held := m.partitions(); held != nil {
		t.Errorf("still held: %v", held)
	}
}

// TestGroupLeavesWhileJoining: a join that waits for a slow member does not hold up the end of the process.
func TestGroupLeavesWhileJoining(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := createTopic(t, brokers, 2, nil)
	cfg, group := config(brokers, topic), groupConfig("g")
	group.RebalanceTimeout, group.SessionTimeout = 20*time.Second, 20*time.Second
	group.LeaveTimeout = 300 * time.Millisecond
	drained := make(chan struct{})
	defer close(drained)
	slow := join(t, cfg, group, func(m *groupMember) { m.drain = func() { <-drained } })
	eventually(t, "the slow member holds all", func() bool { return len(slow.partitions()) == 2 })
	joining := join(t, cfg, group, nil)
	admin := kadm.NewClient(franz(t, brokers))
	eventually(t, "the group rebalances", func() bool {
		groups, err := admin.DescribeGroups(t.Context(), group.ID)
		return err == nil && groups[group.ID].State == "PreparingRebalance"
	})
	if d := joining.leave(t); d > group.RebalanceTimeout/2 {
		t.Errorf("leaving while joining took %v", d)
	}
}

// TestGroupWithoutCoordinator: a coordinator that is not ready is asked again.
func TestGroupWithoutCoordinator(t *testing.T) {
	cluster := fakeCluster(t)
	brokers := cluster.ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	refusals := 0
	cluster.ControlKey(int16(kmsg.FindCoordinator), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if refusals++; refusals > 3 {
			return nil, nil, false
		}
		cluster.KeepControl()
		response := r.ResponseKind().(*kmsg.FindCoordinatorResponse)
		response.ErrorCode = 15 // COORDINATOR_NOT_AVAILABLE
		return response, nil, true
	})
	m := join(t, config(brokers, topic), groupConfig("g"), nil)
	eventually(t, "the topic is held", func() bool { return len(m.partitions()) == 1 })
}

// TestGroupPassesOverBrokerThatDoesNotAnswer: the first address takes connections and says nothing, as a broker that hangs
// does, or ends them at once, as a balancer does whose broker is down.
func TestGroupPassesOverBrokerThatDoesNotAnswer(t *testing.T) {
	brokers := fakeCluster(t).ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	for _, hangs := range []bool{true, false} {
		t.Run(fmt.Sprintf("hangs %t", hangs), func(t *testing.T) {
			cfg := config(append([]string{mute(t, hangs)}, brokers...), topic)
			cfg.RequestTimeout = time.Second
			m := join(t, cfg, groupConfig(fmt.Sprintf("g%t", hangs)), nil)
			eventually(t, "the topic is held", func() bool { return len(m.partitions()) == 1 })
		})
	}
}

// mute listens at an address where nobody answers, and returns it.
func mute(t *testing.T, hangs bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var taken []net.Conn
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if taken = append(taken, conn); !hangs {
				conn.Close()
			}
		}
	})
	t.Cleanup(func() {
		listener.Close()
		ended.Wait()
		for _, conn := range taken {
			conn.Close()
		}
	})
	return listener.Addr().String()
}

// TestGroupRefused: a setting the broker refuses ends Run with its reason.
func TestGroupRefused(t *testing.T) {
	brokers := fakeCluster(t, kfake.GroupMinSessionTimeout(10*time.Second)).ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	g, err := kafka.NewGroup(newClient(t, config(brokers, topic)), groupConfig("g"), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	err = g.Run(t.Context(), func(context.Context, *kafka.Assignment) {})
	if kafka.ClassOf(err) != kafka.ClassFatal {
		t.Errorf("run = %v, want the refused session timeout", err)
	}
}
