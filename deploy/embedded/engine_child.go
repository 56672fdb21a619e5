package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/ebitengine/purego"
	"github.com/gofrs/flock"
)

// engineArguments is what the parent hands to its engine child.
type engineArguments struct {
	Library  string        `json:"library"`
	Config   string        `json:"config"`
	Dir      string        `json:"dir"`
	LockWait time.Duration `json:"lock_wait"`
}

// runEngineChild turns this process into ClickHouse. It returns when ClickHouse ends.
func runEngineChild(raw []byte) error {
	var args engineArguments
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("run engine: arguments: %w", err)
	}
	dieWithParent()

	// The lock lives as long as this process: an engine whose parent was killed a moment ago may still be on its way
	// out, and two engines in one folder destroy it.
	lock := flock.New(filepath.Join(args.Dir, "engine.lock"))
	ctx, cancel := context.WithTimeout(context.Background(), args.LockWait)
	defer cancel()
	if ok, err := lock.TryLockContext(ctx, 20*time.Millisecond); !ok {
		return fmt.Errorf("run engine: folder %q is in use by another engine: %w", args.Dir, err)
	}
	defer lock.Unlock()
	if err := dropSystemLogs(args.Dir); err != nil {
		return fmt.Errorf("run engine: %w", err)
	}

	library, err := purego.Dlopen(args.Library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("run engine: %w", unloadable(args.Library, err))
	}
	var cmdline func(argc int32, argv **byte) uintptr
	purego.RegisterLibFunc(&cmdline, library, "chdb_query_cmdline")

	var resultError func(result uintptr) string
	purego.RegisterLibFunc(&resultError, library, "chdb_result_error")

	argv := cStrings(engineCommand(args))
	result := cmdline(int32(len(argv)-1), &argv[0])
	runtime.KeepAlive(argv)
	if result == 0 {
		return errors.New("run engine: no result")
	}
	if message := resultError(result); message != "" {
		return fmt.Errorf("run engine: %s", message)
	}
	return nil
}

// dropSystemLogs removes the query log of the engine that ran in this folder before. clickhouse-local keeps its database
// `system` in memory: it forgets the table, finds the table's folder in its way, and would have no query log any more.
func dropSystemLogs(dir string) error {
	return os.RemoveAll(filepath.Join(dir, "data", "data", "system"))
}

// engineCommand is the command line of clickhouse-local. It is interactive, on a terminal, on purpose: run from a pipe
// it serves just as well until the first wrong password or malformed packet, which then ends the whole server.
func engineCommand(args engineArguments) []string {
	return []string{
		"clickhouse",
		"--config-file=" + args.Config,
		"--path=" + filepath.Join(args.Dir, "data"),
		"--interactive",
		"--history_file=/dev/null",
		"--disable_suggestion",
		"--query", "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP",
	}
}

// cStrings lays out strings as C expects argv: NUL-terminated, with a nil at the end.
func cStrings(values []string) []*byte {
	out := make([]*byte, 0, len(values)+1)
	for _, v := range values {
		b := append([]byte(v), 0)
		out = append(out, &b[0])
	}
	return append(out, nil)
}

// lifelineFD is the descriptor of the pipe whose other end only the parent holds.
const lifelineFD = 3

// dieWithParent kills this process when its parent is gone, however that ended: the kernel closes the parent's end of
// the pipe. It works on every Unix and, unlike a parent-death signal, does not depend on the life of one thread.
// It kills rather than stops, for it must also work while the engine hangs; the engine's data is made for that.
func dieWithParent() {
	lifeline := os.NewFile(lifelineFD, "lifeline")
	go func() {
		var b [1]byte
		_, _ = lifeline.Read(b[:])
		killSelf()
	}()
}
