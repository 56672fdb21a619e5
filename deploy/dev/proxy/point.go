package proxy

import (
	"bytes"
	"slices"
)

// Moment is on which side of a statement something happens.
type Moment string

const (
	// Before is when the server has not heard of the statement.
	Before Moment = "before"
	// Sent is when the server has the statement, but no rows that may belong to it.
	Sent Moment = "sent"
	// Reading is when the server answers to the statement and nobody has heard it.
	Reading Moment = "reading"
	// During is when the server has some of the rows, as many bytes as [Point] says.
	During Moment = "during"
	// Answered is when the server has taken the rows and says so, and nobody has heard it. A statement that ClickHouse
	// refuses does not count: the next one is waited for.
	Answered Moment = "answered"
)

// Point is the n-th time that a text goes to the server.
type Point struct {
	// Text is what to look for: in ClickHouse's protocol the text or the id of a query. It must come in one piece, which
	// is so for a statement that its client writes at once.
	Text string
	// Nth is which time it comes, from 1.
	Nth int
	// When is the moment of that statement.
	When Moment
	// Bytes is how much of the rows passes where When is During.
	Bytes int
	// Pass lets all go on afterwards, as if nothing had been; otherwise the statement's connection is cut.
	Pass bool
}

// watch is a point that is waited for.
type watch struct {
	Point
	seen      int
	statement []byte // the chunk that has it
	act       func(statement []byte)
	done      chan struct{}
}

// At has act called once, when the point is reached, while that direction of the statement's connection stands still;
// nil does nothing. It gets the statement as it went to the server. The channel is closed when all of it is over. The next
// call replaces what is waited for.
func (p *Proxy) At(at Point, act func(statement []byte)) <-chan struct{} {
	w := &watch{Point: at, act: act, done: make(chan struct{})}
	if w.act == nil {
		w.act = func([]byte) {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = w
	return w.done
}

// Forget ends the waiting for a point that was not reached.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = nil
}

// due reports whether a chunk that goes to the server has the statement that is waited for.
func (p *Proxy) due(chunk []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.watch
	if w == nil || w.seen >= w.Nth {
		return false
	}
	w.seen += bytes.Count(chunk, []byte(w.Text))
	if w.seen < w.Nth {
		return false
	}
	w.statement = slices.Clone(chunk)
	return true
}

// again has the next statement with the text count in the place of the last one.
func (p *Proxy) again() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watch != nil {
		p.watch.seen = p.watch.Nth - 1
	}
}

// moment is what is waited for, "" when nothing is.
func (p *Proxy) moment() (Moment, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watch == nil {
		return "", 0
	}
	return p.watch.When, p.watch.Bytes
}

// act does what is to be done, and reports whether all goes on.
func (p *Proxy) act() bool {
	p.mu.Lock()
	w := p.watch
	p.watch = nil
	p.mu.Unlock()
	if w == nil {
		return true
	}
	defer close(w.done)
	w.act(w.statement)
	return w.Pass
}

// stage is how far a statement has come.
type stage int

const (
	idle   stage = iota
	stated       // the server has the statement
	wanted       // and wants its rows
	filled       // and has some
)

// move goes from one stage to the next, and reports whether it was there.
func (c *connection) move(from, to stage) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage != from {
		return false
	}
	c.stage = to
	return true
}

// asked passes on a chunk that goes to the server, and reports whether the connection goes on.
func (c *connection) asked(chunk []byte) bool {
	when, limit := c.proxy.moment()
	due := c.proxy.due(chunk)
	if due {
		if when == Before && !c.proxy.act() {
			return false
		}
		c.move(idle, stated)
	} else {
		c.move(wanted, filled)
	}
	if when == During && c.isAt(filled) {
		return c.part(chunk, limit)
	}
	if c.pass(c.server, chunk) != nil {
		return false
	}
	return !due || when != Sent || c.proxy.act()
}

func (c *connection) isAt(s stage) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stage == s
}

// part passes on rows up to the limit, acts there, and passes on the rest if all goes on.
func (c *connection) part(chunk []byte, limit int) bool {
	n := min(len(chunk), limit-c.given)
	if c.given += n; c.pass(c.server, chunk[:n]) != nil {
		return false
	}
	if c.given < limit {
		return true
	}
	c.move(filled, idle)
	return c.proxy.act() && c.pass(c.server, chunk[n:]) == nil
}

// answered notes that the server answers, and reports whether the connection goes on.
func (c *connection) answered(chunk []byte) bool {
	when, _ := c.proxy.moment()
	switch {
	case when == Reading && c.move(stated, idle):
		return c.proxy.act()
	case when == Answered && c.isAt(filled):
		if bytes.HasSuffix(chunk, endOfStream) {
			c.move(filled, idle)
			return c.proxy.act()
		}
		if bytes.Contains(chunk, refusal) {
			c.move(filled, idle)
			c.proxy.again()
		}
	}
	c.move(stated, wanted)
	return true
}

// What ClickHouse answers to the rows of an insert ends with the first, or has the second: the name of every exception.
// Before that it may report progress.
var (
	endOfStream = []byte{5}
	refusal     = []byte("DB::")
)
