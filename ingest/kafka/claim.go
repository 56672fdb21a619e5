package kafka

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/segmentio/kafka-go/protocol"
)

// pulse remembers, for all partitions of a generation, the last heartbeat that found no rebalance under way. Those that
// kafka-go sends cannot be seen from here, and may come late: each waits for the answer to the one before.
type pulse struct {
	mu    sync.Mutex
	began time.Time // the request
}

func (p *pulse) last() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.began
}

func (p *pulse) beat(began time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if began.After(p.began) {
		p.began = began
	}
}

// Claim is Commit for a worker that is about to write: if it succeeds, the partition is this member's for
// GroupConfig.Lease from when Claim was called. To know that, a heartbeat is sent first unless one of the generation was
// begun within GroupConfig.HeartbeatInterval and answered; ErrRebalancing says that the group is about to give the
// partition to another member.
func (a *Assignment) Claim(ctx context.Context, offset int64, metadata string) error {
	if err := a.heartbeat(ctx); err != nil {
		return fmt.Errorf("claim %v at %d: %w", a.partition, offset, err)
	}
	return a.Commit(ctx, offset, metadata)
}

func (a *Assignment) heartbeat(ctx context.Context) error {
	began := time.Now()
	if began.Sub(a.pulse.last()) < a.interval {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, a.client.cfg.RequestTimeout)
	defer cancel()
	h := &heartbeat{of: a}
	if _, err := a.client.transport.RoundTrip(ctx, a.client.addr, h); err != nil {
		return convert(err) // and h is lost: it may still be written
	}
	if err := fromCode(h.code); err != nil {
		return err
	}
	a.pulse.beat(began)
	return nil
}

// heartbeat is a Heartbeat request, sent as a raw exchange: kafka-go's Client has one that asks any broker, and takes the
// throttle time of the answer for its error.
type heartbeat struct {
	of   *Assignment
	code int16 // of the answer
}

// heartbeatVersion has no throttle time. Every broker speaks it.
const heartbeatVersion = 0

// ApiKey implements protocol.Message.
//
//nolint:revive // the name is that of kafka-go's interface
func (h *heartbeat) ApiKey() protocol.ApiKey { return protocol.Heartbeat }

// Group implements protocol.GroupMessage: the coordinator is asked.
func (h *heartbeat) Group() string { return h.of.group }

// Required implements protocol.RawExchanger.
func (h *heartbeat) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger.
func (h *heartbeat) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	b := appendHeader(nil, int16(protocol.Heartbeat), heartbeatVersion, h.of.client.cfg.ClientID)
	b = appendString(b, h.of.group)
	b = appendInt32(b, h.of.generation)
	b = appendString(b, h.of.member)
	body, err := exchange(rw, sealed(b), heartbeatLimit, nil)
	if err != nil {
		return nil, err
	}
	d := decoder{rest: body}
	d.id()
	h.code = d.int16()
	d.end()
	return h, d.err
}

// heartbeatLimit is of an answer's bytes.
const heartbeatLimit = 64
