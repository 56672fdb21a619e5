package monthend

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// A score sheet is a CSV file (RFC 4180) in UTF-8 with these columns, in any order. What nobody has to fill in may be left
// out. [ReadSheet] takes what spreadsheets make of it, too: semicolons or tabs, and other letters in the names.
const (
	columnAgent  = "agent"
	columnName   = "name" // for people
	columnRule   = "rule"
	columnTitle  = "title"  // for people
	columnWanted = "wanted" // for people: what can be said
	columnPoints = "points" // with at most two places, or the word "waived"
	columnReason = "reason"
)

const waived = "waived"

var sheetColumns = []string{columnAgent, columnName, columnRule, columnTitle, columnWanted, columnPoints, columnReason}

// bom is what spreadsheets put before UTF-8.
const bom = "\ufeff"

// WriteSheet writes a score sheet of what is missing, to be filled in.
func WriteSheet(w io.Writer, p *policy.Policy, missing []closing.Missing) error {
	out := csv.NewWriter(w)
	if err := out.Write(sheetColumns); err != nil {
		return err
	}
	for _, m := range missing {
		if err := out.Write([]string{m.Agent, m.Name, m.Rule, m.Title.EN, Wanted(p, m.Rule), "", ""}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Wanted says what a person can say under a rule: "0-8", "waived", or "words".
func Wanted(p *policy.Policy, id string) string {
	name, _, _ := strings.Cut(id, "/")
	for placed := range p.Rules() {
		if placed.Rule.ID != name {
			continue
		}
		switch r := placed.Rule.Rule.(type) {
		case rule.Rubric:
			return "0-" + rule.Short(r.Most)
		case rule.RangedDeduction:
			return rule.Short(r.From) + "-" + rule.Short(r.To)
		default:
			if rule.TakesComment(r) {
				return "words"
			}
			return waived
		}
	}
	return ""
}
