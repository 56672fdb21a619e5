// Command deskpulse turns what happens in customer service into numbers people can act on. `deskpulse --help` lists its
// verbs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/deskpulse/deskpulse/cmd/internal/cli"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// version is set by the Makefile; a plain `go build` leaves it to what the toolchain knows.
var version = ""

func main() {
	// First of all: this process may have been started to be the engine of another one.
	embedded.RunChild()
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks for an orderly end; the second one is left to the system, which ends the process.
	defer context.AfterFunc(ctx, stop)()
	return cli.Run(ctx, cli.System(version), os.Args[1:])
}
