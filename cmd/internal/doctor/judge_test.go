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

		{"much space", doctor.Space(100*gb, 0), doctor.OK, "100.0 GB"},
		{"little space", doctor.Space(4*gb, 0), doctor.Warning, "make room"},
		{"no space", doctor.Space(gb/2, 0), doctor.Problem, "make room"},
		{"space that is kept", doctor.Kept(100*gb, gb), doctor.OK, "much"},
		{"no space is kept", doctor.Kept(100*gb, 0), doctor.Warning, "keep_free_space_bytes"},
		{"object storage", doctor.Kept(1<<63, 0), doctor.OK, "much"},
		{"full within a fortnight", doctor.Space(100*gb, 10*gb), doctor.Warning, "10 days"},
		{"full tomorrow", doctor.Space(100*gb, 101*gb), doctor.Problem, "0 days"},

		{"one broker", doctor.Copied(1, "1", 1), doctor.OK, "one broker"},
		{"one copy on a cluster", doctor.Copied(1, "1", 3), doctor.Warning, "reassign"},
		{"acknowledged by one", doctor.Copied(3, "1", 3), doctor.Warning, "min.insync.replicas=2"},
		{"acknowledged by all", doctor.Copied(3, "3", 3), doctor.Warning, "min.insync.replicas=2"},
		{"as it should be", doctor.Copied(3, "2", 3), doctor.OK, "acknowledged by 2"},

		{"one server", doctor.Replicas(1, false, false, 0, "0"), doctor.OK, "one server"},
		{"two servers, each with rows of its own", doctor.Replicas(2, false, false, 0, "auto"), doctor.Problem, "one server in clickhouse.addresses"},
		{"a table is left out", doctor.Replicas(1, false, true, 2, "auto"), doctor.Problem, "all of them"},
		{"two replicas, acknowledged by one", doctor.Replicas(2, true, true, 2, "0"), doctor.Warning, "insert_quorum=auto"},
		{"three replicas, acknowledged by one", doctor.Replicas(1, true, true, 3, "1"), doctor.Warning, "insert_quorum=auto"},
		{"three replicas, acknowledged by two", doctor.Replicas(3, true, true, 3, "2"), doctor.OK, "3 replicas"},
		{"three replicas, acknowledged by most", doctor.Replicas(3, true, true, 3, "auto"), doctor.OK, "3 replicas"},
		{"two replicas that recovery may not sync", doctor.Unsynced(), doctor.Problem, "SYSTEM SYNC REPLICA"},
		{"one replica", doctor.Replicas(1, true, true, 1, "0"), doctor.OK, "1 replicas"},

		{"no records", doctor.Rejected(0, 0), doctor.OK, "no records"},
		{"none rejected", doctor.Rejected(7, 0), doctor.OK, "none of 7 records"},
		{"few of very many rejected", doctor.Rejected(1_000_000, 9), doctor.OK, "less than 0.1 %"},
		{"many, but fewer than one in a hundred", doctor.Rejected(99_001, 1_000), doctor.OK, "1000 of 100001 records of the last 24 hours were rejected, 0.9 %"},
		{"one in a hundred of many", doctor.Rejected(99_000, 1_000), doctor.Warning, "1.0 %"},
		{"nine of 900", doctor.Rejected(891, 9), doctor.OK, "9 of 900"},
		{"nine of 19", doctor.Rejected(10, 9), doctor.OK, "9 of 19"},
		{"ten of 1000", doctor.Rejected(990, 10), doctor.Warning, "10 of 1000 records of the last 24 hours were rejected, 1.0 %"},
		{"ten of 1001", doctor.Rejected(991, 10), doctor.OK, "0.9 %"},
		{"one less than half", doctor.Rejected(10_001, 9_999), doctor.Warning, "49.9 %"},
		{"half", doctor.Rejected(10_000, 10_000), doctor.Problem, "50.0 %"},
		{"half of a few", doctor.Rejected(1, 1), doctor.Problem, "1 of 2"},
		{"nearly all", doctor.Rejected(1, 19_999), doctor.Problem, "99.9 %"},
		{"all", doctor.Rejected(0, 20_000), doctor.Problem, "20000 of 20000 records of the last 24 hours were rejected, 100.0 %"},
		{"what to do first", doctor.Rejected(0, 20_000), doctor.Problem, "`deskpulse deadletter list --stream calls`"},
		{"what to do then", doctor.Rejected(990, 10), doctor.Warning, "`deskpulse deadletter replay --stream calls`"},

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

// TestGrowth is a share of the size, also where there are more records than bytes to a record.
func TestGrowth(t *testing.T) {
	for _, row := range []struct {
		bytes        uint64
		lately, ever int64
		want         uint64
	}{{1000, 3000, 3000, 1000}, {1 << 40, 1, 1 << 30, 1 << 10}, {1 << 40, 1 << 29, 1 << 30, 1 << 39}, {1000, 0, 10, 0}, {1000, 0, 0, 0}} {
		if got := doctor.Grown(row.bytes, row.lately, row.ever); got != row.want {
			t.Errorf("%+v: got %d", row, got)
		}
	}
}
