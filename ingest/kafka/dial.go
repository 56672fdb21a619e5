package kafka

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// dialer opens connections and can cut all of them. kafka-go offers no way to
// end a request that waits for the broker (a JoinGroup may wait for the whole
// rebalance timeout); closing its connection is the one that works.
type dialer struct {
	net net.Dialer

	mu     sync.Mutex // guards the fields below
	open   map[*trackedConn]struct{}
	closed bool
}

func newDialer(timeout time.Duration) *dialer {
	return &dialer{net: net.Dialer{Timeout: timeout}, open: map[*trackedConn]struct{}{}}
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.net.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		conn.Close()
		return nil, fmt.Errorf("dial %q: %w", address, net.ErrClosed)
	}
	t := &trackedConn{Conn: conn, dialer: d}
	d.open[t] = struct{}{}
	return t, nil
}

// Close cuts every connection that is open and every one still to come.
func (d *dialer) Close() {
	d.mu.Lock()
	d.closed = true
	open := d.open
	d.open = map[*trackedConn]struct{}{}
	d.mu.Unlock()
	for conn := range open {
		conn.Conn.Close()
	}
}

type trackedConn struct {
	net.Conn
	dialer *dialer
}

// Close closes the connection and forgets it.
func (c *trackedConn) Close() error {
	c.dialer.mu.Lock()
	delete(c.dialer.open, c)
	c.dialer.mu.Unlock()
	return c.Conn.Close()
}
