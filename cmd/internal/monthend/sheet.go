package monthend

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// A score sheet is a CSV file (RFC 4180) with these columns, in any order. What nobody has to fill in may be left out.
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

// ReadSheet reads a score sheet. The error names every line that cannot be read; what the lines say is checked by
// [Desk.Judge].
func ReadSheet(r io.Reader) ([]Judgement, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 0 // as many as the first line
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the score sheet is empty: want a line with the names of the columns")
	}
	if err != nil {
		return nil, fmt.Errorf("read score sheet: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], bom)
	at, err := columns(header)
	if err != nil {
		return nil, err
	}
	var all []Judgement
	var problems []string
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read score sheet: %w", err)
		}
		line, _ := in.FieldPos(0)
		j, err := judgement(fields, at)
		if err != nil {
			problems = append(problems, fmt.Sprintf("line %d: %v", line, err))
			continue
		}
		j.Line = line
		all = append(all, j)
	}
	if len(problems) > 0 {
		return nil, &JudgementError{problems}
	}
	return all, nil
}

// columns returns where each column stands.
func columns(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if !slices.Contains(sheetColumns, name) {
			return nil, fmt.Errorf("line 1: unknown column %q: there are %s", name, strings.Join(sheetColumns, ", "))
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("line 1: column %q stands there twice", name)
		}
		at[name] = i
	}
	for _, name := range []string{columnAgent, columnRule, columnPoints} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: column %q is missing", name)
		}
	}
	return at, nil
}

func judgement(fields []string, at map[string]int) (Judgement, error) {
	field := func(name string) string {
		i, ok := at[name]
		if !ok {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	j := Judgement{Agent: field(columnAgent), Rule: field(columnRule), Reason: field(columnReason)}
	switch text := field(columnPoints); text {
	case "":
	case waived:
		j.Waived = true
	default:
		points, err := amount.ParsePoints(text)
		if err != nil {
			return j, fmt.Errorf("agent %q, rule %q: %w", j.Agent, j.Rule, err)
		}
		j.Points = &points
	}
	return j, nil
}
