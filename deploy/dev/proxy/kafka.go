package proxy

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// Kafka stands between clients and all brokers of a cluster: it knows the requests, and gives out its own addresses in
// place of the brokers', so that no client finds the way past it.
type Kafka struct {
	mu      sync.Mutex // guards the rest
	brokers map[string]*Proxy
	first   []*Proxy // in front of those that Start was told
	at      *requestPoint
	closed  bool
	refuses bool
	held    bool
	slow    Link
}

// requestPoint is a request that is waited for.
type requestPoint struct {
	key  kmsg.Key
	when Moment
	act  func()
	done chan struct{}
}

// StartKafka listens in front of the brokers at those addresses, host:port, and of every other that they name.
func StartKafka(addrs ...string) (*Kafka, error) {
	k := &Kafka{brokers: make(map[string]*Proxy)}
	for _, addr := range addrs {
		p, err := k.front(addr)
		if err != nil {
			k.Close()
			return nil, err
		}
		k.first = append(k.first, p)
	}
	return k, nil
}

// Addrs are to be used in place of the brokers' addresses, in their order.
func (k *Kafka) Addrs() (addrs []string) {
	for _, p := range k.first {
		addrs = append(addrs, p.Addr())
	}
	return addrs
}

// Close cuts everything and ends the proxies.
func (k *Kafka) Close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.each((*Proxy).Close)
}

// Cut ends all connections that are open, and returns their number.
func (k *Kafka) Cut() (n int) {
	k.each(func(p *Proxy) { n += p.Cut() })
	return n
}

// Refuse says whether new connections are ended as soon as they are made.
func (k *Kafka) Refuse(yes bool) { k.set(func() { k.refuses = yes }) }

// Hold lets nothing through any more without ending a connection.
func (k *Kafka) Hold() { k.set(func() { k.held = true }) }

// Release ends Hold.
func (k *Kafka) Release() { k.set(func() { k.held = false }) }

// Slow makes the links slow; the zero value makes them fast again.
func (k *Kafka) Slow(l Link) { k.set(func() { k.slow = l }) }

// AtRequest waits for the next request of a kind and then calls act, which may be nil, and cuts its connection: Before the
// broker has heard of it, or Answered, when the broker has done it and nobody has heard so. During passes on half of the
// answer. The channel is closed when that is done.
func (k *Kafka) AtRequest(key kmsg.Key, when Moment, act func()) <-chan struct{} {
	at := &requestPoint{key: key, when: when, act: act, done: make(chan struct{})}
	if act == nil {
		at.act = func() {}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = at
	return at.done
}

// Forget ends the waiting for a request that did not come.
func (k *Kafka) Forget() { k.set(func() { k.at = nil }) }

func (k *Kafka) set(change func()) {
	k.mu.Lock()
	change()
	k.mu.Unlock()
	k.each(k.bring)
}

// bring makes a proxy as the others are.
func (k *Kafka) bring(p *Proxy) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p.Refuse(k.refuses)
	p.Slow(k.slow)
	if k.held {
		p.Hold()
	} else {
		p.Release()
	}
}

func (k *Kafka) each(do func(*Proxy)) {
	k.mu.Lock()
	var all []*Proxy
	for _, p := range k.brokers {
		all = append(all, p)
	}
	k.mu.Unlock()
	for _, p := range all {
		do(p)
	}
}

// front returns the proxy in front of a broker, a new one for one that was not known.
func (k *Kafka) front(addr string) (*Proxy, error) {
	k.mu.Lock()
	p, ok := k.brokers[addr]
	closed := k.closed
	k.mu.Unlock()
	if ok || closed {
		return p, nil
	}
	p, err := start(addr, k.relay)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	if known, ok := k.brokers[addr]; ok || k.closed {
		k.mu.Unlock()
		p.Close()
		return known, nil
	}
	k.brokers[addr] = p
	k.mu.Unlock()
	k.bring(p)
	return p, nil
}

// reached reports whether the request is waited for at this moment, which is then over.
func (k *Kafka) reached(key kmsg.Key, when Moment) (*requestPoint, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.at
	if at == nil || at.key != key || at.when != when {
		return nil, false
	}
	k.at = nil
	return at, true
}

// place puts the proxies' own address in the place of a broker's.
func (k *Kafka) place(host *string, port *int32) error {
	if *port <= 0 { // no broker, e.g. of a coordinator that is not known yet
		return nil
	}
	p, err := k.front(net.JoinHostPort(*host, strconv.Itoa(int(*port))))
	if err != nil || p == nil {
		return fmt.Errorf("proxy for %s:%d: %w", *host, *port, err)
	}
	own, number, err := net.SplitHostPort(p.Addr())
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(number)
	*host, *port = own, int32(n)
	return err
}

// readFrame reads what follows a length, both together.
func readFrame(r io.Reader) ([]byte, error) {
	frame := make([]byte, 4)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(frame)
	frame = append(frame, make([]byte, n)...)
	_, err := io.ReadFull(r, frame[4:])
	return frame, err
}
