package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/ClickHouse/ch-go/proto"
)

// replayer is a connection on which recorded inserts are sent again.
type replayer struct {
	conn    net.Conn
	answers *proto.Reader
	version int // of the protocol
}

// dialReplayer logs in as the recorded connection did, to the turn's database.
func (t *turn) dialReplayer(ctx context.Context, hello proto.ClientHello) (*replayer, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", t.engine.Endpoint().Native)
	if err != nil {
		return nil, err
	}
	r := &replayer{conn: conn, answers: proto.NewReader(conn), version: hello.ProtocolVersion}
	hello.Database = t.name
	if err := r.login(hello); err != nil {
		return nil, errors.Join(fmt.Errorf("log in to database %q: %w", t.name, err), conn.Close())
	}
	return r, nil
}

func (r *replayer) login(hello proto.ClientHello) error {
	var b proto.Buffer
	hello.Encode(&b)
	if _, err := r.conn.Write(b.Buf); err != nil {
		return err
	}
	code, err := r.answers.UVarInt()
	if err != nil {
		return err
	}
	if proto.ServerCode(code) != proto.ServerCodeHello {
		return r.answer(proto.ServerCode(code))
	}
	var server proto.ServerHello
	if err := server.DecodeAware(r.answers, r.version); err != nil {
		return err
	}
	if server.Revision < r.version {
		return fmt.Errorf("server speaks revision %d, %d was recorded", server.Revision, r.version)
	}
	b.Reset()
	b.PutString("") // the addendum: no quota key
	_, err = r.conn.Write(b.Buf)
	return err
}

// replayTimeout bounds one insert.
const replayTimeout = time.Minute

// send sends an insert and waits until the server has it. The kernel takes the bytes from the file by itself, so that the
// processor time is the server's.
func (r *replayer) send(i insert) error {
	if err := r.conn.SetDeadline(time.Now().Add(replayTimeout)); err != nil {
		return err
	}
	file, err := os.Open(i.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Seek(i.from, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.CopyN(r.conn, file, i.size); err != nil {
		return err
	}
	for {
		code, err := r.answers.UVarInt()
		if err != nil {
			return err
		}
		if proto.ServerCode(code) == proto.ServerCodeEndOfStream {
			return nil
		}
		if err := r.answer(proto.ServerCode(code)); err != nil {
			return err
		}
	}
}

// answer reads a packet of the server's. Only an exception, or what nobody asked for, is an error.
func (r *replayer) answer(code proto.ServerCode) error {
	switch code {
	case proto.ServerCodeException:
		var e proto.Exception
		if err := e.DecodeAware(r.answers, r.version); err != nil {
			return err
		}
		return fmt.Errorf("%s: %s", e.Name, e.Message)
	case proto.ServerCodeProgress:
		return new(proto.Progress).DecodeAware(r.answers, r.version)
	case proto.ServerCodeProfile:
		return new(proto.Profile).DecodeAware(r.answers, r.version)
	case proto.ServerCodeTableColumns:
		return new(proto.TableColumns).DecodeAware(r.answers, r.version)
	case proto.ServerCodeData, proto.ServerCodeLog, proto.ServerProfileEvents:
		if _, err := r.answers.Str(); err != nil { // name of a table: none
			return err
		}
		return new(proto.Block).DecodeBlock(r.answers, r.version, new(proto.Results).Auto())
	default:
		return fmt.Errorf("unexpected packet %s from the server", code)
	}
}
