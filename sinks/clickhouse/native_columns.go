package clickhouse

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
)

// resultColumn is a column of a result, read block by block.
type resultColumn interface {
	// typ returns the type that the server must send.
	typ() string
	// read reads the values of a block, in place of those before.
	read(n *native, rows int) error
}

// readBlock reads a block into columns. The error names the column.
func (n *native) readBlock(b proto.Block, columns []resultColumn) error {
	if b.Columns != len(columns) || b.Rows > maxBlockRows {
		return fmt.Errorf("block of %d columns and %d rows: want %d and at most %d", b.Columns, b.Rows, len(columns), maxBlockRows)
	}
	for _, c := range columns {
		name, typ, err := columnHeader(n.columns, n.revision)
		if err != nil {
			return err
		}
		if typ != c.typ() {
			return &schemaError{fmt.Errorf("column %q is of type %s, want %s", name, typ, c.typ())}
		}
		if err := c.read(n, b.Rows); err != nil {
			return fmt.Errorf("column %q: %w", name, err)
		}
	}
	if left := n.data.Buffered(); n.compress && left > 0 {
		return fmt.Errorf("%d bytes after the end of a block", left)
	}
	return nil
}

// maxBlockRows is far more than is asked for: a block beyond it is no block.
const maxBlockRows = 1 << 20

// schemaError says that a table is not the one that this binary knows.
type schemaError struct{ error }

func (e *schemaError) Unwrap() error { return e.error }

// fixedColumn is a column of numbers. Those of ch-go read themselves.
type fixedColumn struct {
	proto.Column
	name string
}

func (c fixedColumn) typ() string { return c.name }

func (c fixedColumn) read(n *native, rows int) error {
	c.Reset()
	return c.DecodeColumn(n.columns, rows)
}

// nullableColumn is a column of type Nullable(Int64).
type nullableColumn struct {
	nulls  proto.ColUInt8
	values proto.ColInt64
}

func (c *nullableColumn) typ() string { return "Nullable(Int64)" }

func (c *nullableColumn) read(n *native, rows int) error {
	c.nulls.Reset()
	c.values.Reset()
	if err := c.nulls.DecodeColumn(n.columns, rows); err != nil {
		return err
	}
	return c.values.DecodeColumn(n.columns, rows)
}

// stringColumn is a column of type String. The texts of a block lie in one piece of memory, which is never used again: whoever
// keeps a text keeps them all.
type stringColumn struct {
	all  string
	ends []int
}

func (c *stringColumn) typ() string { return "String" }

// row returns a value.
func (c *stringColumn) row(i int) string {
	if i == 0 {
		return c.all[:c.ends[0]]
	}
	return c.all[c.ends[i-1]:c.ends[i]]
}

func (c *stringColumn) read(n *native, rows int) (err error) {
	bytes := make([]byte, 0, min(len(c.all)+len(c.all)/8, maxGuess)) // as much as the block before, and a little more
	c.ends = c.ends[:0]
	for len(c.ends) < rows {
		bytes = c.takeBuffered(n.data, bytes, rows)
		if len(c.ends) < rows { // the next one is not all there
			if bytes, err = appendString(n.data, bytes); err != nil {
				return err
			}
			c.ends = append(c.ends, len(bytes))
		}
	}
	c.all = unsafe.String(unsafe.SliceData(bytes), len(bytes))
	return nil
}

// maxGuess bounds the memory that is taken before anything is there to fill it.
const maxGuess = 16 << 20

// takeBuffered takes the strings that the buffer holds as a whole.
func (c *stringColumn) takeBuffered(r *bufio.Reader, bytes []byte, rows int) []byte {
	buffer, _ := r.Peek(r.Buffered()) // never fails
	at := 0
	for len(c.ends) < rows && at < len(buffer) {
		size, width := uint64(buffer[at]), 1
		if size >= 0x80 {
			size, width = binary.Uvarint(buffer[at:])
		}
		if width <= 0 || size > uint64(len(buffer)-at-width) {
			break
		}
		at += width
		bytes = append(bytes, buffer[at:at+int(size)]...)
		at += int(size)
		c.ends = append(c.ends, len(bytes))
	}
	_, _ = r.Discard(at) // never fails: it is buffered
	return bytes
}

