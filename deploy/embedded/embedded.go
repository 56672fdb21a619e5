// Package embedded runs the two services deskpulse stands on, Kafka and ClickHouse, out of a plain folder: nothing to
// install but npm, nothing to configure. The broker is kfake, which speaks the Kafka protocol and keeps its log on disk;
// the engine is ClickHouse itself, loaded as a library into a child process. Production replaces both by addresses, so
// the rest of deskpulse never learns which of the two it talks to.
//
// The engine, and the broker of a fault test, are children of the running program: it starts itself again with an
// environment variable set, and [RunChild], called first thing in main, turns that second process into the service.
package embedded

import (
	"fmt"
	"os"
)

// childVariable names the service that a re-executed process is to become.
const childVariable = "DESKPULSE_EMBEDDED_CHILD"

// childArguments carries the JSON arguments of that service. They are in the environment, not in argv, so that a
// password never shows in a process listing.
const childArguments = "DESKPULSE_EMBEDDED_ARGUMENTS"

const (
	childEngine = "engine"
	childBroker = "broker"
)

// RunChild makes this process the engine or the broker if it was started to be one, and then never returns; otherwise
// it does nothing. It must be the first call in main, and in TestMain of every test that starts a service.
func RunChild() {
	kind := os.Getenv(childVariable)
	if kind == "" {
		return
	}
	arguments := []byte(os.Getenv(childArguments))
	// A grandchild must not take itself for a service.
	os.Unsetenv(childVariable)
	os.Unsetenv(childArguments)

	var err error
	switch kind {
	case childEngine:
		err = runEngineChild(arguments)
	case childBroker:
		err = runBrokerChild(arguments)
	default:
		err = fmt.Errorf("run child: unknown service %q in %s", kind, childVariable)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
