package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/creack/pty"
)

// EngineConfig says where an engine keeps its data and how it is reached. The zero value but for Dir is usable.
type EngineConfig struct {
	// Dir is the engine's folder; it is created if missing. It must be on a local disk.
	Dir string
	// Library is the path of libchdb; empty means that Start fetches it once into the user's cache folder.
	Library string
	// HTTPPort and NativePort are TCP ports on 127.0.0.1; 0 means a free one.
	HTTPPort, NativePort int
	// Password is that of [EngineUser]; empty means a random one.
	Password string
	// MemoryBytes bounds what the engine takes for data; 0 means 2 GiB.
	MemoryBytes int64
	// LogLevel is one of ClickHouse's: none, fatal, error, warning, information, debug, trace. Empty means warning.
	LogLevel string
	// StartTimeout bounds the time from starting the process to its first answer; 0 means a minute. Loading a large
	// folder takes longest.
	StartTimeout time.Duration
	// StopTimeout bounds a clean stop, after which the engine is killed; 0 means 15 seconds.
	StopTimeout time.Duration
	// Progress is told how the fetch of the library goes; nil means nobody cares.
	Progress Progress
	// Logger gets what happens to the process; nil means nowhere.
	Logger *slog.Logger
	// KeepFree is how much of the disk must stay free, in bytes: below it inserts fail until there is room again.
	// 0 means 128 MiB, negative means nothing.
	KeepFree int64

	// preferHTTP and preferNative are taken where no port is configured, if they are free.
	preferHTTP, preferNative int
}

