package event_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestRowsAreWhatWasAdded fills the same Rows with one batch after the other. Texts come from few places and begin with ""
// often: columns tell texts apart by where they lie.
func TestRowsAreWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	long := "agent-17"
	texts := []string{"", long, long[:5], long[:0], strings.Clone(long), "chat", "Asia/Shanghai"}
	text := func() string { return texts[rng.IntN(len(texts))] }
	var rows event.Rows
	for range 200 {
		want := make([]event.Row, rng.IntN(6))
		for i := range want {
			r := &want[i]
			r.Company, r.Subject, r.Source, r.ID, r.Type, r.Zone = text(), text(), text(), text(), text(), text()
			r.Version, r.Time, r.Offset, r.AppendTime = uint16(i), rng.Int64(), int64(i), rng.Int64()
			for c := range r.Text {
				r.Text[c] = text()
			}
			for c := range r.Number {
				r.Number[c] = event.NullInt64{Value: int64(c), Valid: true}
			}
			r.Ext, r.Origin = text(), text()
			rows.Add(r)
		}
		if got := slices.AppendSeq([]event.Row{}, rows.All()); !cmp.Equal(got, want) {
			t.Fatalf("rows (-got, +want):\n%s", cmp.Diff(got, want))
		}
		rows.Reset()
	}
}
