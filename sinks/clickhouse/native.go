package clickhouse

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/ch-go/proto"
	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
)

// native is a connection of our own on which one query is asked and its blocks are read column by column. clickhouse-go
// gives rows only: every value of every row boxed, which costs ten times as much as the rest of reading a month.
type native struct {
	conn     net.Conn
	raw      *bufio.Reader // of the connection
	packets  *proto.Reader // reads from raw, beside which it keeps nothing
	data     *bufio.Reader // what blocks are made of: raw, or what is decompressed from it
	columns  *proto.Reader // reads from data, beside which it keeps nothing
	compress bool
	revision int // of the protocol, as both sides know it

	born  time.Time
	sent  bool      // a block to its end, with the empty one
	limit time.Time // by which everything must be answered; zero while only silence is bounded
}

const (
	// nativeRevision is that of clickhouse-go. From 54465 on servers send sparse columns, from 54470 on in chunks.
	nativeRevision = 54460
	// nativeBuffer must not be less than what a proto.Reader wants, which then takes it for its own.
	nativeBuffer = 256 << 10
	// nativeSilence is how long a server may say nothing. While it works it tells its progress ten times a second.
	nativeSilence = 5 * time.Minute
)

// dialNative connects to the first server that answers, and logs in.
func dialNative(ctx context.Context, c Config) (*native, error) {
	var errs []error
	for _, address := range c.Addresses {
		n, err := dialServer(ctx, c, address)
		if err == nil {
			return n, nil
		}
		errs = append(errs, err)
		if answer := new(clickhousego.Exception); errors.As(err, &answer) && isLogin(int(answer.Code)) || ctx.Err() != nil {
			break // no other server will let us in
		}
	}
	return nil, errors.Join(errs...)
}

