package faults_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
)

// killBinary runs the product's own binary among the others, without hooks, and kills it with kill -9 at a random moment:
// the hooks change nothing.
type killBinary struct{ times int }

func binaryKills() []kind {
	return []kind{{name: "kill -9 of the binary", weight: 10, make: func(rng *rand.Rand) fault { return killBinary{1 + rng.IntN(2)} }}}
}

func (f killBinary) strike(t *testing.T, r *run) {
	for range f.times {
		r.remove(r.any()).stop(t) // makes room, so that the binary owns something
		p := r.startBinary(t)
		r.add(p)
		poll(t, patience, func() error {
			if p.dead() {
				t.Fatalf("the binary has ended; it said:\n%s", p.said())
			}
			return applies(p)
		})
		wait(r.between(time.Millisecond, 700*time.Millisecond))
		checkJoints(t, p)
		r.remove(p).kill()
		if text := p.said(); strings.Contains(text, "level=ERROR") {
			t.Errorf("the binary complained:\n%s", text)
		}
		r.refill(t)
	}
}

// binary is the product's own, built once, in a folder that TestMain removes.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir(), "deskpulse")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "github.com/deskpulse/deskpulse/cmd/deskpulse").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build deskpulse: %w\n%s", err, out)
	}
	return path, nil
})

func binaryDir() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("deskpulse-faults-%d", os.Getpid()))
}

// startBinary starts `deskpulse ingest` with a configuration that says what the other processes have in their code.
func (r *run) startBinary(t *testing.T) *process {
	t.Helper()
	return start(t, r.command(t, "ingest", "--listen", "127.0.0.1:0"))
}

// command is the product's own binary with the configuration of the point.
func (r *run) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "deskpulse.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c := r.spec.config()
	if err := c.Dump(file); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append(args, "--config", file.Name())...)
	cmd.Env = append(os.Environ(), "DESKPULSE_CLICKHOUSE_PASSWORD="+r.spec.Password)
	return cmd
}

// config is the product's configuration of the same process.
func (s childSpec) config() *config.Config {
	c := config.Default()
	c.Kafka, c.Group, c.ClickHouse, c.Ingest = s.consumer(), s.group(), s.clickhouse(), s.ingest()
	c.ClickHouse.Password = ""
	stream := config.DefaultStream()
	e := s.stream()
	stream.Name, stream.Topic, stream.Company, stream.Zone, stream.Epoch, stream.MaxBytes = e.Name, e.Topic, e.Company, e.Zone, e.Epoch, e.MaxBytes
	c.Streams, c.Imports, c.DeadLetters = []config.Stream{stream}, stream.Name, s.DeadLetters
	return &c
}

// applies reports whether a binary has applied a batch.
func applies(p *process) error {
	select {
	case <-p.ready:
	default:
		return errors.New("the binary is not ready")
	}
	n, err := p.counter("deskpulse_ingest_batches_applied_total")
	if err == nil && n == 0 {
		err = fmt.Errorf("the binary has applied nothing; it said:\n%s", p.said())
	}
	return err
}
