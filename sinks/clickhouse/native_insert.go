package clickhouse

import (
	"context"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"
)

// insert sends a block and waits until the server has it. Nothing of it is in the table if the server or the block's
// columns refuse it, unless a materialized view did; after any other error the outcome is not known. The connection can be
// used again without an error, and after a refusal of what was sent to its end.
func (n *native) insert(q nativeQuery, b *block, deadline time.Time) error {
	rows, err := b.rows()
	if err != nil {
		return err
	}
	if err := n.conn.SetDeadline(deadline); err != nil {
		return err
	}
	n.limit = deadline
	q.body += " (" + strings.Join(b.names, ", ") + ") VALUES"
	if err := n.query(q); err != nil {
		return n.answered(err)
	}
	table, err := n.tableColumns()
	if err != nil {
		return err
	}
	if err := b.match(table); err != nil {
		return err
	}
	if err := n.send(b, rows, table); err != nil {
		return n.answered(err)
	}
	n.sent = true
	_, _, err = n.next() // no rows come: the end, or why not
	return err
}

// tableColumns reads up to the block without rows that tells which columns the server expects.
func (n *native) tableColumns() ([]tableColumn, error) {
	for {
		code, err := n.packet()
		if err != nil {
			return nil, err
		}
		if proto.ServerCode(code) != proto.ServerCodeData {
			if proto.ServerCode(code) == proto.ServerCodeEndOfStream {
				return nil, unexpected(code)
			}
			if err := n.aside(code); err != nil {
				return nil, err
			}
			continue
		}
		header, err := n.header()
		if err != nil {
			return nil, err
		}
		table := make([]tableColumn, header.Columns)
		for i := range table {
			if table[i].name, table[i].typ, err = columnHeader(n.columns, n.revision); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
}

// send writes the block and the empty one that ends the insert, column by column: the server reads one while the next is
// laid out, and the buffer stays small enough for the processor's cache.
func (n *native) send(b *block, rows int, table []tableColumn) error {
	w := wires.Get().(*proto.Buffer)
	defer wires.Put(w)
	w.Reset()
	proto.ClientCodeData.Encode(w)
	proto.ClientData{}.EncodeAware(w, n.revision)
	begin := len(w.Buf)
	b.encodeHeader(w, rows)
	for i, c := range table {
		pprof.SetGoroutineLabels(stageEncode)
		b.encodeColumn(w, i, c, n.revision)
		pprof.SetGoroutineLabels(stageSend)
		if len(w.Buf) < flushAt && i < len(table)-1 {
			continue
		}
		if err := n.seal(w, begin); err != nil {
			return err
		}
		if _, err := n.conn.Write(w.Buf); err != nil {
			return err
		}
		w.Reset()
		begin = 0
	}
	if err := n.encodeEmpty(w); err != nil {
		return err
	}
	_, err := n.conn.Write(w.Buf)
	return err
}

// The stages of an insert as a profile of the processor's time names them, under the label "stage".
var (
	stageEncode = pprof.WithLabels(context.Background(), pprof.Labels("stage", "encode"))
	stageSend   = pprof.WithLabels(context.Background(), pprof.Labels("stage", "send"))
)

// flushAt is how many bytes are worth sending.
const flushAt = 256 << 10

// answered returns the server's own reason for a connection that broke while we wrote, if it gave one.
func (n *native) answered(err error) error {
	_ = n.conn.SetReadDeadline(time.Now().Add(lastWords))
	for {
		code, readErr := n.packets.UVarInt()
		if readErr != nil {
			return err
		}
		if proto.ServerCode(code) == proto.ServerCodeException {
			return n.exception()
		}
		if n.aside(code) != nil {
			return err
		}
	}
}

// lastWords is how long a server that no longer listens may take to say why.
const lastWords = 200 * time.Millisecond
