// Package faults_test has everything go wrong that may, at every step of the delivery contract and of recovery, under load,
// against real processes, engines and brokers of three kinds, and then holds ClickHouse against what is in the log. A
// process under test is this test binary run again; what strikes it is wrapped around its dependencies here, so that the
// product's own code has no place for faults in it. The product's own binary runs among them.
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
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", "6"); err != nil { // the points wait more than they work
			panic(err)
		}
	}
	embeddedtest.Main(m, func() error { return os.RemoveAll(binaryDir()) })
}
