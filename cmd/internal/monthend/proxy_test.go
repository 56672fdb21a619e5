package monthend_test

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// moment is on which side of a statement something happens.
type moment string

const (
	before   moment = "before"   // the server has not heard of it
	sent     moment = "after"    // the server has the statement, but no rows that may belong to it
	reading  moment = "reading"  // the server answers, and nobody has heard it
	answered moment = "answered" // the server has the rows and says so, and nobody has heard it
)

// point is the n-th time that a text goes to the server.
type point struct {
	text string
	nth  int
	when moment
	pass bool // then all goes on as if nothing had been; otherwise the connections are cut
}

// proxy stands between processes and ClickHouse. At a point it does what it was told to, once, and then cuts the connections
// that are open.
type proxy struct {
	upstream string
	listener net.Listener

	wg   sync.WaitGroup
	mu   sync.Mutex // guards the rest
	open map[net.Conn]bool
	at   point
	seen int
	fire func() // nil when there is nothing to do
}

func startProxy(t *testing.T, upstream string) *proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{upstream: upstream, listener: l, open: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// set says what to do next, and at which point.
func (p *proxy) set(at point, fire func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.seen, p.fire = at, 0, fire
}

// due reports whether a chunk that goes to the server has the point in it.
func (p *proxy) due(chunk []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fire == nil || p.seen >= p.at.nth {
		return false
	}
	p.seen += bytes.Count(chunk, []byte(p.at.text))
	return p.seen >= p.at.nth
}

// act does what it was told to, and reports whether all goes on.
func (p *proxy) act() bool {
	p.mu.Lock()
	fire, pass := p.fire, p.at.pass
	p.fire = nil
	p.mu.Unlock()
	if fire != nil {
		fire()
	}
	if !pass {
		p.cut()
	}
	return pass
}

func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func (p *proxy) stop() {
	_ = p.listener.Close()
	p.cut()
	p.wg.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).Dial("tcp", p.upstream)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		c := &connection{proxy: p, client: client, server: server}
		p.wg.Go(c.up)
		p.wg.Go(c.down)
	}
}

// connection is one connection and how far its statement at the point is.
type connection struct {
	*proxy
	client, server net.Conn

	step sync.Mutex // guards at
	at   stage
}

type stage int

const (
	idle  stage = iota
	asked       // the server has the statement
	asks        // and wants its rows
	given       // and has some
)

// move goes from one stage to the next, and reports whether it was there.
func (c *connection) move(from, to stage) bool {
	c.step.Lock()
	defer c.step.Unlock()
	if c.at != from {
		return false
	}
	c.at = to
	return true
}

func (c *connection) close() {
	_, _ = c.client.Close(), c.server.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, c.client)
	delete(c.open, c.server)
}

// up passes on what goes to the server.
func (c *connection) up() {
	defer c.close()
	buffer := make([]byte, 1<<20) // holds a statement whole
	for {
		n, err := c.client.Read(buffer)
		if err != nil {
			return
		}
		due := c.due(buffer[:n])
		if due && c.moment() == before && !c.act() {
			return
		}
		if due {
			c.move(idle, asked)
		} else {
			c.move(asks, given)
		}
		if _, err := c.server.Write(buffer[:n]); err != nil {
			return
		}
		if due && c.moment() == sent && !c.act() {
			return
		}
	}
}

// down passes on what the server answers.
func (c *connection) down() {
	defer c.close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := c.server.Read(buffer)
		if err != nil {
			return
		}
		if (c.moment() == reading && c.move(asked, idle) || c.moment() == answered && c.move(given, idle)) && !c.act() {
			return
		}
		c.move(asked, asks)
		if _, err := c.client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (c *connection) moment() moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.proxy.at.when
}
