// Package faults_test kills real ingest processes at every step of the delivery contract and of recovery, under load,
// against a real engine and both kinds of broker, and then holds ClickHouse against what was produced. A process under
// test is this test binary run again; what stops it is wrapped around its dependencies here, so that the product's own
// code has no place for faults in it.
package faults_test

import (
	"flag"
	"os"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(childVariable); spec != "" {
		runChild(spec)
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil { // the tests wait more than they work
		panic(err)
	}
	embeddedtest.Main(m)
}
