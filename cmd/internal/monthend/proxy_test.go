package monthend_test

import (
	"testing"

	between "github.com/deskpulse/deskpulse/deploy/dev/proxy"
)

// The sides of a statement on which something happens.
const (
	before   = between.Before
	sent     = between.Sent
	reading  = between.Reading
	answered = between.Answered
)

// point is the n-th time that a text goes to the server.
type point struct {
	text string
	nth  int
	when between.Moment
	pass bool // then all goes on as if nothing had been; otherwise the connections are cut
}

// proxy stands between processes and ClickHouse. At a point it does what it was told to, once, and then cuts the connections
// that are open.
type proxy struct{ *between.Proxy }

func startProxy(t *testing.T, upstream string) *proxy {
	t.Helper()
	p, err := between.Start(upstream)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &proxy{p}
}

func (p *proxy) addr() string { return p.Addr() }

// set says what to do next, and at which point.
func (p *proxy) set(at point, fire func()) {
	p.At(between.Point{Text: at.text, Nth: at.nth, When: at.when, Pass: at.pass}, func([]byte) {
		fire()
		if !at.pass {
			p.Cut()
		}
	})
}
