package monthend

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Sheet is a score sheet as it was read.
type Sheet struct {
	Judgements []Judgement
	LeftOut    int            // lines on which nobody has said anything yet: they stay missing
	faults     map[int]string // by line: what cannot be read
}

// maxSheet bounds a sheet, in bytes; no decision as large fits into the log.
const maxSheet = 16 << 20

// ErrEncoding says that a sheet is no text that can be read without guessing: a wrong guess would change names and reasons.
var ErrEncoding = errors.New("it is not in UTF-8 but in another encoding, such as GBK or UTF-16: save it as CSV UTF-8")

// ReadSheet reads a score sheet. Faults of single lines are kept for [Desk.JudgeSheet], which names them together with what
// the policy does not allow; the error is about the whole.
func ReadSheet(r io.Reader) (Sheet, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSheet+1))
	switch {
	case err != nil:
		return Sheet{}, fmt.Errorf("read score sheet: %w", err)
	case len(text) > maxSheet:
		return Sheet{}, fmt.Errorf("the score sheet has more than %d MiB", maxSheet>>20)
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return Sheet{}, ErrEncoding
	}
	text = bytes.TrimPrefix(text, []byte(bom))
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.FieldsPerRecord = separator(text), -1
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return Sheet{}, errors.New("the score sheet is empty: want a line with the names of the columns")
	}
	if err != nil {
		return Sheet{}, fmt.Errorf("read score sheet: %w", err)
	}
	at, err := columns(header)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{faults: map[int]string{}}
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok { // where the next line begins nobody can tell
			s.faults[parse.StartLine] = fmt.Sprintf("%v; what follows was not read", parse.Err)
			return s, nil
		}
		if err != nil {
			return s, fmt.Errorf("read score sheet: %w", err)
		}
		line, _ := in.FieldPos(0)
		s.add(line, fields, len(header), at)
	}
}

// separator returns what stands between the columns' names: spreadsheets write what the machine's region wants.
func separator(text []byte) rune {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(header, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// columns returns where each column stands. Columns without a name, which spreadsheets add, are none.
func columns(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		if !slices.Contains(sheetColumns, name) {
			return nil, fmt.Errorf("line 1: unknown column %q: there are %s", brief(name), strings.Join(sheetColumns, ", "))
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

// add reads a line. One that nobody has filled in is left out; an empty one is none.
func (s *Sheet) add(line int, fields []string, wide int, at map[string]int) {
	field := func(name string) string {
		i, ok := at[name]
		if !ok || i >= len(fields) {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	filled := func(text string) bool { return strings.TrimSpace(text) != "" }
	if !slices.ContainsFunc(fields, filled) {
		return
	}
	j := Judgement{Line: line, Agent: field(columnAgent), Rule: field(columnRule), Reason: field(columnReason)}
	text := field(columnPoints)
	beyond := len(fields) > wide && slices.ContainsFunc(fields[wide:], filled)
	if text == "" && j.Reason == "" && !beyond {
		s.LeftOut++
		return
	}
	switch {
	case beyond:
		s.faults[line] = fmt.Sprintf("agent %q, rule %q: %d cells and %d columns: a cell with a separator in it wants quotes", brief(j.Agent), brief(j.Rule), len(fields), wide)
	case text == "":
	case strings.EqualFold(text, waived):
		j.Waived = true
	default:
		points, err := amount.ParsePoints(text)
		if err != nil {
			s.faults[line] = strings.ReplaceAll(fmt.Sprintf("agent %q, rule %q: %v", brief(j.Agent), brief(j.Rule), err), text, brief(text))
			break
		}
		j.Points = &points
	}
	s.Judgements = append(s.Judgements, j)
}

// mostOfCell is how many characters of a cell an error message shows.
const mostOfCell = 40

func brief(cell string) string {
	n := 0
	for i := range cell {
		if n == mostOfCell {
			return cell[:i] + "…"
		}
		n++
	}
	return cell
}

// mostOfProblem is how long a problem may be, in bytes, that lists what there is to choose from.
const mostOfProblem = 200

// JudgeSheet checks a score sheet, all of it, and decides it. The error names every faulty line once, in order, whatever is
// wrong with it: who filled it in mends it in one round.
func (d *Desk) JudgeSheet(ctx context.Context, r JudgeRequest, s Sheet) (workflow.Month, error) {
	r.Judgements = s.Judgements
	if len(s.faults) == 0 {
		m, err := d.Judge(ctx, r)
		if found, ok := errors.AsType[*JudgementError](err); ok {
			err = &JudgementError{s.ordered(found)}
		}
		return m, err
	}
	state, month, err := d.calculated(ctx, r.Policy, r.Month)
	if err != nil {
		return month, err
	}
	use, err := frozenRules(state, month)
	if err != nil {
		return month, err
	}
	found, _ := errors.AsType[*JudgementError](checkJudgements(use.policy, month, r))
	return month, &JudgementError{s.ordered(found)}
}

// ordered joins what could not be read with what was found otherwise, by line. Of a line that could not be read the other
// fault is told only where it is about somebody whom nobody knows: without points every rule complains.
func (s *Sheet) ordered(found *JudgementError) []string {
	byLine, general := maps.Clone(s.faults), []string(nil)
	if found == nil {
		found = &JudgementError{}
	}
	for _, problem := range found.Problems {
		var line int
		rest, ok := problem, false
		if _, err := fmt.Sscanf(problem, "line %d:", &line); err == nil {
			_, rest, ok = strings.Cut(problem, ": ")
		}
		if !ok {
			general = append(general, problem)
			continue
		}
		if i := strings.Index(rest, "; there are: "); i >= 0 && len(rest) > mostOfProblem {
			rest = rest[:i] // the names of all people, on each line
		}
		rest = s.short(line, rest)
		if fault, unread := byLine[line]; unread {
			if strings.HasPrefix(rest, "unknown ") {
				byLine[line] = fault + "; " + rest
			}
			continue
		}
		byLine[line] = rest
	}
	if len(byLine) > 0 {
		general = nil // that nobody is scored is no news then
	}
	for _, line := range slices.Sorted(maps.Keys(byLine)) {
		general = append(general, fmt.Sprintf("line %d: %s", line, byLine[line]))
	}
	return general
}

// short cuts the cells of a line in a text about it.
func (s *Sheet) short(line int, text string) string {
	i := slices.IndexFunc(s.Judgements, func(j Judgement) bool { return j.Line == line })
	if i < 0 {
		return text
	}
	for _, cell := range []string{s.Judgements[i].Agent, s.Judgements[i].Rule} {
		if cut := brief(cell); cut != cell {
			text = strings.ReplaceAll(text, fmt.Sprintf("%q", cell), fmt.Sprintf("%q", cut))
		}
	}
	return text
}
