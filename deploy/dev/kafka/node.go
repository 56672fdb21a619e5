package kafka

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// node is one broker, which is a controller too.
type node struct {
	cluster    *Cluster
	index      int
	port       int
	controller int
	dir        string

	process *exec.Cmd
	watcher *exec.Cmd
	log     *os.File
	done    chan struct{}
}

func newNode(c *Cluster, index, port, controller int) *node {
	return &node{
		cluster: c, index: index, port: port, controller: controller,
		dir: filepath.Join(c.cfg.Dir, strconv.Itoa(index)),
	}
}

func (n *node) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(n.port)) }

// java is a command that runs a class of Kafka's with the smallest start-up time and footprint.
func (n *node) java(ctx context.Context, args ...string) *exec.Cmd {
	flags := []string{
		"-Xms" + strconv.Itoa(n.cluster.cfg.HeapMB/4) + "m", "-Xmx" + strconv.Itoa(n.cluster.cfg.HeapMB) + "m",
		"-XX:+ExitOnOutOfMemoryError", // not with some threads gone, and the others waiting for them
		"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
		"-cp", filepath.Join(n.cluster.libs, "*"),
	}
	return exec.CommandContext(ctx, "java", append(flags, args...)...)
}

// format writes the configuration and, in an empty folder, the metadata that a broker wants to find.
func (n *node) format(ctx context.Context) error {
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(n.config(), []byte(n.properties()), 0o600); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(n.dir, "data", "meta.properties")); err == nil {
		return nil
	}
	out, err := n.java(ctx, "kafka.tools.StorageTool", "format", "-t", n.cluster.id, "-c", n.config()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("format broker %d: %w\n%s", n.index, err, bytes.TrimSpace(out))
	}
	return nil
}

func (n *node) config() string { return filepath.Join(n.dir, "server.properties") }

// start starts the process, and a watcher that kills it should this process die without stopping it: a test that is
// killed must not leave a JVM behind.
func (n *node) start() error {
	log, err := os.OpenFile(filepath.Join(n.dir, "broker.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	// Not bound to a context: its life ends with stop or kill. Its own process group keeps a terminal's Ctrl-C away.
	cmd := n.java(context.Background(), "kafka.Kafka", n.config())
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		log.Close()
		return fmt.Errorf("start broker %d: %w", n.index, err)
	}
	n.process, n.log, n.done = cmd, log, make(chan struct{})
	n.watch()
	go func(done chan struct{}) {
		defer close(done)
		_ = cmd.Wait()
		_ = log.Close()
	}(n.done)
	return nil
}

// watch starts a shell that waits for the end of a pipe whose other end only this process holds.
func (n *node) watch() {
	script := fmt.Sprintf("read _; kill -9 %d 2>/dev/null", n.process.Process.Pid)
	watcher := exec.Command("sh", "-c", script)
	watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := watcher.StdinPipe(); err != nil {
		return
	}
	if watcher.Start() == nil {
		n.watcher = watcher
	}
}

// unwatch ends the watcher before the process id it knows can belong to somebody else.
func (n *node) unwatch() {
	if n.watcher == nil {
		return
	}
	_ = n.watcher.Process.Kill()
	_ = n.watcher.Wait()
	n.watcher = nil
}

func (n *node) kill() {
	if n.process == nil {
		return
	}
	n.unwatch()
	_ = n.process.Process.Kill()
	<-n.done
	n.process = nil
}

// stopGrace is how long a broker may take to end in order. The last ones of a quorum never do: they wait for a majority.
const stopGrace = 4 * time.Second

// stop ends the broker in order, or kills it, which loses nothing that was acknowledged.
func (n *node) stop(ctx context.Context) {
	if n.process == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	_ = n.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-n.done:
	case <-ctx.Done():
	}
	n.kill()
}

// fallen returns an error if the process has ended without being killed or stopped.
func (n *node) fallen() error {
	if n.process == nil {
		return nil
	}
	select {
	case <-n.done:
		return fmt.Errorf("broker %d ended by itself%s", n.index, n.lastWords())
	default:
		return nil
	}
}

// lastWords is the end of the broker's log, for an error message.
func (n *node) lastWords() string {
	raw, err := os.ReadFile(filepath.Join(n.dir, "broker.log"))
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	lines = lines[max(0, len(lines)-20):]
	return fmt.Sprintf("\nlast lines of the log of broker %d:\n%s", n.index, strings.Join(lines, "\n"))
}
