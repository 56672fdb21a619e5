package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/twmb/franz-go/pkg/kfake"
)

// BrokerConfig says where a broker keeps its log and on which port it listens. The zero value but for Dir is usable.
type BrokerConfig struct {
	// Dir is the broker's folder; it is created if missing. Records and committed offsets are on disk before they are
	// acknowledged.
	Dir string
	// Port is a TCP port on 127.0.0.1; 0 means a free one. The broker advertises the port it listens on, so clients
	// survive a restart only if the port stays: keep it, as [Home] does.
	Port int
	// MinSession is the shortest session timeout a group member may ask for; 0 means a second, below Kafka's 6 s, so
	// that a killed member is missed soon.
	MinSession time.Duration
	// KeepFree is how much of the disk must stay free, in bytes: below it records are refused, below a quarter of it
	// commits and topics too, with an error upon which clients try again. 0 means 64 MiB, negative means nothing.
	KeepFree int64
	// Logger gets what the broker complains about; nil means nowhere. A logger does not cross into a [BrokerProcess].
	Logger *slog.Logger `json:"-"`

	// preferPort is taken where no port is configured, if it is free.
	preferPort int
}

// Broker is a Kafka broker in this process: one node, no automatic topic creation, all writes synchronous. In topics
// with message.timestamp.type=LogAppendTime every record has the broker's time, whatever its producer claims; only the
// attribute of the batch that says so is missing. A batch may have 64 MiB when it is decompressed.
type Broker struct {
	cfg     BrokerConfig
	lock    *flock.Flock
	cluster *kfake.Cluster
	stamper *stamper
	conns   *connections
	room    *room
	addr    string
}

