package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// quotation collects what a verb prints, to show it, or a part of it, on something else.
type quotation struct {
	bytes.Buffer
	of io.Writer
}

// passing is what a run must not show, because the next one shows another: instants, ids that are drawn, and the hash that
// covers both.
var passing = regexp.MustCompile(`( ?)\d{4}-\d\d-\d\d(\s+)\d\d:\d\d|[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// lasting leaves out what passes. The lines stay as they were broken.
func lasting(out string) string {
	return passing.ReplaceAllStringFunc(out, func(s string) string {
		m := passing.FindStringSubmatch(s)
		if strings.Contains(m[2], "\n") {
			return m[2] + left
		}
		return m[1] + left
	})
}

// left stands for what was left out of a quotation.
const left = "…"

// run runs a command line on the demo's data, as a shell does, and returns what it prints. Another exit code than the one
// that it must have is an error.
func (d *demonstration) run(ctx context.Context, want int, in string, args ...string) (string, error) {
	env, out := d.env, &quotation{of: d.env.Out}
	env.In, env.Out = strings.NewReader(in), out
	command := "deskpulse " + strings.Join(args, " ")
	args = append(args, "--data", d.data)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "$OUT", d.out)
	}
	code := Run(ctx, env, args)
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	if code != want {
		return "", fmt.Errorf("%s: exit code %d, want %d:\n%s", command, code, want, out)
	}
	return strings.ReplaceAll(out.String(), d.out, "$OUT"), nil
}

// ask runs a command line for its JSON, and shows nothing.
func ask[T any](ctx context.Context, d *demonstration, want int, args ...string) (T, error) {
	var v T
	out, err := d.run(ctx, want, "", append(args, "--output", "json")...)
	if err == nil {
		err = json.Unmarshal([]byte(out), &v)
	}
	return v, err
}

// step is a command line of the demo and what to show of what it prints.
type step struct {
	args    string // separated by blanks
	in      string // on standard input
	from    string // where that is from
	why     string // --why
	want    int    // exit code
	without []string
}

// show runs a step and quotes it.
func (d *demonstration) show(ctx context.Context, s step) error {
	args, shown := strings.Fields(s.args), s.args
	if s.why != "" {
		args, shown = append(args, "--why", s.why), shown+fmt.Sprintf(" --why %q", s.why)
	}
	if s.from != "" {
		shown += " < " + s.from
	}
	fmt.Fprintf(d.env.Out, "\n$ deskpulse %s\n", shown)
	out, err := d.run(ctx, s.want, s.in, args...)
	if err != nil {
		return err
	}
	fmt.Fprint(d.env.Out, excerpt(lasting(out), s.without))
	if s.want != ExitOK {
		fmt.Fprintf(d.env.Out, "(exit code %d)\n", s.want)
	}
	return nil
}

// excerpt leaves out the paragraphs that begin with one of the texts, and says where. Paragraphs are separated by empty
// lines.
func excerpt(out string, without []string) string {
	var kept []string
	for _, p := range strings.Split(strings.TrimSpace(out), "\n\n") {
		if !beginsWithOne(p, without) {
			kept = append(kept, fewer(p))
		} else if len(kept) == 0 || kept[len(kept)-1] != left {
			kept = append(kept, left)
		}
	}
	return strings.Join(kept, "\n\n") + "\n"
}

func beginsWithOne(s string, beginnings []string) bool {
	for _, b := range beginnings {
		if strings.HasPrefix(s, b) {
			return true
		}
	}
	return false
}

// enough is how many points of one kind a quotation lists before it counts the others.
const enough = 2

// fewer shortens a list whose points begin alike: after "· Proposal, for ..." another one says nothing new.
func fewer(paragraph string) string {
	const mark, alike = "· ", len("· Proposal")
	var out []string
	kind, n, skipped := "", 0, 0
	flush := func() {
		if skipped > 0 {
			out = append(out, fmt.Sprintf("%s%s %d more of these", mark, left, skipped))
		}
		skipped = 0
	}
	for _, line := range strings.Split(paragraph, "\n") {
		if strings.HasPrefix(line, mark) {
			k := line[:min(len(line), alike)]
			if k != kind {
				flush()
				kind, n = k, 0
			}
			if n++; n > enough {
				skipped++
			}
		} else if !strings.HasPrefix(line, " ") {
			flush()
			kind, n = "", 0
		}
		if n <= enough {
			out = append(out, line)
		}
	}
	flush()
	return strings.Join(out, "\n")
}
