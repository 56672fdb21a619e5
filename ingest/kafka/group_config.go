package kafka

import (
	"errors"
	"fmt"
	"time"
)

// GroupConfig says how to take part in a consumer group. The topics are those
// of the client's Config.
type GroupConfig struct {
	// ID is the consumer group's name.
	ID string `yaml:"id"`
	// SessionTimeout is the time without a heartbeat after which the coordinator
	// gives a member's partitions to others. Most brokers refuse less than 6 s.
	// A process that was killed is missed for this long. An insert must take less, by
	// more than HeartbeatInterval.
	SessionTimeout time.Duration `yaml:"session_timeout"`
	// RebalanceTimeout is the time each member has to finish what it is doing
	// when the group rebalances. An insert must take less, by more than HeartbeatInterval.
	RebalanceTimeout time.Duration `yaml:"rebalance_timeout"`
	// HeartbeatInterval is also how soon a member notices a rebalance.
	HeartbeatInterval time.Duration `yaml:"heartbeat_interval"`
	// WatchInterval is how often to look for topics that appeared and for
	// partitions that were added. It is at least Config.MetadataTTL.
	WatchInterval time.Duration `yaml:"watch_interval"`
	// JoinBackoff is the pause after an attempt to join that failed.
	JoinBackoff time.Duration `yaml:"join_backoff"`
	// LeaveTimeout bounds leaving the group once the partitions' functions have
	// returned.
	LeaveTimeout time.Duration `yaml:"leave_timeout"`
}

// DefaultGroupConfig returns the defaults; ID has none.
func DefaultGroupConfig() GroupConfig {
	return GroupConfig{
		SessionTimeout:    10 * time.Second,
		RebalanceTimeout:  30 * time.Second,
		HeartbeatInterval: time.Second,
		WatchInterval:     5 * time.Second,
		JoinBackoff:       time.Second,
		LeaveTimeout:      3 * time.Second,
	}
}

// Lease is for how long, from the call of an Assignment.Claim that succeeds, no other member can have the partition. There
// was a heartbeat at most an interval before. From that on the coordinator waits for the member for a session, and, in a
// rebalance, which had not begun then, for the rebalance timeout.
func (c GroupConfig) Lease() time.Duration {
	return min(c.SessionTimeout, c.RebalanceTimeout) - c.HeartbeatInterval
}

// Validate returns all that is wrong with the configuration, with paths.
func (c GroupConfig) Validate() error {
	var errs []error
	if c.ID == "" {
		errs = append(errs, errors.New("id: is empty"))
	}
	for _, d := range []struct {
		path  string
		value time.Duration
	}{
		{"session_timeout", c.SessionTimeout},
		{"rebalance_timeout", c.RebalanceTimeout},
		{"heartbeat_interval", c.HeartbeatInterval},
		{"watch_interval", c.WatchInterval},
		{"join_backoff", c.JoinBackoff},
		{"leave_timeout", c.LeaveTimeout},
	} {
		if d.value < time.Millisecond || d.value > time.Hour {
			errs = append(errs, fmt.Errorf("%s: %v is not within [1ms, 1h]", d.path, d.value))
		}
	}
	if c.HeartbeatInterval > c.SessionTimeout/3 {
		errs = append(errs, fmt.Errorf("heartbeat_interval: %v is more than a third of session_timeout, %v",
			c.HeartbeatInterval, c.SessionTimeout))
	}
	return errors.Join(errs...)
}
