package proxy

import (
	"net"
	"sync"
	"time"
)

// connection is one client's connection and the one to the server that belongs to it.
type connection struct {
	proxy          *Proxy
	client, server net.Conn
	once           sync.Once
	done           chan struct{} // closed when it is cut

	mu    sync.Mutex // guards the rest
	stage stage      // how far the statement that is watched for has come
	given int        // bytes of its rows that were passed on
}

// cut ends both sides.
func (c *connection) cut() {
	c.once.Do(func() {
		close(c.done)
		_, _ = c.client.Close(), c.server.Close()
	})
}

// relayBytes passes on whatever comes, as it comes.
func (c *connection) relayBytes() {
	var up sync.WaitGroup
	up.Go(func() { c.up() })
	c.down()
	c.cut()
	up.Wait()
}

// up passes on what goes to the server. When the client has ended, the server hears of it and may still work on what it
// has, so the way back stays open.
func (c *connection) up() {
	buffer := make([]byte, 1<<20) // holds a statement whole
	for {
		n, err := c.client.Read(buffer)
		if err != nil {
			c.finish()
			return
		}
		if !c.asked(buffer[:n]) {
			c.cut()
			return
		}
	}
}

// finish tells the server that nothing more comes, unless nothing gets through.
func (c *connection) finish() {
	_ = c.free()
	if tcp, ok := c.server.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// down passes on what the server answers, and goes on reading when the client has gone, or the server would never end.
func (c *connection) down() {
	buffer := make([]byte, 64<<10)
	gone := false
	for {
		n, err := c.server.Read(buffer)
		if err != nil {
			_ = c.free() // the client must not hear of it either
			return
		}
		if !c.answered(buffer[:n]) {
			return
		}
		if !gone {
			gone = c.pass(c.client, buffer[:n]) != nil
		}
	}
}

// pass writes when the link lets it through.
func (c *connection) pass(to net.Conn, b []byte) error {
	if err := c.free(); err != nil {
		return err
	}
	c.proxy.mu.Lock()
	slow := c.proxy.slow
	c.proxy.mu.Unlock()
	if err := c.wait(slow.delay(len(b))); err != nil {
		return err
	}
	_, err := to.Write(b)
	return err
}

// free returns when things get through.
func (c *connection) free() error {
	c.proxy.mu.Lock()
	free := c.proxy.free
	c.proxy.mu.Unlock()
	select {
	case <-free:
		return nil
	case <-c.done:
		return net.ErrClosed
	}
}

func (c *connection) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.done:
		return net.ErrClosed
	}
}

// delay is how long n bytes take.
func (l Link) delay(n int) time.Duration {
	d := l.Latency
	if l.BytesPerSecond > 0 {
		d += time.Duration(n) * time.Second / time.Duration(l.BytesPerSecond)
	}
	return d
}
