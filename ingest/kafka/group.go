package kafka

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Group is this process's membership of a consumer group.
type Group struct {
	// Joined, if set before Run, is told true when a generation begins and false when it is over. A member without
	// partitions has joined too.
	Joined func(bool)

	client *Client
	cfg    GroupConfig
	log    *slog.Logger
}

// Worker reads one partition until ctx ends, which is when the generation does:
// it then stops fetching, waits for the insert in flight, and returns. While it
// does so no heartbeat is sent, hence the limits on an insert's time.
type Worker func(ctx context.Context, a *Assignment)

// NewGroup returns a member that has not joined. The error is that of cfg.Validate.
func NewGroup(client *Client, cfg GroupConfig, log *slog.Logger) (*Group, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure consumer group: %w", err)
	}
	if cfg.WatchInterval < client.cfg.MetadataTTL {
		return nil, fmt.Errorf("configure consumer group: watch_interval: %v is less than metadata_ttl, %v",
			cfg.WatchInterval, client.cfg.MetadataTTL)
	}
	return &Group{client: client, cfg: cfg, log: log.With("group", cfg.ID)}, nil
}

// Run joins the group, runs worker for every partition assigned, and joins again
// whenever a generation ends. When ctx ends it waits for the workers, leaves the
// group and returns nil. Errors that no retry helps against are returned;
// all others are logged and tried again.
//
// Only topics that exist are subscribed to: asking for others would create them
// with the broker's defaults, or leave every topic of the group unassigned.
// They are joined when they appear.
func (g *Group) Run(ctx context.Context, worker Worker) error {
	for {
		topics, err := g.awaitTopics(ctx)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := g.runMember(ctx, topics, worker); err != nil {
			return err
		}
	}
}

// awaitTopics returns those of the topics that exist, sorted, once there is one.
// On cancellation it returns none.
func (g *Group) awaitTopics(ctx context.Context) ([]string, error) {
	retry := Backoff{Min: g.client.cfg.MetadataTTL / 4, Max: g.cfg.WatchInterval}
	for said := false; ; {
		topics, err := g.existing(ctx)
		switch {
		case ctx.Err() != nil:
			return nil, nil
		case ClassOf(err) == ClassFatal:
			return nil, err
		case err != nil:
			g.log.Warn("cannot read the topics", "err", err)
		case len(topics) > 0:
			if missing := len(g.client.cfg.Topics) - len(topics); missing > 0 {
				g.log.Warn("topics are missing", "existing", topics, "configured", g.client.cfg.Topics)
			}
			return topics, nil
		case !said:
			said = true
			g.log.Warn("waiting for a topic to exist", "configured", g.client.cfg.Topics)
		}
		if retry.Wait(ctx) != nil {
			return nil, nil
		}
	}
}

func (g *Group) existing(ctx context.Context) ([]string, error) {
	counts, err := g.client.partitionCounts(ctx, g.client.cfg.Topics)
	return slices.Sorted(maps.Keys(counts)), err
}

// member is one membership: from joining with a list of topics to leaving.
type member struct {
	*Group
	topics   []string
	worker   Worker
	dialer   *dialer
	balancer *balancer
	group    *kafkago.ConsumerGroup
	workers  sync.WaitGroup // of the generation in progress
	id       string         // member id; empty until the first generation
}

// runMember is a member until ctx ends or the topics that exist change.
func (g *Group) runMember(ctx context.Context, topics []string, worker Worker) error {
	m := &member{Group: g, topics: topics, worker: worker, dialer: groupDialer(&g.client.cfg), balancer: &balancer{}}
	group, err := kafkago.NewConsumerGroup(m.config())
	if err != nil {
		return fmt.Errorf("join group %q: %w", g.cfg.ID, err)
	}
	m.group = group
	defer m.leave(ctx)
	ctx, resubscribe := context.WithCancel(ctx)
	defer resubscribe()
	for {
		generation, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case ClassOf(convert(err)) == ClassFatal:
			return fmt.Errorf("join group %q: %w", g.cfg.ID, convert(err))
		case err != nil:
			g.log.Warn("cannot join the group yet", "err", convert(err)) // kafka-go waits JoinBackoff
		default:
			m.begin(ctx, generation, resubscribe)
		}
	}
}