func dialServer(ctx context.Context, c Config, address string) (*native, error) {
	plain := &net.Dialer{Timeout: c.DialTimeout}
	dial := plain.DialContext
	if options := c.options(c.Database); options.TLS != nil {
		dial = (&tls.Dialer{NetDialer: plain, Config: options.TLS}).DialContext
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	n := newNative(conn, c.Compression == CompressionLZ4)
	n.conn, n.born = conn, time.Now()
	defer n.watch(ctx)()
	_ = conn.SetDeadline(time.Now().Add(c.DialTimeout)) // an error shows when it is used
	if err := n.hello(c); err != nil {
		_ = conn.Close()
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return n, nil
}

// newNative returns what reads the bytes of a server.
func newNative(from io.Reader, compressed bool) *native {
	n := &native{raw: bufio.NewReaderSize(from, nativeBuffer), compress: compressed}
	n.data = n.raw
	if compressed {
		n.data = bufio.NewReaderSize(compress.NewReader(n.raw), nativeBuffer)
	}
	n.packets, n.columns = proto.NewReader(n.raw), proto.NewReader(n.data)
	return n
}

// watch breaks the connection off when ctx ends. The function that it returns ends the watching.
func (n *native) watch(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, func() { _ = n.conn.Close() })
}

// hello logs in.
func (n *native) hello(c Config) error {
	var b proto.Buffer
	proto.ClientHello{Name: clientName, Major: 1, ProtocolVersion: nativeRevision, Database: c.Database, User: c.User,
		Password: string(c.Password)}.Encode(&b)
	if _, err := n.conn.Write(b.Buf); err != nil {
		return err
	}
	code, err := n.packets.UVarInt()
	if err != nil {
		return err
	}
	switch proto.ServerCode(code) {
	case proto.ServerCodeException:
		return n.exception()
	case proto.ServerCodeHello:
	default: // it speaks another protocol
		return unexpected(code)
	}
	var server proto.ServerHello
	if err := server.DecodeAware(n.packets, nativeRevision); err != nil {
		return err
	}
	n.revision = min(nativeRevision, server.Revision)
	if !proto.FeatureParameters.In(n.revision) {
		return fmt.Errorf("server %s: it is too old, 22.10 or later is needed", &server)
	}
	b.Reset()
	b.PutString("") // the addendum: no quota key
	_, err = n.conn.Write(b.Buf)
	return err
}

const clientName = "deskpulse"

// nativeQuery is a query and what goes with it.
type nativeQuery struct {
	id         string // by which it can be cancelled; "" leaves it to the server
	body       string
	settings   []proto.Setting
	parameters []proto.Parameter
}

// query asks a query.
func (n *native) query(q nativeQuery) error {
	compression := proto.CompressionDisabled
	if n.compress {
		compression = proto.CompressionEnabled
	}
	var b proto.Buffer
	proto.Query{
		ID: q.id, Body: q.body, Stage: proto.StageComplete, Compression: compression, Settings: q.settings, Parameters: q.parameters,
		Info: proto.ClientInfo{ProtocolVersion: n.revision, Major: 1, Interface: proto.InterfaceTCP, Query: proto.ClientQueryInitial,
			InitialAddress: n.conn.LocalAddr().String(), ClientName: clientName},
	}.EncodeAware(&b, n.revision)
	if err := n.encodeEmpty(&b); err != nil { // no tables of ours come with it
		return err
	}
	_, err := n.conn.Write(b.Buf)
	return err
}

// encodeEmpty writes the empty block that ends what we send.
func (n *native) encodeEmpty(b *proto.Buffer) error {
	proto.ClientCodeData.Encode(b)
	proto.ClientData{}.EncodeAware(b, n.revision)
	begin := len(b.Buf)
	proto.Block{}.EncodeAware(b, n.revision)
	return n.seal(b, begin)
}

// seal compresses what was written since begin, if anything is compressed at all.
func (n *native) seal(b *proto.Buffer, begin int) error {
	if !n.compress || begin == len(b.Buf) {
		return nil
	}
	w := compress.NewWriter(compress.LevelZero, compress.LZ4)
	if err := w.Compress(b.Buf[begin:]); err != nil {
		return err
	}
	b.Buf = append(b.Buf[:begin], w.Data...)
	return nil
}

// next reads up to the next block of the result, whose data are the caller's to read, and returns false at the end.
func (n *native) next() (block proto.Block, ok bool, err error) {
	for {
		code, err := n.packet()
		if err != nil {
			return block, false, err
		}
		switch proto.ServerCode(code) {
		case proto.ServerCodeData:
			block, err = n.header()
			if err != nil || block.Rows > 0 {
				return block, err == nil, err
			}
			err = skipColumns(n.columns, block, n.revision)
		case proto.ServerCodeEndOfStream:
			return block, false, nil
		default:
			err = n.aside(code)
		}
		if err != nil {
			return block, false, err
		}
	}
}

// packet waits for the next packet and returns what it is.
func (n *native) packet() (code uint64, err error) {
	limit := n.limit
	if limit.IsZero() {
		limit = time.Now().Add(nativeSilence)
	}
	if err := n.conn.SetReadDeadline(limit); err != nil {
		return 0, err
	}
	return n.packets.UVarInt()
}

// header reads the beginning of a block.
func (n *native) header() (block proto.Block, err error) {
	if _, err := n.packets.Str(); err != nil { // name of an external table: none
		return block, err
	}
	if err := block.Info.Decode(n.columns); err != nil {
		return block, err
	}
	if block.Columns, err = n.columns.Int(); err != nil {
		return block, err
	}
	block.Rows, err = n.columns.Int()
	return block, err
}

// skipColumns reads the names and types of a block without rows.
func skipColumns(r *proto.Reader, b proto.Block, revision int) error {
	for range b.Columns {
		if _, _, err := columnHeader(r, revision); err != nil {
			return err
		}
	}
	return nil
}

func columnHeader(r *proto.Reader, revision int) (name, typ string, err error) {
	if name, err = r.Str(); err != nil {
		return "", "", err
	}
	if typ, err = r.Str(); err != nil || !proto.FeatureCustomSerialization.In(revision) {
		return name, typ, err
	}
	custom, err := r.Bool()
	if err == nil && custom {
		err = fmt.Errorf("column %q comes in a form that was not asked for", name)
	}
	return name, typ, err
}

// aside reads a packet that is no part of the result.
func (n *native) aside(code uint64) error {
	switch proto.ServerCode(code) {
	case proto.ServerCodeException:
		return n.exception()
	case proto.ServerCodeProgress:
		return new(proto.Progress).DecodeAware(n.packets, n.revision)
	case proto.ServerCodeProfile:
		return new(proto.Profile).DecodeAware(n.packets, n.revision)
	case proto.ServerCodeTableColumns:
		return new(proto.TableColumns).DecodeAware(n.packets, n.revision)
	case proto.ServerProfileEvents:
		return n.discard(new(proto.ProfileEvents).Result())
	case proto.ServerCodeLog:
		return n.discard(new(proto.Logs).Result())
	default: // what comes only to those who ask for it
		return unexpected(code)
	}
}

// discard reads a block of the server's own, which is never compressed.
func (n *native) discard(into proto.Result) error {
	if _, err := n.packets.Str(); err != nil {
		return err
	}
	var block proto.Block
	return block.DecodeBlock(n.packets, n.revision, into)
}

// exception reads the server's error as clickhouse-go would return it.
func (n *native) exception() error {
	var e proto.Exception
	if err := e.DecodeAware(n.packets, n.revision); err != nil {
		return err
	}
	return &clickhousego.Exception{Code: int32(e.Code), Name: e.Name, Message: e.Message, StackTrace: e.Stack}
}

func unexpected(code uint64) error {
	return fmt.Errorf("unexpected packet %d (%s) from the server", code, proto.ServerCode(code))
}

// isLogin reports whether a server's answer says that we may not in, which the others would say too.
func isLogin(code int) bool { return faults[code].hint == hintLogin || faults[code].hint == hintGrant }
