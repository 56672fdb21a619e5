package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/deskpulse/deskpulse/deploy/loopback"
)

// claimPort takes a loopback port, any free one for 0. The caller closes it just before the service listens on it;
// should another program take it in between, the service says so itself.
func claimPort(service string, port int) (net.Listener, error) {
	listener, err := listen(port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s port %d: %w: end that program, or configure another port (0 for any free one)",
			service, port, ErrPortTaken)
	}
	if err != nil {
		return nil, fmt.Errorf("%s port %d: %w", service, port, err)
	}
	return listener, nil
}

func listen(port int) (net.Listener, error) {
	if port == 0 {
		return loopback.Listen()
	}
	return net.Listen("tcp", address(port))
}

// choosePort claims the configured port; with none configured, the preferred one if it is still free, or any.
func choosePort(service string, configured, preferred int) (net.Listener, error) {
	if configured == 0 && preferred != 0 {
		if listener, err := claimPort(service, preferred); err == nil {
			return listener, nil
		}
	}
	return claimPort(service, configured)
}

// portOf is the number of a claimed port.
func portOf(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

// keepPort sets port to that of a loopback address and leaves it alone for any other.
func keepPort(port *int, addr string) {
	host, number, err := net.SplitHostPort(addr)
	if err != nil || host != "127.0.0.1" {
		return
	}
	if n, err := strconv.Atoi(number); err == nil {
		*port = n
	}
}

// address is that of a port on this machine, reachable from nowhere else.
func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// awaitLock returns once nobody holds the lock file, which it leaves free.
func awaitLock(ctx context.Context, path string, wait time.Duration) error {
	lock := flock.New(path)
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if _, err := lock.TryLockContext(ctx, readyPoll); err != nil {
		return fmt.Errorf("is in use by another process: %w", err)
	}
	return lock.Close()
}
