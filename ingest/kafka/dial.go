package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// dialer opens connections and can cut all of them. kafka-go offers no way to
// end a request that waits for the broker (a JoinGroup may wait for the whole
// rebalance timeout); closing its connection is the one that works.
//
// For a group it also keeps kafka-go from asking one broker for ever: each
// attempt to join begins with the first address of the list that takes a
// connection. One that takes it and never answers, a broker that hangs or what
// stands in front of one that is down, would keep the member out. Other
// requests begin with any of the addresses.
type dialer struct {
	net      net.Dialer
	passOver bool // an address that did not answer is passed over once

	mu     sync.Mutex // guards the fields below
	open   map[*trackedConn]struct{}
	mute   map[string]bool // addresses whose last connection ended without an answer
	closed bool
}

var errMute = errors.New("the last connection ended without an answer: the next address is asked first")

func newDialer(timeout time.Duration) *dialer {
	return &dialer{net: net.Dialer{Timeout: timeout}, open: map[*trackedConn]struct{}{}, mute: map[string]bool{}}
}

// groupDialer returns the dialer of a group.
func groupDialer(cfg *Config) *dialer {
	d := newDialer(cfg.DialTimeout)
	d.passOver = len(cfg.Brokers) > 1
	return d
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if d.wasMute(address) {
		return nil, fmt.Errorf("dial %q: %w", address, errMute)
	}
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
	t := &trackedConn{Conn: conn, dialer: d, address: address}
	d.open[t] = struct{}{}
	return t, nil
}

// wasMute reports whether the address was mute the last time, and forgets it.
func (d *dialer) wasMute(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.mute[address]
	delete(d.mute, address)
	return was
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
	dialer   *dialer
	address  string
	answered atomic.Bool
}

// Read notes that there was an answer.
func (c *trackedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && !c.answered.Load() {
		c.answered.Store(true)
	}
	return n, err
}

// Close closes the connection and forgets it, but not that nothing came of it.
func (c *trackedConn) Close() error {
	d := c.dialer
	d.mu.Lock()
	if _, open := d.open[c]; open && d.passOver && !c.answered.Load() {
		d.mute[c.address] = true
	}
	delete(d.open, c)
	d.mu.Unlock()
	return c.Conn.Close()
}