// NewBroker returns a broker that does not run yet.
func NewBroker(cfg BrokerConfig) *Broker {
	if cfg.MinSession == 0 {
		cfg.MinSession = time.Second
	}
	if cfg.KeepFree == 0 {
		cfg.KeepFree = brokerReserve
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Broker{cfg: cfg, room: newRoom(cfg.Dir, cfg.KeepFree, cfg.Logger)}
}

// brokerLock is held for as long as a broker runs on a folder.
const brokerLock = "broker.lock"

// brokerFiles is the folder of what the broker itself writes.
const brokerFiles = "log"

// Start loads the folder and listens. If another broker that is on its way out still holds the folder, it waits for
// that first.
func (b *Broker) Start(ctx context.Context) error {
	if b.cluster != nil {
		return errors.New("start broker: started before")
	}
	if err := os.MkdirAll(b.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("start broker: make folder: %w", explained(b.cfg.Dir, err))
	}
	if err := needSpace(b.cfg.Dir, b.room.forState()); err != nil {
		return fmt.Errorf("start broker: %w", err)
	}
	b.lock = flock.New(filepath.Join(b.cfg.Dir, brokerLock))
	wait, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	if _, err := b.lock.TryLockContext(wait, readyPoll); err != nil {
		return fmt.Errorf("start broker: folder %q is in use by another broker: %w", b.cfg.Dir, err)
	}
	if err := b.listen(); err != nil {
		_ = b.lock.Close()
		return fmt.Errorf("start broker: %w", err)
	}
	b.cfg.Logger.Info("broker is up", "address", b.addr, "dir", b.cfg.Dir)
	return nil
}

func (b *Broker) listen() error {
	claimed, err := choosePort("Kafka", b.cfg.Port, b.cfg.preferPort)
	if err != nil {
		return err
	}
	port := portOf(claimed)
	_ = claimed.Close()
	if b.stamper, err = newStamper(b.cfg.Logger); err != nil {
		return fmt.Errorf("prepare append times: %w", err)
	}
	if err := mendState(filepath.Join(b.cfg.Dir, brokerFiles), b.cfg.Logger); err != nil {
		return fmt.Errorf("folder %q: %w", b.cfg.Dir, err)
	}
	cluster, err := b.load(port)
	if err != nil {
		return fmt.Errorf("folder %q: %w", b.cfg.Dir, explained(b.cfg.Dir, err))
	}
	b.room.guard(cluster)
	// Nobody is let in before, or the first records after a restart would have their producers' times.
	b.stamper.attach(cluster)
	b.conns.admit()
	b.cluster, b.addr = cluster, address(port)
	return nil
}

// load makes the broker of what is in the folder. One that has cut off a log of which it knew the length goes on where it
// ended before, and finds nothing again of what comes then; it does not know the length the second time.
func (b *Broker) load(port int) (*kfake.Cluster, error) {
	for again := false; ; again = true {
		log := brokerLog{b.cfg.Logger, b.room, new(atomic.Bool)}
		b.conns = newConnections()
		cluster, err := kfake.NewCluster(
			kfake.Ports(port),
			kfake.ListenFn(b.conns.listen),
			kfake.DataDir(filepath.Join(b.cfg.Dir, brokerFiles)),
			kfake.SyncWrites(),
			kfake.DefaultNumPartitions(1),
			kfake.GroupMinSessionTimeout(b.cfg.MinSession),
			kfake.WithLogger(log),
		)
		if err == nil && (again || !log.cut.Load()) {
			return cluster, nil
		}
		b.conns.close()
		if err != nil {
			return nil, err
		}
		cluster.Close()
	}
}

// Addr is the host:port of the running broker.
func (b *Broker) Addr() string { return b.addr }

// Failed is closed when the broker could not write to its disk. It takes nothing more then: stop it and make a new one.
func (b *Broker) Failed() <-chan struct{} { return b.room.failed }

// Err says, after Failed, what could not be written; nil before.
func (b *Broker) Err() error { return b.room.broken() }

// Stop writes what is not yet on disk and ends the broker with all its connections. Stopping a broker that does not run
// does nothing. The broker cannot be started again; make a new one on the same folder.
func (b *Broker) Stop(ctx context.Context) error {
	if b.addr == "" {
		return nil
	}
	addr := b.addr
	b.addr = ""
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		b.stamper.stop()
		if err := awaitTurn(ctx, addr); err != nil {
			b.cfg.Logger.Warn("broker does not answer and is stopped all the same", "err", err)
		}
		if b.Err() == nil {
			b.cluster.Close() // writes what it has in memory, which for a broken broker is not what it acknowledged
		}
		b.conns.close()
	}()
	select {
	case <-closed:
		return b.lock.Close()
	case <-ctx.Done():
		return fmt.Errorf("stop broker: still writing: %w", ctx.Err())
	}
}

// awaitTurn returns when the broker has done everything that it began before. It takes one request after another, so
// the answer to one more, for the versions it speaks, says so.
func awaitTurn(ctx context.Context, addr string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	// length, key ApiVersions and version 0, correlation id, no client id
	if _, err := conn.Write([]byte{0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff}); err != nil {
		return err
	}
	_, err = io.ReadFull(conn, make([]byte, 1))
	return err
}

// brokerLog passes what the broker logs on to slog, at the nearest level.
type brokerLog struct {
	logger *slog.Logger
	room   *room
	cut    *atomic.Bool // it has cut off a log
}

// cutting is in what the broker says when it cuts its log off at bytes that it cannot read, with whatever lies behind them,
// and when it cannot do that.
const cutting = "truncat"

// Logf implements kfake's logger. The broker calls every refused request a warning and chats at info, so both are
// lowered by one level. That records may be lost it calls a warning too, which is an error.
func (l brokerLog) Logf(level kfake.LogLevel, format string, args ...any) {
	l.room.watch(format, args...)
	to := slog.LevelDebug
	switch {
	case strings.Contains(format, cutting):
		l.cut.Store(true)
		to = slog.LevelError
		format += " (a write that a crash cut short, or a fault of the disk, which may have cost records)"
	case level == kfake.LogLevelNone:
		return
	case level == kfake.LogLevelError:
		to = slog.LevelError
	case level == kfake.LogLevelWarn:
		to = slog.LevelInfo
	}
	if l.logger.Enabled(context.Background(), to) {
		l.logger.Log(context.Background(), to, "broker: "+fmt.Sprintf(format, args...))
	}
}
