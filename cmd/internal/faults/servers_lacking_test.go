package faults_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	devkafka "github.com/deskpulse/deskpulse/deploy/dev/kafka"
)

// lacking says what is missing here for a point with this kind of broker, "" if nothing is.
func lacking(b brokerKind, ownEngine bool) string {
	if b != embeddedBroker {
		if ok, why := devkafka.Available(); !ok {
			return "Apache Kafka cannot be had: " + why
		}
	}
	if ownEngine {
		return lackingDisk()
	}
	return ""
}

// lackingDisk tries once whether a small disk can be made.
var lackingDisk = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "deskpulse-faults-disk-")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(dir)
	d, err := newDisk(dir, 1<<20)
	if err != nil {
		return fmt.Sprintf("A small disk for ClickHouse takes Linux and the rights of root: %v", err)
	}
	d.close()
	return ""
})

// leaveOutVariable lets TestFaults leave out the points that cannot be played on this machine. Where CI is set it does not
// count.
const leaveOutVariable = "DESKPULSE_FAULTS_LEAVE_OUT"

func mayLeaveOut() bool { return os.Getenv(leaveOutVariable) != "" && os.Getenv("CI") == "" }

// leftOut says loudly that a point is left out, and fails it unless that is allowed.
func leftOut(t *testing.T, why string) {
	t.Helper()
	if !mayLeaveOut() {
		t.Fatalf("NOT PLAYED: %s", why)
	}
	fmt.Fprintf(os.Stderr, "NOT PLAYED: %s: %s\n", t.Name(), why)
}

// notPlayed says loudly that a test is left out. Where CI is set nothing may be: there it fails.
func notPlayed(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("NOT PLAYED: %s", why)
	}
	fmt.Fprintf(os.Stderr, "NOT PLAYED: %s: %s\n", t.Name(), why)
}
