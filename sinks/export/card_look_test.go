package export_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// A card that waits for people says so where its total would stand, in drafts and otherwise.
func TestCardWaiting(t *testing.T) {
	p, cards := zhao(t)
	c := find(t, cards, "zhao")
	c.Total, c.Grade, c.Pay = nil, "", nil
	for i := range c.Lines {
		if c.Lines[i].Rule == "enthusiasm" {
			c.Lines[i].Status, c.Lines[i].Points, c.Lines[i].Taken = score.StatusMissing, 0, 0
			c.Missing = append(c.Missing, c.Lines[i])
			c.Sections[3].Points, c.Sections[3].Items[2].Points = nil, nil
		}
	}
	m := month(p, len(cards))
	m.Draft, m.Lang = true, export.EN
	got := page(t, c, m)
	show(t, "waiting.html", []byte(got))
	for _, want := range []string{"Something is still missing", "DRAFT: not for payment", ">Enthusiasm</b> <code>enthusiasm</code>"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(got, "= 17.00") {
		t.Error("a sum without a total")
	}
}

// A long list of evidence is all there.
func TestCardLong(t *testing.T) {
	p, cards := zhao(t)
	c := find(t, cards, "zhao")
	for i := range c.Lines {
		if l := &c.Lines[i]; l.Rule == "mail-rate" {
			one := l.Evidence[0]
			l.Evidence = nil
			for n := range 300 {
				one.ID = fmt.Sprintf("mail-event-%04d", n)
				l.Evidence = append(l.Evidence, metric.Evidence{Origin: one.Origin, Date: one.Date, Bad: n%7 == 0, Note: one.Note})
			}
			l.EvidenceTotal = 900
		}
	}
	got := page(t, c, month(p, len(cards)))
	show(t, "long.html", []byte(got))
	if n := strings.Count(got, "mail-event-"); n != 300 {
		t.Errorf("%d of 300 pieces of evidence are on the page", n)
	}
	if !strings.Contains(got, "300 / 900") {
		t.Error("nothing says that there are more")
	}
}
