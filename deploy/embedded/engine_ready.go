package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

const (
	// engineLock is held by an engine's process for as long as it lives.
	engineLock = "engine.lock"
	// lockWait is how long a starting service waits for a dying one in the same folder.
	lockWait = 10 * time.Second
	// readyPoll is the pause between two looks at a starting service.
	readyPoll = 20 * time.Millisecond
)

// awaitReady returns when both ports answer a query under the user that clients will use.
func (e *Engine) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.StartTimeout)
	defer cancel()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		err := errors.Join(e.answersHTTP(ctx), e.answersNative(ctx))
		if err == nil {
			return nil
		}
		if strings.Contains(e.tail.String(), "Address already in use") {
			return fmt.Errorf("ports %d and %d: %w", e.cfg.HTTPPort, e.cfg.NativePort, ErrPortTaken)
		}
		select {
		case <-tick.C:
		case <-e.done:
			return e.Err()
		case <-ctx.Done():
			return fmt.Errorf("no answer within %v: %w: %w%s", e.cfg.StartTimeout, ctx.Err(), err, e.lastWords())
		}
	}
}

func (e *Engine) answersHTTP(ctx context.Context) error {
	_, err := e.query(ctx, "SELECT 1")
	return err
}

func (e *Engine) answersNative(ctx context.Context) error {
	endpoint := e.Endpoint()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Native},
		Auth: clickhouse.Auth{Username: endpoint.User, Password: endpoint.Password},
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Ping(ctx)
}

// ending says what the end of an engine's process may mean.
func ending(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	if killed(err) {
		return fmt.Errorf("%w: somebody killed it, or the system did for want of memory (see `dmesg`); "+
			"what it acknowledged is on disk: start again", err)
	}
	return err
}

// killed reports whether a process was ended from outside, by kill -9.
func killed(err error) bool {
	exit := new(exec.ExitError)
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// lastWords is the end of what the engine said on its terminal and in its error log, for an error message.
func (e *Engine) lastWords() string {
	var out strings.Builder
	for _, part := range []struct{ name, text string }{
		{"terminal", e.tail.String()},
		{"log", fileTail(filepath.Join(e.cfg.Dir, "engine.err.log"), 2<<10)},
	} {
		if text := strings.TrimSpace(part.text); text != "" {
			fmt.Fprintf(&out, "\nlast lines of its %s:\n%s", part.name, text)
		}
	}
	return out.String()
}

// fileTail returns the last whole lines within n bytes of a file, nothing if it cannot be read.
func fileTail(path string, n int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	start := max(0, info.Size()-n)
	buf := make([]byte, info.Size()-start)
	read, _ := f.ReadAt(buf, start)
	text := string(buf[:read])
	if _, rest, found := strings.Cut(text, "\n"); start > 0 && found {
		return rest
	}
	return text
}
