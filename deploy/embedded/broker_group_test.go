package embedded_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// rawClient sends requests as kafka-go's consumer groups do, one at a time, and can go at any moment.
type rawClient struct {
	t *testing.T
	net.Conn
}

func dialRaw(t *testing.T, addr string) rawClient {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	return rawClient{t, conn}
}

func (c rawClient) send(request kmsg.Request) {
	c.t.Helper()
	if _, err := c.Write(kmsg.NewRequestFormatter().AppendRequest(nil, request, 1)); err != nil {
		c.t.Fatal(err)
	}
}

func (c rawClient) receive(response kmsg.Response) {
	c.t.Helper()
	var header [8]byte
	if _, err := io.ReadFull(c, header[:]); err != nil {
		c.t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:])-4)
	if _, err := io.ReadFull(c, body); err != nil {
		c.t.Fatal(err)
	}
	if err := response.ReadFrom(body); err != nil {
		c.t.Fatal(err)
	}
}

// joining is a request to join of the version that kafka-go speaks, in which the broker takes a new member at once.
func joining(group, member string, session time.Duration) *kmsg.JoinGroupRequest {
	r := kmsg.NewPtrJoinGroupRequest()
	r.SetVersion(2)
	r.Group, r.MemberID, r.ProtocolType = group, member, "consumer"
	r.SessionTimeoutMillis, r.RebalanceTimeoutMillis = int32(session.Milliseconds()), 10_000
	r.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range", Metadata: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}}
	return r
}

// joined takes the answer to joining and, as its leader, sends the group's assignment, which is none.
func (c rawClient) joined(group string) *kmsg.JoinGroupResponse {
	c.t.Helper()
	joined := &kmsg.JoinGroupResponse{Version: 2}
	c.receive(joined)
	if joined.ErrorCode != 0 {
		c.t.Fatalf("join: error code %d", joined.ErrorCode)
	}
	if joined.LeaderID == joined.MemberID {
		sync := kmsg.NewPtrSyncGroupRequest()
		sync.SetVersion(1)
		sync.Group, sync.Generation, sync.MemberID = group, joined.Generation, joined.MemberID
		c.send(sync)
		c.receive(&kmsg.SyncGroupResponse{Version: 1})
	}
	return joined
}

// TestMemberThatDiesWhileItJoins wants a member to time out whose process was killed while it waited for the others: a
// member that stays for ever keeps partitions that nobody reads.
func TestMemberThatDiesWhileItJoins(t *testing.T) {
	k := newKafka(t, embeddedtest.Broker(t))
	addr, group := k.addr, k.group
	leader := dialRaw(t, addr)
	const long, short = 30 * time.Second, time.Second
	leader.send(joining(group, "", long))
	first := leader.joined(group)

	dying := dialRaw(t, addr)
	dying.send(joining(group, "", short))
	k.awaitMembers(t, 2) // it waits for the leader now
	_ = dying.Close()

	leader.send(joining(group, first.MemberID, long))
	second := leader.joined(group)
	if second.Generation == first.Generation {
		t.Fatal("the second join did not begin a generation")
	}
	// The leader lives on, by its heartbeats, until the dead member is missed and the group is to be joined again.
	for deadline := time.Now().Add(20 * time.Second); ; {
		beat := kmsg.NewPtrHeartbeatRequest()
		beat.SetVersion(0)
		beat.Group, beat.Generation, beat.MemberID = group, second.Generation, second.MemberID
		leader.send(beat)
		answer := &kmsg.HeartbeatResponse{}
		leader.receive(answer)
		if kafka.Error(answer.ErrorCode) == kafka.RebalanceInProgress {
			return
		}
		if answer.ErrorCode != 0 || time.Now().After(deadline) {
			t.Fatalf("heartbeat: error code %d; want a rebalance, because a member is dead", answer.ErrorCode)
		}
	}
}

// awaitMembers waits until the group has so many.
func (k kafkaUnderTest) awaitMembers(t *testing.T, want int) {
	t.Helper()
	retry(t, func(ctx context.Context) error {
		groups, err := k.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{k.group}})
		if err == nil && len(groups.Groups[0].Members) != want {
			err = kafka.RebalanceInProgress
		}
		return err
	})
}
