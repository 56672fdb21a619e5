package kafka

import (
	"context"
	"fmt"
	"math"

	"github.com/segmentio/kafka-go/protocol/describegroups"
)

// Right is an operation that a cluster permits or not, by Kafka's number.
type Right int8

// The rights that deskpulse needs.
const (
	RightRead     Right = 3
	RightWrite    Right = 4
	RightDescribe Right = 8
)

// String returns the right as kafka-acls.sh takes it.
func (r Right) String() string {
	switch r {
	case RightRead:
		return "Read"
	case RightWrite:
		return "Write"
	case RightDescribe:
		return "Describe"
	}
	return fmt.Sprintf("Right(%d)", int8(r))
}

// Rights is what the cluster permits this client to do with a topic or a group,
// a bit for each Right.
type Rights int32

// unknownRights is what brokers send that do not tell.
const unknownRights Rights = math.MinInt32

// Known reports whether the broker told: those before Kafka 2.8 do not.
func (r Rights) Known() bool { return r != unknownRights }

// Has reports whether a right is among them.
func (r Rights) Has(right Right) bool { return r&(1<<right) != 0 }

// TopicRights asks what the cluster permits of a topic, which must exist and be
// one of Config.Topics. Who may not even know of it gets ErrPermission.
func (c *Client) TopicRights(ctx context.Context, topic string) (Rights, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	r := &topicIDRequest{partition: Partition{Topic: topic}, clientID: c.cfg.ClientID, speaks: &c.speaks, ask: true, rights: unknownRights}
	if _, err := c.transport.RoundTrip(ctx, c.addr, r); err != nil {
		return unknownRights, fmt.Errorf("read rights on topic %q: %w", topic, convert(err)) // and r is lost: it may still be written
	}
	return r.rights, nil
}

// GroupRights asks what the cluster permits of a consumer group, whether it
// exists or not. Who may not describe it gets ErrPermission.
func (c *Client) GroupRights(ctx context.Context, group string) (Rights, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	fail := func(err error) (Rights, error) {
		return unknownRights, fmt.Errorf("read rights on group %q: %w", group, err)
	}
	answer, err := c.transport.RoundTrip(ctx, c.addr, &describegroups.Request{Groups: []string{group}, IncludeAuthorizedOperations: true})
	if err != nil {
		return fail(convert(err))
	}
	res, ok := answer.(*describegroups.Response)
	if !ok || len(res.Groups) != 1 {
		return fail(errAnswer)
	}
	if err := fromCode(res.Groups[0].ErrorCode); err != nil {
		return fail(err)
	}
	return Rights(res.Groups[0].AuthorizedOperations), nil
}
