package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/semaphore"
)

// wires are the buffers in which blocks are laid out.
var wires = sync.Pool{New: func() any { return new(proto.Buffer) }}

// connections are those on which blocks are inserted, kept for the next insert.
type connections struct {
	cfg  Config
	free *semaphore.Weighted // one for each that may be open

	mu     sync.Mutex // guards the fields below
	idle   []*native
	closed bool
}

// connectionAge is how old a connection may become, so that servers behind one name get their share.
const connectionAge = time.Hour

func newConnections(c Config) *connections {
	return &connections{cfg: c, free: semaphore.NewWeighted(int64(c.MaxOpenConns))}
}

// use gives a connection to work. It is kept for the next one if work returns nil, or a refusal of rows that were all sent:
// then the server has read them to their end, and the next query is in step. Ctx bounds the waiting for it, and not
// the work.
func (c *connections) use(ctx context.Context, work func(*native) error) error {
	wait, cancel := context.WithTimeout(ctx, c.cfg.DialTimeout)
	defer cancel()
	if err := c.free.Acquire(wait, 1); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return clickhousego.ErrAcquireConnTimeout
	}
	defer c.free.Release(1)
	n, err := c.take(ctx)
	if err != nil {
		return err
	}
	n.sent = false
	err = work(n)
	if err == nil || n.sent && refusal(err) {
		c.keep(n)
	} else {
		n.conn.Close()
	}
	return err
}

// refusal reports whether the server has answered that it does not take a row.
func refusal(err error) bool {
	answer := new(clickhousego.Exception)
	if !errors.As(err, &answer) {
		return false
	}
	_, ok := refusals[int(answer.Code)]
	return ok
}

// take returns a connection that still stands, or a new one.
func (c *connections) take(ctx context.Context) (*native, error) {
	for {
		n, err := c.pop()
		if err != nil {
			return nil, err
		}
		if n == nil {
			return dialNative(ctx, c.cfg)
		}
		if time.Since(n.born) < connectionAge && n.stands() {
			return n, nil
		}
		n.conn.Close()
	}
}

func (c *connections) pop() (*native, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, clickhousego.ErrConnectionClosed
	}
	if len(c.idle) == 0 {
		return nil, nil
	}
	n := c.idle[len(c.idle)-1]
	c.idle = c.idle[:len(c.idle)-1]
	return n, nil
}

func (c *connections) keep(n *native) {
	_ = n.conn.SetDeadline(time.Time{}) // that of the insert; an error shows when it is used again
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		n.conn.Close()
		return
	}
	c.idle = append(c.idle, n)
}

// close closes the connections that are kept.
func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.idle {
		n.conn.Close()
	}
	c.idle, c.closed = nil, true
}

// stands reports whether the server has neither closed the connection nor said anything on it that nobody asked for. A
// connection that a restarted server no longer knows would cost its user an insert with an unknown outcome.
func (n *native) stands() bool {
	if n.raw.Buffered() > 0 {
		return false
	}
	conn := n.conn
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = t.NetConn() // below TLS
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && quiet
}

// wireSettings are settings as the protocol wants them. A server that does not know one refuses the query.
func wireSettings(settings map[string]any) []proto.Setting {
	out := make([]proto.Setting, 0, len(settings))
	for key, value := range settings {
		out = append(out, proto.Setting{Key: key, Value: fmt.Sprint(value), Important: true})
	}
	return out
}
