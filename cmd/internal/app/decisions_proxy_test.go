package app_test

import (
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// proxy stands between a client and one broker. What it does to acknowledgements the test says; everything else passes,
// but for the broker's address, which becomes its own.
type proxy struct {
	upstream string
	listener net.Listener
	// acknowledged is called with every acknowledgement of records; false cuts the connection instead of passing it on.
	acknowledged func() bool

	wg   sync.WaitGroup
	mu   sync.Mutex // guards open
	open map[net.Conn]bool
}

func startProxy(t *testing.T, upstream string, acknowledged func() bool) *proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{upstream: upstream, listener: l, acknowledged: acknowledged, open: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) stop() {
	_ = p.listener.Close()
	p.mu.Lock()
	for conn := range p.open {
		_ = conn.Close()
	}
	p.open = nil
	p.mu.Unlock()
	p.wg.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		broker, err := new(net.Dialer).Dial("tcp", p.upstream)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.join(client, broker)
	}
}

// join passes frames on in both directions until either side closes.
func (p *proxy) join(client, broker net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		_, _ = client.Close(), broker.Close()
		return
	}
	p.open[client], p.open[broker] = true, true
	asked := make(chan request, 100) // in order, as the broker answers
	var once sync.Once
	cut := func() {
		once.Do(func() {
			_, _ = client.Close(), broker.Close()
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.open, client)
			delete(p.open, broker)
		})
	}
	p.wg.Go(func() {
		defer cut()
		defer close(asked)
		for frame := range frames(client) {
			asked <- request{int16(binary.BigEndian.Uint16(frame)), int16(binary.BigEndian.Uint16(frame[2:]))}
			if writeFrame(broker, frame) != nil {
				return
			}
		}
	})
	p.wg.Go(func() {
		defer cut()
		for frame := range frames(broker) {
			if frame = p.answer(<-asked, frame); frame == nil || writeFrame(client, frame) != nil {
				return
			}
		}
	})
}

// request is the head of a request.
type request struct{ key, version int16 }

// answer returns what to pass on of the answer to a request, nil to cut the connection.
func (p *proxy) answer(to request, frame []byte) []byte {
	switch {
	case to.key == int16(kmsg.Produce) && !p.acknowledged():
		return nil
	case to.key == int16(kmsg.Metadata):
		return p.redirect(to.version, frame)
	}
	return frame
}

// redirect puts the proxy's address into metadata, of a version before 9, whose head is the correlation id alone.
func (p *proxy) redirect(version int16, frame []byte) []byte {
	m := kmsg.NewPtrMetadataResponse()
	if m.Version = version; m.ReadFrom(frame[4:]) != nil {
		return nil
	}
	host, port, _ := net.SplitHostPort(p.addr())
	number, _ := strconv.Atoi(port)
	for i := range m.Brokers {
		m.Brokers[i].Host, m.Brokers[i].Port = host, int32(number)
	}
	return m.AppendTo(frame[:4:4])
}

// frames yields what follows each length.
func frames(r io.Reader) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for {
			var size [4]byte
			if _, err := io.ReadFull(r, size[:]); err != nil {
				return
			}
			frame := make([]byte, binary.BigEndian.Uint32(size[:]))
			if _, err := io.ReadFull(r, frame); err != nil || !yield(frame) {
				return
			}
		}
	}
}

func writeFrame(w io.Writer, frame []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(frame))), frame...))
	return err
}
