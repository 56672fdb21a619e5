package embedded

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxRequest is the largest request a broker reads, in bytes: Kafka's own default (socket.request.max.bytes).
const maxRequest = 100 << 20

// connections stands between the broker and its clients. The broker allocates whatever the first four bytes of a
// request announce, so that a browser's "GET " on its port would cost 1.2 GB; it panics on a kind of request that it
// has never heard of; and it leaves connections to their own devices when it stops. None of this is good inside a
// process that does other work.
type connections struct {
	admit func()          // lets clients in; until then they wait, connected
	begun <-chan struct{} // closed by admit

	mu        sync.Mutex // guards what follows
	open      map[*guardedConn]struct{}
	listeners []net.Listener
	over      bool
}

func newConnections() *connections {
	begun := make(chan struct{})
	return &connections{
		admit: sync.OnceFunc(func() { close(begun) }), begun: begun, open: map[*guardedConn]struct{}{},
	}
}

// listen is net.Listen with every accepted connection guarded.
func (c *connections) listen(network, address string) (net.Listener, error) {
	listener, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(c.listeners, listener)
	return &guardedListener{Listener: listener, conns: c}, nil
}

// close ends all connections, now and later, and no longer listens.
func (c *connections) close() {
	c.mu.Lock()
	c.over = true
	open := c.open
	for _, listener := range c.listeners {
		_ = listener.Close() // the broker may have done so
	}
	c.open = map[*guardedConn]struct{}{}
	c.mu.Unlock()
	c.admit()
	for conn := range open {
		_ = conn.Conn.Close()
	}
}

func (c *connections) add(conn *guardedConn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.open[conn] = struct{}{}
	}
	return !c.over
}

func (c *connections) remove(conn *guardedConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, conn)
}

type guardedListener struct {
	net.Listener
	conns *connections
}

// Accept implements net.Listener.
func (l *guardedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	<-l.conns.begun
	guarded := &guardedConn{Conn: conn, conns: l.conns}
	if !l.conns.add(guarded) {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	return guarded, nil
}

// guardedConn follows the framing of the Kafka protocol: four bytes of length, then that many bytes, of which the
// first two say what is requested.
type guardedConn struct {
	net.Conn
	conns *connections

	header [6]byte
	have   int   // bytes of the header read so far
	left   int64 // bytes of the current request still to come

	mu      sync.Mutex    // guards joining
	joining chan struct{} // closed by the answer to a request to join a group; nil while there is none
}

// minRequest is the size of the smallest request header, in bytes: key, version and correlation id.
const minRequest = 8

var errNotKafka = errors.New("request is larger than 100 MiB, or not in the Kafka protocol")

// Read implements net.Conn. It fails on a request that no Kafka client sends.
func (c *guardedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.awaitJoin()
	}
	if !c.follow(p[:n]) {
		return 0, errNotKafka
	}
	return n, err
}

// follow moves through what was read and says whether it may be Kafka.
func (c *guardedConn) follow(p []byte) bool {
	for len(p) > 0 {
		if c.left > 0 {
			skip := min(c.left, int64(len(p)))
			c.left -= skip
			p = p[skip:]
			continue
		}
		n := copy(c.header[c.have:], p)
		c.have += n
		p = p[n:]
		if c.have < len(c.header) {
			// Length and key arrive in two reads as a rule: the length must be right before the broker sees it.
			return c.have < 4 || c.lengthFits()
		}
		key := int16(binary.BigEndian.Uint16(c.header[4:]))
		if !c.lengthFits() || kmsg.RequestForKey(key) == nil {
			return false
		}
		c.have, c.left = 0, c.length()-2
		if key == int16(kmsg.JoinGroup) {
			c.join()
		}
	}
	return true
}

func (c *guardedConn) length() int64 { return int64(binary.BigEndian.Uint32(c.header[:4])) }

func (c *guardedConn) lengthFits() bool { return minRequest <= c.length() && c.length() <= maxRequest }

// join notes that a group is to be joined, and answered closes the note: with the answer, which is the next that is
// written, or with the connection.
func (c *guardedConn) join() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.joining == nil {
		c.joining = make(chan struct{})
	}
}

func (c *guardedConn) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.joining != nil {
		close(c.joining)
		c.joining = nil
	}
}

// awaitJoin keeps it from the broker that a client has gone while it waits to join a group. The broker starts a member's
// session with the answer, and only if the client is still there: a member whose process was killed in that moment would
// never time out, and the partitions that it was dealt would never be read again.
func (c *guardedConn) awaitJoin() {
	c.mu.Lock()
	joining := c.joining
	c.mu.Unlock()
	if joining != nil {
		<-joining
	}
}

// Write implements net.Conn.
func (c *guardedConn) Write(p []byte) (int, error) {
	c.answered()
	return c.Conn.Write(p)
}

// Close implements net.Conn.
func (c *guardedConn) Close() error {
	c.answered()
	c.conns.remove(c)
	return c.Conn.Close()
}
