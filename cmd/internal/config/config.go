// Package config is the configuration of a deskpulse process: one YAML file, read strictly. Each component declares its
// own part next to its code, with a sentence per field; this package puts the parts together, fills in defaults, takes
// passwords from the environment and checks everything at once.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	"github.com/deskpulse/deskpulse/sinks/prometheus"
)

// Config is the whole configuration.
type Config struct {
	// Kafka says how to reach the cluster that events arrive in.
	Kafka kafka.Config `yaml:"kafka"`
	// Group says how ingest shares the partitions between its processes.
	Group kafka.GroupConfig `yaml:"group"`
	// ClickHouse says how to reach the server that keeps everything.
	ClickHouse clickhouse.Config `yaml:"clickhouse"`
	// Streams are the topics to read and how their events are read.
	Streams []Stream `yaml:"streams"`
	// Imports is the name of the stream that `import` and `simulate` write to.
	Imports string `yaml:"imports"`
	// DeadLetters is the topic that gets a copy of every rejected record.
	DeadLetters string `yaml:"dead_letters"`
	// Decisions is the topic that holds what people decide: one partition, kept for ever. Never change it while data is kept.
	Decisions string `yaml:"decisions"`
	// MonthEnd says when a month may be closed, and who decides about it.
	MonthEnd MonthEnd `yaml:"month_end"`
	// Ingest sets how batches are made and when a partition counts as stuck.
	Ingest ingest.Config `yaml:"ingest"`
	// Metrics says where /metrics and /healthz are served.
	Metrics prometheus.Config `yaml:"metrics"`
	// Log says what is written to standard error.
	Log LogConfig `yaml:"log"`
}

// Default returns the configuration of a process without a file: the addresses alone have no default, `--data` finds
// them in the endpoints.json of a running `deskpulse up`.
func Default() Config {
	group := kafka.DefaultGroupConfig()
	group.ID = "deskpulse-ingest"
	// A process that is killed is missed for a session; one that is killed while it joins makes the others wait for a
	// rebalance as well. Both are short for that reason, and long enough for an insert.
	group.SessionTimeout, group.RebalanceTimeout = 15*time.Second, 15*time.Second
	store := clickhouse.DefaultConfig()
	// Below the group's timeouts, see Validate; and whoever takes over from a killed process waits this long.
	store.InsertDeadline = 5 * time.Second
	return Config{
		Kafka:       kafka.DefaultConfig(),
		Group:       group,
		ClickHouse:  store,
		Streams:     defaultStreams(),
		Imports:     "imports",
		DeadLetters: "deadletters",
		Decisions:   "decisions",
		MonthEnd:    DefaultMonthEnd(),
		Ingest:      ingest.DefaultConfig(),
		Metrics:     prometheus.DefaultConfig(),
		Log:         LogConfig{Level: "info", Format: "text"},
	}
}

// KafkaClient returns the configuration of a client that reads the streams. A topic that two streams name, or none, is a
// fault of the streams, and not of the client too.
func (c *Config) KafkaClient() kafka.Config {
	k := c.Kafka
	k.Topics = nil
	for _, s := range c.Streams {
		if s.Topic != "" && !slices.Contains(k.Topics, s.Topic) {
			k.Topics = append(k.Topics, s.Topic)
		}
	}
	return k
}

// IngestStage returns the configuration of ingest. An insert has one deadline, which both sides of it must know.
func (c *Config) IngestStage() ingest.Config {
	i := c.Ingest
	i.InsertDeadline, i.Lease = c.ClickHouse.InsertDeadline, c.Group.Lease()
	return i
}

// Stream returns the stream of that name.
func (c *Config) Stream(name string) (Stream, error) {
	var names []string
	for _, s := range c.Streams {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Stream{}, fmt.Errorf("no stream is named %q, there are: %s", name, strings.Join(names, ", "))
}

// Validate returns everything that is wrong, each fault with the path of its key.
func (c *Config) Validate() error {
	errs := []error{
		under("kafka", c.KafkaClient().Validate()),
		under("group", c.Group.Validate()),
		under("clickhouse", c.ClickHouse.Validate()),
		validateStreams(c.Streams),
		under("month_end", c.MonthEnd.Validate()),
		under("ingest", c.IngestStage().Validate()),
		under("metrics", c.Metrics.Validate()),
		under("log", c.Log.Validate()),
	}
	if _, err := c.Stream(c.Imports); err != nil {
		errs = append(errs, fmt.Errorf("imports: %w", err))
	}
	if limit := c.Group.Lease(); c.ClickHouse.InsertDeadline >= limit {
		errs = append(errs, fmt.Errorf("clickhouse.insert_deadline: %v must be below group.session_timeout and group.rebalance_timeout "+
			"less group.heartbeat_interval, %v: a partition must not change hands in mid-insert", c.ClickHouse.InsertDeadline, limit))
	}
	if limit := c.Kafka.RequestTimeout + c.Group.SessionTimeout; c.Group.RebalanceTimeout >= limit {
		// That sum is how long a member waits for its share. If it gives up before the coordinator gives up on a member that
		// died while it joined, it leaves a dead member behind itself, for which its next attempt waits, and so on.
		errs = append(errs, fmt.Errorf("group.rebalance_timeout: %v must be below kafka.request_timeout + group.session_timeout, %v",
			c.Group.RebalanceTimeout, limit))
	}
	return errors.Join(append(errs, c.validateTopics())...)
}

// validateTopics wants a topic of its own for what is written besides events.
func (c *Config) validateTopics() error {
	var errs []error
	if c.DeadLetters == "" {
		errs = append(errs, errors.New("dead_letters: want a topic"))
	}
	if c.Decisions == "" {
		errs = append(errs, errors.New("decisions: want a topic"))
	}
	if c.Decisions != "" && c.Decisions == c.DeadLetters {
		errs = append(errs, fmt.Errorf("decisions: %q takes the dead letters, which are not kept for ever", c.Decisions))
	}
	for i, s := range c.Streams {
		switch s.Topic {
		case c.DeadLetters:
			errs = append(errs, fmt.Errorf("streams[%d].topic: %q takes the dead letters: they would be rejected for ever", i, s.Topic))
		case c.Decisions:
			errs = append(errs, fmt.Errorf("streams[%d].topic: %q takes the decisions, which are no events", i, s.Topic))
		}
	}
	return errors.Join(errs...)
}

// under puts the path of a part before each of its faults, of which Join made one a line.
func under(path string, err error) error {
	if err == nil {
		return nil
	}
	var errs []error
	for line := range strings.Lines(err.Error()) {
		errs = append(errs, errors.New(path+"."+strings.TrimPrefix(strings.TrimSuffix(line, "\n"), path+".")))
	}
	return errors.Join(errs...)
}
