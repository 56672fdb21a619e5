package doctor_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
)

// TestJudgements is about what the embedded stack cannot be brought to: clusters, old releases, disks of all sizes.
func TestJudgements(t *testing.T) {
	const gb = 1 << 30
	for _, row := range []struct {
		name string
		got  doctor.Finding
		want doctor.State
		word string
	}{
		{"the embedded release", doctor.Release("26.7.2.1"), doctor.OK, "26.7"},
		{"the oldest release", doctor.Release("25.8.1.1"), doctor.OK, "25.8"},
		{"a release too old", doctor.Release("25.7.9.1"), doctor.Problem, "upgrade"},
		{"a year too old", doctor.Release("24.12.1.1"), doctor.Problem, "upgrade"},
		{"no version", doctor.Release("head"), doctor.Problem, "upgrade"},

		{"much space", doctor.Space(100*gb, 0, 0), doctor.OK, "100.0 GB"},
		{"little space", doctor.Space(4*gb, 0, 0), doctor.Warning, "make room"},
		{"no space", doctor.Space(gb/2, 0, 0), doctor.Problem, "make room"},
		{"space that is kept", doctor.Space(10*gb, 10*gb-1, 0), doctor.Problem, "make room"},
		{"full within a fortnight", doctor.Space(100*gb, 0, 10*gb), doctor.Warning, "10 days"},
		{"full tomorrow", doctor.Space(100*gb, 0, 101*gb), doctor.Problem, "0 days"},

		{"one broker", doctor.Copied(1, "1", 1), doctor.OK, "one broker"},
		{"one copy on a cluster", doctor.Copied(1, "1", 3), doctor.Warning, "reassign"},
		{"acknowledged by one", doctor.Copied(3, "1", 3), doctor.Warning, "min.insync.replicas=2"},
		{"acknowledged by all", doctor.Copied(3, "3", 3), doctor.Warning, "min.insync.replicas=2"},
		{"as it should be", doctor.Copied(3, "2", 3), doctor.OK, "acknowledged by 2"},

		{"no leader", doctor.Partitions(3, 3, false), doctor.Problem, "start the brokers"},
		{"a copy is behind", doctor.Partitions(3, 2, true), doctor.Warning, "copies are behind"},
		{"all copies", doctor.Partitions(3, 3, true), doctor.OK, "leader"},
	} {
		words := row.got.Found + row.got.Want + row.got.Do
		if row.got.State != row.want || !strings.Contains(words, row.word) {
			t.Errorf("%s: got %+v, want %s with %q", row.name, row.got, row.want, row.word)
		}
		if row.got.State != doctor.OK && (row.got.Want == "" || row.got.Do == "") {
			t.Errorf("%s: does not say what to do: %+v", row.name, row.got)
		}
	}
}
