package importer

import (
	"bufio"
	"errors"
	"io"
)

// maxLine is the longest line that is kept, in bytes.
const maxLine = 64 << 10

// lines splits a file into lines. CR, LF and CR LF each end one; the last line may lack its end. The memory needed does
// not depend on the file: the rest of a line that is too long is read and dropped.
type lines struct {
	r      *bufio.Reader
	number int // of the line returned last, from 1
	buf    []byte
	wasCR  bool // the LF of a CR LF is still to come
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next line that is not empty, valid until the next call, and whether it was cut off. At the end it
// returns io.EOF.
func (l *lines) next() (line []byte, cut bool, err error) {
	for {
		line, cut, err = l.read()
		if err != nil || len(line) > 0 {
			return line, cut, err
		}
	}
}

func (l *lines) read() (line []byte, cut bool, err error) {
	l.buf = l.buf[:0]
	for any := false; ; {
		c, err := l.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && any:
			l.number++
			return l.buf, cut, nil
		case err != nil:
			return nil, false, err
		}
		wasCR := l.wasCR
		l.wasCR = c == '\r'
		switch {
		case c == '\n' && wasCR && !any:
			continue // the second half of the line end before
		case c == '\n' || c == '\r':
			l.number++
			return l.buf, cut, nil
		case len(l.buf) == maxLine:
			cut = true
		default:
			l.buf = append(l.buf, c)
		}
		any = true
	}
}

// counter reports how far a file was read.
type counter struct {
	r      io.Reader
	n      int64
	report func(read int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.report != nil {
		c.report(c.n)
	}
	return n, err
}
