package export_test

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/sinks/export"
)

// smallDisk names the file that a child saves while no file may grow beyond 64 KB.
const smallDisk = "DESKPULSE_TEST_SMALL_DISK"

func TestMain(m *testing.M) {
	if path := os.Getenv(smallDisk); path != "" {
		os.Exit(saveTooMuch(path))
	}
	goleak.VerifyTestMain(m)
}

// saveTooMuch saves more than fits and says how that went; 0 is the error that it should be.
func saveTooMuch(path string) int {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	_, err := export.Save(path, func(w io.Writer) error {
		for range 1000 {
			if _, err := io.WriteString(w, "a line of the payroll that will not fit on the disk with all the others\n"); err != nil {
				return err
			}
		}
		return nil
	})
	fmt.Fprintln(os.Stderr, err)
	if err == nil {
		return 1
	}
	return 0
}