func (m *member) config() kafkago.ConsumerGroupConfig {
	c := &m.client.cfg
	security, _ := c.security() // New has built it once without an error
	return kafkago.ConsumerGroupConfig{
		ID:      m.cfg.ID,
		Brokers: c.Brokers,
		Topics:  m.topics,
		Dialer: &kafkago.Dialer{
			ClientID:      c.ClientID,
			DialFunc:      m.dialer.dial,
			Timeout:       c.DialTimeout,
			TLS:           security.tls,
			SASLMechanism: security.sasl,
		},
		GroupBalancers:    []kafkago.GroupBalancer{m.balancer},
		HeartbeatInterval: m.cfg.HeartbeatInterval,
		SessionTimeout:    m.cfg.SessionTimeout,
		RebalanceTimeout:  m.cfg.RebalanceTimeout,
		JoinGroupBackoff:  m.cfg.JoinBackoff,
		Timeout:           c.RequestTimeout,
		// kafka-go's own watch joins in a tight loop while a topic is missing, and
		// takes its first look only after the assignment was made.
		WatchPartitionChanges: false,
	}
}

// begin starts the workers of a generation, after those of the one before: a
// generation that is over already runs its functions unaccounted for.
func (m *member) begin(ctx context.Context, g *kafkago.Generation, resubscribe func()) {
	m.workers.Wait()
	m.id = g.MemberID
	dealt := m.balancer.take()
	assigned := m.assignments(g)
	m.log.Info("generation started", "generation", g.ID, "member", g.MemberID, "partitions", len(assigned), "leads", dealt != nil)
	m.joined(true)
	m.workers.Add(1)
	g.Start(func(over context.Context) {
		defer m.workers.Done()
		m.watch(over, dealt, resubscribe)
		m.joined(false)
	})
	for _, a := range assigned {
		m.workers.Add(1)
		g.Start(func(over context.Context) {
			defer m.workers.Done()
			m.work(ctx, over, a)
		})
	}
}

func (g *Group) joined(is bool) {
	if g.Joined != nil {
		g.Joined(is)
	}
}

func (m *member) assignments(g *kafkago.Generation) []*Assignment {
	var out []*Assignment
	var pulse pulse
	for _, topic := range slices.Sorted(maps.Keys(g.Assignments)) {
		for _, p := range g.Assignments[topic] {
			partition := Partition{Topic: topic, ID: p.ID}
			out = append(out, &Assignment{
				client: m.client, group: m.cfg.ID, generation: g.ID, member: g.MemberID,
				partition: partition, fetcher: m.client.Fetcher(partition), pulse: &pulse, interval: m.cfg.HeartbeatInterval,
			})
		}
	}
	return out
}

// work runs the worker until the generation is over. A function that returned
// early would end the generation for all partitions, and joining again would
// repeat that every few milliseconds; so its place is kept until the end.
func (m *member) work(ctx, over context.Context, a *Assignment) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(over, cancel)()
	m.worker(ctx, a)
	if ctx.Err() == nil {
		m.log.Error("worker stopped before its generation ended; its partition is not being read", "partition", a.partition.String())
		<-ctx.Done()
	}
}

// watch ends the generation when the group's leader sees that a topic's
// partitions are not those it dealt, and the membership when the topics that
// exist are not those subscribed to. The metadata is younger than the interval.
func (m *member) watch(over context.Context, dealt map[string]int, resubscribe func()) {
	ticker := time.NewTicker(m.cfg.WatchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-over.Done():
			return
		case <-ticker.C:
		}
		counts, err := m.client.partitionCounts(over, m.client.cfg.Topics)
		switch {
		case err != nil:
			continue
		case !slices.Equal(slices.Sorted(maps.Keys(counts)), m.topics):
			m.log.Info("the topics that exist have changed", "before", m.topics, "now", counts)
			resubscribe()
			return
		case dealtOtherwise(dealt, counts):
			m.log.Info("the number of partitions has changed", "before", dealt, "now", counts)
			return
		}
	}
}

// dealtOtherwise compares only the topics that both know: other members may
// subscribe to topics of their own.
func dealtOtherwise(dealt, counts map[string]int) bool {
	for topic, n := range counts {
		if d, ok := dealt[topic]; ok && d != n {
			return true
		}
	}
	return false
}

// leave ends the membership: the workers return, then the coordinator is told.
// A join in progress may wait for other members for the whole RebalanceTimeout;
// it is cut off after LeaveTimeout, and the coordinator told separately.
func (m *member) leave(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.group.Close()
	}()
	m.workers.Wait()
	timer := time.NewTimer(m.cfg.LeaveTimeout)
	defer timer.Stop()
	select {
	case <-done:
		m.dialer.Close()
		return
	case <-timer.C:
	}
	m.dialer.Close()
	<-done
	if m.id == "" {
		return // it never was a member that could be named; its session times out
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.cfg.LeaveTimeout)
	defer cancel()
	if _, err := m.client.api.LeaveGroup(ctx, &kafkago.LeaveGroupRequest{
		GroupID: m.cfg.ID,
		Members: []kafkago.LeaveGroupRequestMember{{ID: m.id}},
	}); err != nil {
		m.log.Warn("cannot leave the group; its session will time out", "err", convert(err))
	}
}
