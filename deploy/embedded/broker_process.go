package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// BrokerProcess is a [Broker] in a process of its own, so that a test can kill it as a power cut would.
type BrokerProcess struct {
	cfg      BrokerConfig
	process  *exec.Cmd
	lifeline *os.File
	tail     *tail
	addr     string
	done     chan struct{}

	mu       sync.Mutex // guards stopping and err
	stopping bool
	err      error
}

// NewBrokerProcess returns a broker process that does not run yet.
func NewBrokerProcess(cfg BrokerConfig) *BrokerProcess {
	return &BrokerProcess{cfg: cfg, tail: newTail(16 << 10), done: make(chan struct{})}
}

// Start starts the process and returns when the broker listens.
func (p *BrokerProcess) Start(ctx context.Context) error {
	if p.process != nil {
		return errors.New("start broker process: started before")
	}
	cmd, childEnd, lifeline, err := childCommand(childBroker, p.cfg)
	if err != nil {
		return fmt.Errorf("start broker process: %w", err)
	}
	defer childEnd.Close()
	cmd.Stderr = p.tail
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		lifeline.Close()
		return fmt.Errorf("start broker process: %w", err)
	}
	p.process, p.lifeline = cmd, lifeline
	ready := make(chan string, 1)
	go p.watch(bufio.NewReader(stdout), ready)
	select {
	case p.addr = <-ready:
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("start broker process: %w", ctx.Err())
	}
	if p.addr == "" {
		<-p.done
		return fmt.Errorf("start broker process: %w", p.Err())
	}
	return nil
}

// watch owns the process: it passes on the address that it prints when it is ready, and reaps it.
func (p *BrokerProcess) watch(stdout *bufio.Reader, ready chan<- string) {
	defer close(p.done)
	line, _ := stdout.ReadString('\n')
	ready <- strings.TrimSpace(line)
	_, _ = p.tail.ReadFrom(stdout)
	err := p.process.Wait()
	p.lifeline.Close()

	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopping {
		p.err = fmt.Errorf("broker process ended by itself: %w\n%s", err, p.tail)
	}
}

// Addr is the host:port of the running broker.
func (p *BrokerProcess) Addr() string { return p.addr }

// Done is closed when the process has ended, for whatever reason.
func (p *BrokerProcess) Done() <-chan struct{} { return p.done }

// Err says, after Done, why the process ended; nil after Stop and Kill.
func (p *BrokerProcess) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Stop ends the broker in order and waits; if ctx ends first, it kills the process and says so.
func (p *BrokerProcess) Stop(ctx context.Context) error {
	if p.process == nil {
		return nil
	}
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("stop broker process: killed: %w", ctx.Err())
	}
}

// Kill ends the process with kill -9 and waits until it is gone.
func (p *BrokerProcess) Kill() {
	if p.process == nil {
		return
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

// Pause stops the process from running (SIGSTOP) without ending it, as a long garbage collection or a suspended
// machine would; Resume lets it go on.
func (p *BrokerProcess) Pause() { _ = p.process.Process.Signal(syscall.SIGSTOP) }

// Resume undoes Pause.
func (p *BrokerProcess) Resume() { _ = p.process.Process.Signal(syscall.SIGCONT) }

func (p *BrokerProcess) signal(s os.Signal) {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	_ = p.process.Process.Signal(s)
}
