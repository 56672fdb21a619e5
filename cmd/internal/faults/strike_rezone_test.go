package faults_test

import (
	_ "embed"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// rezone has all processes die with ranges unfinished, and starts them with another zone of the stream: every record that
// names none becomes another row when it is read again. A row that is there stays as it is; what was in the log and in no
// table may be of the one or the other, for an insert may have been on its way; what comes later is of the new one.
type rezone struct{}

func rezonings() []kind {
	return []kind{{name: "another zone after a crash", weight: 6, make: func(*rand.Rand) fault { return rezone{} }}}
}

// otherZone is the stream's after the change. No record names it.
const otherZone = "America/New_York"

//go:embed truth_zones.sql
var truthZonesSQL string

func (f rezone) strike(t *testing.T, r *run) {
	struck := f.crash(t, r)
	r.changeZone(t, otherZone)
	r.refill(t)
	r.advance(t, 200)
	poll(t, patience, func() error {
		if n := r.number(t, "SELECT count() FROM batches WHERE epoch = ? AND partition = ? AND last >= ?", r.spec.Epoch, struck.Partition, struck.Range.Last); n == 0 {
			return errors.New("the range that was left unfinished is not recovered")
		}
		if r.number(t, "SELECT count() FROM events WHERE epoch = ? AND zone = ?", r.spec.Epoch, otherZone) == 0 {
			return errors.New("no row has the new zone")
		}
		return nil
	})
	if r.rng.IntN(2) == 0 { // and back again
		r.killAll(t)
		r.changeZone(t, streamZone)
		r.refill(t)
	}
}

// crash kills all processes, one of them when it has inserted a row that would be another one now, and has not finished its
// range.
func (rezone) crash(t *testing.T, r *run) hit {
	t.Helper()
	for range rangesLeft {
		h := r.killAll(t)
		n := r.number(t, "SELECT count() FROM events WHERE epoch = ? AND partition = ? AND offset BETWEEN ? AND ? AND zone = ?",
			r.spec.Epoch, h.Partition, h.Range.First, h.Range.Last, r.spec.Zone)
		if n > 0 {
			t.Logf("%d rows of partition %d, %s, would be others now", n, h.Partition, h.Range)
			return h
		}
		r.refill(t)
	}
	t.Fatalf("the fault did not strike: no range was left behind with a row that depends on the stream's zone; they said:\n%s", r.said())
	return hit{}
}

// zones is what the rows of records that name none may have: the stream's zone, which may have been changed.
type zones struct {
	first   string
	changes []zoneChange
	rows    map[position]string // that were there at a change
}

// zoneChange is a change while no process ran.
type zoneChange struct {
	zone string
	ends map[int32]int64 // of the log: what is behind them no process has read before
}

// of returns the zones that the row of a record may have that names none.
func (z zones) of(at position) []string {
	if zone, ok := z.rows[at]; ok {
		return []string{zone}
	}
	may := []string{z.first}
	for _, c := range z.changes {
		if at.offset >= c.ends[at.partition] {
			may = nil
		}
		may = append(may, c.zone)
	}
	return may
}

// changeZone gives the stream another zone; no process runs. Rows with a zone that they must not have are not noted, so
// that they are found when all is checked.
func (r *run) changeZone(t *testing.T, zone string) {
	t.Helper()
	ends := r.logEnds(t)
	rows := make(map[position]string)
	r.each(t, truthZonesSQL, func(scan func(...any) error) error {
		var at position
		var zone string
		err := scan(&at.partition, &at.offset, &zone)
		if slices.Contains(r.zones.of(at), zone) {
			rows[at] = zone
		}
		return err
	}, r.spec.Epoch)
	r.zones.rows, r.zones.changes = rows, append(r.zones.changes, zoneChange{zone, ends})
	r.spec.Zone = zone
}

func TestZonesThatARowMayHave(t *testing.T) {
	z := zones{first: "a", rows: map[position]string{{0, 3}: "a", {0, 25}: "b"},
		changes: []zoneChange{{"b", map[int32]int64{0: 10}}, {"c", map[int32]int64{0: 30, 1: 5}}}}
	for _, c := range []struct {
		name string
		at   position
		want []string
	}{
		{"there at a change", position{0, 3}, []string{"a"}},
		{"there at the second change", position{0, 25}, []string{"b"}},
		{"in the log before all changes", position{0, 9}, []string{"a", "b", "c"}},
		{"in the log between", position{0, 10}, []string{"b", "c"}},
		{"later", position{0, 30}, []string{"c"}},
		{"in another partition", position{1, 4}, []string{"b", "c"}},
	} {
		if got := z.of(c.at); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
