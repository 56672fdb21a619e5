package monthend_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// TestVerify says what became of what a month was calculated from, and of what it came to.
func TestVerify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil string // a statement behind everybody's back
		want  monthend.Outcome
		first string // part of the first difference
	}{
		{"nothing", "", monthend.Equal, ""},
		{"a partition of events was dropped", "ALTER TABLE events DROP PARTITION 202403", monthend.Expired, ""},
		{"a line was changed", `ALTER TABLE cards UPDATE card = replaceOne(card, '"taken":"-10.00"', '"taken":"-5.00"') WHERE agent = 'li'`, monthend.Mismatch, `agent "li", rule "complaint"`},
		{"a card was removed", "ALTER TABLE cards DELETE WHERE agent = 'wang'", monthend.Mismatch, "1 cards"},
		{"a card was added", "INSERT INTO cards SELECT * REPLACE ('zhao' AS agent) FROM (SELECT * FROM cards WHERE agent = 'li')", monthend.Mismatch, "more than one card"},
		{"pay beside a card", "ALTER TABLE cards UPDATE pay = 50000 WHERE agent = 'li'", monthend.Mismatch, `agent "li"`},
		{"a grade beside a card", "ALTER TABLE cards UPDATE grade = 'A' WHERE agent = 'li'", monthend.Mismatch, `agent "li"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.people("li", "wang")
			w.complaint("c1", "li", noon(3, 5))
			w.complaint("c2", "li", noon(3, 6))
			d := w.desk()
			w.closeDesk(d, march)
			w.lock(d, march)
			if c.spoil != "" {
				w.alter(c.spoil)
			}
			pays := c.want != monthend.Mismatch || strings.Contains(c.name, "beside a card") // which nobody is paid by
			request := monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "march"), By: payer}
			if _, err := d.Export(w.context(), request); (err == nil) != pays {
				t.Errorf("export: got %v, want an error: %v", err, !pays)
			}
			v := w.verify(d)[0]
			if v.Outcome != c.want || !strings.Contains(v.First, c.first) {
				t.Errorf("got %+v, want %s with %q", v, c.want, c.first)
			}
		})
	}
}
