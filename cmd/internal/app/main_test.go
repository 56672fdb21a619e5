package app_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(childVariable); spec != "" {
		runChild(spec)
		return
	}
	if spec := os.Getenv(replayVariable); spec != "" {
		runReplayChild(spec)
		return
	}
	embeddedtest.Main(m, func() error { return goleak.Find() })
}