// appendString reads a string piece by piece, so that a length that is wrong takes no memory.
func appendString(r *bufio.Reader, bytes []byte) ([]byte, error) {
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return bytes, err
	}
	for size > 0 {
		piece, err := r.Peek(int(min(size, uint64(r.Size()))))
		if err != nil {
			return bytes, err
		}
		bytes = append(bytes, piece...)
		_, _ = r.Discard(len(piece)) // never fails: it is buffered
		size -= uint64(len(piece))
	}
	return bytes, nil
}

// keyedColumn is a column of type LowCardinality(String): each block brings its distinct values. They are the same strings in
// every block, so that keeping one keeps nothing else.
type keyedColumn struct {
	known  map[string]string
	values []string
	index  stringColumn
	keys8  proto.ColUInt8
	keys16 proto.ColUInt16
	keys32 proto.ColUInt32
	width  int64 // of the keys: 0, 1, 2 for one, two, four bytes
}

func (c *keyedColumn) typ() string { return "LowCardinality(String)" }

// key returns which of the values a row has.
func (c *keyedColumn) key(i int) int {
	switch c.width {
	case 0:
		return int(c.keys8[i])
	case 1:
		return int(c.keys16[i])
	}
	return int(c.keys32[i])
}

// row returns a value.
func (c *keyedColumn) row(i int) string { return c.values[c.key(i)] }

const (
	keyedVersion  = 1       // of the format
	keyedWidth    = 0xff    // in its header: the width of the keys
	keyedForeign  = 1 << 8  // the dictionary came with an earlier block
	keyedIncluded = 1 << 9  // the dictionary follows
	maxKnown      = 1 << 16 // values that are remembered
)

func (c *keyedColumn) read(n *native, rows int) error {
	version, err := n.columns.Int64()
	if err != nil {
		return err
	}
	header, err := n.columns.Int64()
	if err != nil {
		return err
	}
	if version != keyedVersion || header&keyedForeign != 0 || header&keyedIncluded == 0 {
		return fmt.Errorf("dictionary of version %d with header %x: unknown", version, header)
	}
	c.width = header & keyedWidth
	if err := c.readValues(n); err != nil {
		return err
	}
	return c.readKeys(n, rows)
}

func (c *keyedColumn) readValues(n *native) error {
	size, err := n.columns.Int64()
	if err != nil {
		return err
	}
	if size < 0 || size > maxBlockRows {
		return fmt.Errorf("dictionary of %d values", size)
	}
	if err := c.index.read(n, int(size)); err != nil {
		return err
	}
	if c.known == nil || len(c.known) > maxKnown {
		c.known = map[string]string{}
	}
	c.values = c.values[:0]
	for i := range int(size) {
		v := c.index.row(i)
		known, ok := c.known[v]
		if !ok {
			known = string([]byte(v)) // of its own
			c.known[known] = known
		}
		c.values = append(c.values, known)
	}
	return nil
}

// readKeys reads the keys and makes sure that each has a value.
func (c *keyedColumn) readKeys(n *native, rows int) error {
	size, err := n.columns.Int64()
	if err != nil {
		return err
	}
	if size != int64(rows) {
		return fmt.Errorf("%d keys of %d rows", size, rows)
	}
	switch c.width {
	case 0:
		c.keys8.Reset()
		err = c.keys8.DecodeColumn(n.columns, rows)
	case 1:
		c.keys16.Reset()
		err = c.keys16.DecodeColumn(n.columns, rows)
	case 2:
		c.keys32.Reset()
		err = c.keys32.DecodeColumn(n.columns, rows)
	default:
		err = fmt.Errorf("keys of width %d", c.width)
	}
	if err != nil {
		return err
	}
	for i := range rows {
		if key := c.key(i); key >= len(c.values) {
			return fmt.Errorf("row %d: value %d of %d", i, key, len(c.values))
		}
	}
	return nil
}
