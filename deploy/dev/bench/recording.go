package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// insert is an insert of ingest as the bytes that it sent: the query with its settings and token, the block, and the end.
type insert struct {
	path       string // of the recording
	from, size int64
	rows       int
	hello      proto.ClientHello // with which its connection began
}

// ownClient is the name under which the connections log in on which ingest inserts. It has others, which ask.
const ownClient = "deskpulse"

// recording reads what was said on a connection.
type recording struct {
	file          *os.File
	bytes         *bufio.Reader // of file
	*proto.Reader               // reads from bytes, beside which it keeps nothing
	hello         proto.ClientHello
	found         []insert

	began int64  // where the query began that is being read
	query string // its text
	rows  int    // how many rows have come with it
}

// readInserts returns where in a recording the inserts into `events` lie.
func readInserts(path string) ([]insert, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// As large as what a proto.Reader wants, or it would read ahead into one of its own.
	r := &recording{file: file, bytes: bufio.NewReaderSize(file, 128<<10)}
	r.Reader = proto.NewReader(r.bytes)
	if err := r.read(); err != nil {
		return nil, fmt.Errorf("read recording %q: %w", path, err)
	}
	return r.found, nil
}

func (r *recording) read() error {
	if own, err := r.greeting(); err != nil || !own {
		return err
	}
	for {
		at, err := r.position()
		if err != nil {
			return err
		}
		code, err := r.UVarInt()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.packet(proto.ClientCode(code), at); err != nil {
			return err
		}
	}
}

// greeting reads how the connection began and reports whether it is one for inserts.
func (r *recording) greeting() (own bool, err error) {
	code, err := r.UVarInt()
	if errors.Is(err, io.EOF) {
		return false, nil // nothing was said
	}
	if err != nil || proto.ClientCode(code) != proto.ClientCodeHello {
		return false, errors.Join(fmt.Errorf("begins with packet %d", code), err)
	}
	if err := r.hello.Decode(r.Reader); err != nil || r.hello.Name != ownClient {
		return false, err
	}
	_, err = r.Str() // the addendum: a quota key
	return true, err
}

func (r *recording) position() (int64, error) {
	at, err := r.file.Seek(0, io.SeekCurrent)
	return at - int64(r.bytes.Buffered()), err
}

func (r *recording) packet(code proto.ClientCode, at int64) error {
	switch code {
	case proto.ClientCodeQuery:
		var q proto.Query
		err := q.DecodeAware(r.Reader, r.hello.ProtocolVersion)
		r.began, r.query, r.rows = at, q.Body, 0
		return err
	case proto.ClientCodeData:
		return r.block()
	default:
		return fmt.Errorf("unexpected packet %s at %d", code, at)
	}
}

// block reads a block. The second one of an insert has the rows, the third is the end of it.
func (r *recording) block() error {
	var name proto.ClientData
	if err := name.DecodeAware(r.Reader, r.hello.ProtocolVersion); err != nil {
		return err
	}
	var b proto.Block
	if err := b.DecodeBlock(r.Reader, r.hello.ProtocolVersion, new(proto.Results).Auto()); err != nil {
		return err
	}
	if !b.End() {
		r.rows += b.Rows
		return nil
	}
	if r.rows == 0 || !strings.HasPrefix(r.query, "INSERT INTO events ") {
		return nil
	}
	end, err := r.position()
	r.found = append(r.found, insert{path: r.file.Name(), from: r.began, size: end - r.began, rows: r.rows, hello: r.hello})
	r.rows = 0
	return err
}
