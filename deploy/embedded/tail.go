package embedded

import (
	"io"
	"regexp"
	"sync"
)

// tail keeps the last bytes that were written to it, so that an error can end with what a dying process said.
type tail struct {
	limit int

	mu  sync.Mutex // guards buf
	buf []byte
}

func newTail(limit int) *tail { return &tail{limit: limit} }

// Write keeps p and forgets what is older than the limit. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if extra := len(t.buf) - t.limit; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	return len(p), nil
}

// ReadFrom keeps what r says until it ends.
func (t *tail) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{t}, r)
}

// terminalCodes are the escape sequences that colour a terminal; they mean nothing in an error message.
var terminalCodes = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]|\x1b[=>()78][AB0]?|\r")

// String is what was kept, without terminal codes.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(terminalCodes.ReplaceAll(t.buf, nil))
}