func (c EngineConfig) withDefaults() EngineConfig {
	if c.Password == "" {
		c.Password = rand.Text()
	}
	if c.MemoryBytes == 0 {
		c.MemoryBytes = 2 << 30
	}
	if c.LogLevel == "" {
		c.LogLevel = "warning"
	}
	if c.KeepFree == 0 {
		c.KeepFree = engineReserve
	}
	if c.StartTimeout == 0 {
		c.StartTimeout = time.Minute
	}
	if c.StopTimeout == 0 {
		c.StopTimeout = 15 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Endpoint is how a client reaches a ClickHouse server.
type Endpoint struct {
	// Native and HTTP are host:port of the two protocols.
	Native string `json:"native"`
	HTTP   string `json:"http"`
	// User and Password authenticate on both.
	User     string `json:"user"`
	Password string `json:"password"`
}

// EngineUser is the user of an embedded engine. It has every right, and is let in from this machine alone.
const EngineUser = "deskpulse"

// Engine is one ClickHouse server in a child process. Its methods may be called from several goroutines, but Start
// only once: a stopped engine is not started again, make a new one on the same folder.
type Engine struct {
	cfg EngineConfig

	process  *exec.Cmd
	lifeline *os.File
	terminal *os.File
	tail     *tail
	done     chan struct{}
	fetched  bool // the library came from the cache, and can come from there again

	mu       sync.Mutex // guards what follows
	endpoint Endpoint
	stopping bool
	err      error
}

// NewEngine returns an engine that does not run yet.
func NewEngine(cfg EngineConfig) *Engine {
	return &Engine{cfg: cfg.withDefaults(), tail: newTail(16 << 10), done: make(chan struct{})}
}

// ErrPortTaken is wrapped by Start when a configured port belongs to another program.
var ErrPortTaken = errors.New("port is taken by another program")

// Start fetches the library if need be, starts the engine and returns when both its ports answer. If another engine
// that is on its way out still holds the folder, it waits for that first. Where the library turns out to be damaged it
// is fetched again, once. On an error nothing is left running.
func (e *Engine) Start(ctx context.Context) error {
	if e.process != nil {
		return errors.New("start engine: started before")
	}
	err := e.attempt(ctx)
	if err != nil && e.fetched && ctx.Err() == nil {
		library, fresh, fetchErr := fetchEngine(ctx, FetchConfig{Logger: e.cfg.Logger}, e.cfg.Progress)
		switch {
		case fetchErr != nil:
			err = fmt.Errorf("%w: %w", fetchErr, err)
		case fresh:
			e.cfg.Library, e.process, e.done, e.err = library, nil, make(chan struct{}), nil
			err = e.attempt(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("start engine: %w", err)
	}
	return nil
}

// attempt is one start.
func (e *Engine) attempt(ctx context.Context) error {
	if err := e.prepare(ctx); err != nil {
		return err
	}
	began := time.Now()
	if err := e.launch(); err != nil {
		return err
	}
	if err := e.awaitReady(ctx); err != nil {
		e.kill()
		return err
	}
	e.cfg.Logger.Info("engine is up", "native", e.endpoint.Native, "http", e.endpoint.HTTP,
		"pid", e.process.Process.Pid, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// prepare gets everything in place that needs no process: library, folder, ports, configuration.
func (e *Engine) prepare(ctx context.Context) (err error) {
	if e.cfg.Library == "" {
		if e.cfg.Library, err = FetchEngine(ctx, FetchConfig{Logger: e.cfg.Logger}, e.cfg.Progress); err != nil {
			return err
		}
		e.fetched = true
	}
	if err = checkLibrary(e.cfg.Library); err != nil {
		if e.fetched {
			distrust(e.cfg.Library)
		}
		return err
	}
	if e.cfg.Dir, err = filepath.Abs(e.cfg.Dir); err != nil {
		return err
	}
	if err = os.MkdirAll(filepath.Join(e.cfg.Dir, "data", "tmp"), 0o700); err != nil {
		return fmt.Errorf("make engine folder: %w", explained(e.cfg.Dir, err))
	}
	// The lock first: an engine that is dying in this folder holds the very ports that are asked for.
	if err = awaitLock(ctx, filepath.Join(e.cfg.Dir, engineLock), lockWait); err != nil {
		return fmt.Errorf("engine folder %q: %w", e.cfg.Dir, err)
	}
	if err = e.choosePorts(); err != nil {
		return err
	}
	e.mu.Lock()
	e.endpoint = Endpoint{
		Native: address(e.cfg.NativePort), HTTP: address(e.cfg.HTTPPort),
		User: EngineUser, Password: e.cfg.Password,
	}
	e.mu.Unlock()
	return nil
}

// choosePorts settles both ports. Each is held until both are chosen, so that they differ.
func (e *Engine) choosePorts() error {
	http, err := choosePort("ClickHouse HTTP", e.cfg.HTTPPort, e.cfg.preferHTTP)
	if err != nil {
		return err
	}
	defer http.Close()
	native, err := choosePort("ClickHouse native", e.cfg.NativePort, e.cfg.preferNative)
	if err != nil {
		return err
	}
	defer native.Close()
	e.cfg.HTTPPort, e.cfg.NativePort = portOf(http), portOf(native)
	return nil
}

// launch starts the process and the one goroutine that reads its terminal and waits for its end.
func (e *Engine) launch() error {
	config, err := writeEngineConfig(engineSettings{
		Dir: e.cfg.Dir, HTTPPort: e.cfg.HTTPPort, NativePort: e.cfg.NativePort,
		Password: e.cfg.Password, Memory: e.cfg.MemoryBytes, LogLevel: e.cfg.LogLevel,
		KeepFree: max(e.cfg.KeepFree, 0),
	})
	if err != nil {
		return explained(e.cfg.Dir, err)
	}
	cmd, childEnd, lifeline, err := childCommand(childEngine, engineArguments{
		Library: e.cfg.Library, Config: config, Dir: e.cfg.Dir, LockWait: lockWait,
	})
	if err != nil {
		return err
	}
	defer childEnd.Close()
	cmd.Env = append(cmd.Env, "TZ=UTC", "TERM=dumb") // the engine takes its zone from here, not from its configuration
	terminal, err := pty.Start(cmd)
	if err != nil {
		lifeline.Close()
		return fmt.Errorf("start process: %w", err)
	}
	e.process, e.terminal, e.lifeline = cmd, terminal, lifeline
	go e.watch()
	if e.cfg.KeepFree > 0 {
		go e.watchDisk(e.done)
	}
	return nil
}

// watch owns the process: it drains the terminal, so that the engine never blocks on it, and reaps the child.
func (e *Engine) watch() {
	defer close(e.done)
	_, _ = e.tail.ReadFrom(e.terminal) // ends with an error when the child is gone, which is how terminals end
	err := e.process.Wait()
	e.terminal.Close()
	e.lifeline.Close()

	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopping {
		return
	}
	if e.fetched && !killed(err) {
		distrust(e.cfg.Library)
	}
	e.err = fmt.Errorf("engine ended by itself: %w%s", ending(err), e.lastWords())
}

// watchDisk says in the log why inserts fail, which the engine does in words that name neither folder nor reserve.
func (e *Engine) watchDisk(done <-chan struct{}) {
	s := shortage{logger: e.cfg.Logger, full: "engine takes no more inserts until there is room", over: "engine takes inserts again"}
	s.watch(done, e.cfg.Dir, uint64(e.cfg.KeepFree))
}

// Check says what keeps a running engine from taking inserts: it has ended, or its disk is full. The error is nil if
// nothing does.
func (e *Engine) Check() error {
	select {
	case <-e.done:
		return e.Err()
	default:
		return needSpace(e.cfg.Dir, uint64(max(e.cfg.KeepFree, 0)))
	}
}

// Endpoint is where the engine is reached. It is known once Start has returned without an error.
func (e *Engine) Endpoint() Endpoint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.endpoint
}

// PID is the process id of the running engine, 0 before Start.
func (e *Engine) PID() int {
	if e.process == nil {
		return 0
	}
	return e.process.Process.Pid
}

// Done is closed when the engine's process has ended, for whatever reason.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Err says, after Done, why the engine ended, with the end of its log; nil after Stop and Kill.
func (e *Engine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}
