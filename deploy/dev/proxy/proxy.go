// Package proxy stands between a program under test and a server on this machine. It passes everything on until a test
// wants otherwise: it cuts connections at a point of what is said, or all of them at once, lets nothing through without a
// word, or makes the link slow. So a test can have a fault of the network at the moment it means, and look at the server
// directly, which stays as it is.
package proxy

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Proxy is one listener in front of one server. Its methods may be called from several goroutines.
type Proxy struct {
	upstream string
	listener net.Listener
	relay    func(*connection) // copies in both directions until either side ends
	wg       sync.WaitGroup

	mu      sync.Mutex // guards the rest
	closed  bool
	refuses bool
	open    map[*connection]bool
	free    chan struct{} // closed while everything passes
	slow    Link
	watch   *watch // nil when there is nothing to wait for
}

// Link is what a slow connection is like. The zero value is as fast as it goes.
type Link struct {
	// Latency is added to everything that passes, in either direction.
	Latency time.Duration
	// BytesPerSecond bounds each direction of each connection; 0 means no bound.
	BytesPerSecond int
}

// Start listens on a free loopback port and passes everything on to upstream, host:port.
func Start(upstream string) (*Proxy, error) { return start(upstream, (*connection).relayBytes) }

func start(upstream string, relay func(*connection)) (*Proxy, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start proxy: %w", err)
	}
	p := &Proxy{upstream: upstream, listener: listener, relay: relay, open: make(map[*connection]bool), free: make(chan struct{})}
	close(p.free)
	p.wg.Go(p.accept)
	return p, nil
}

// Addr is the host:port to use in place of the server's.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close cuts everything and ends the proxy.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.listener.Close()
	p.Release()
	p.Cut()
	p.wg.Wait()
}

// Cut ends all connections that are open, at both sides, and returns their number. New ones are let in.
func (p *Proxy) Cut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		c.cut()
	}
	return len(p.open)
}

// Refuse says whether new connections are ended as soon as they are made.
func (p *Proxy) Refuse(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = yes
}

// Hold lets nothing through any more, in either direction, without ending a connection: to both sides the other has gone
// silent. What is under way waits.
func (p *Proxy) Hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.free:
		p.free = make(chan struct{})
	default: // held already
	}
}

// Release ends Hold: what has waited goes on its way, even where the sender has given up since.
func (p *Proxy) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.free:
	default:
		close(p.free)
	}
}

// Slow makes the link slow, also for connections that are open; the zero value makes it fast again.
func (p *Proxy) Slow(l Link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow = l
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refuses := p.refuses
		p.mu.Unlock()
		if refuses {
			_ = client.Close()
			continue
		}
		p.wg.Go(func() { p.serve(client) })
	}
}

// serve passes on one connection to its end.
func (p *Proxy) serve(client net.Conn) {
	server, err := new(net.Dialer).Dial("tcp", p.upstream)
	if err != nil {
		_ = client.Close()
		return
	}
	c := &connection{proxy: p, client: client, server: server, done: make(chan struct{})}
	p.mu.Lock()
	p.open[c] = true
	if p.closed {
		c.cut()
	}
	p.mu.Unlock()
	p.relay(c)
	c.cut()
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
}
