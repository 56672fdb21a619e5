package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// The longest texts, in bytes.
const (
	maxName = 256           // a name or an id, as in events
	maxLine = 2*maxName + 1 // "rule/incident"
	maxText = 4096          // a reason, or a judgement in words
)

// Validate returns every fault that the command has whatever the log says, joined. A command with a fault is refused.
func (c Command) Validate() error {
	var f faults
	if _, ok := parseID(c.ID); !ok {
		f.add("id %q: want a UUID in small letters", c.ID)
	}
	f.name("by.name", c.By.Name)
	f.visible("by.name", c.By.Name)
	f.role("by.role", c.By.Role)
	f.words("why", c.Why)
	f.expect(c.Expect)
	if c.Action == nil {
		f.add("no action")
		return f.err("command " + c.ID)
	}
	c.Action.check(&c, &f)
	f.expected(c)
	return f.err(fmt.Sprintf("command %q (%s)", c.ID, c.Action.kind()))
}

// faults collects what is wrong with a command.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

func (f *faults) err(what string) error {
	if len(*f) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", what, errors.Join(*f...))
}

// text: UTF-8 without control characters. Free texts may have line breaks and tabs.
func (f *faults) text(path, s string, most int, free bool) {
	control := func(r rune) bool { return unicode.IsControl(r) && (!free || !strings.ContainsRune("\n\r\t", r)) }
	switch {
	case len(s) > most:
		f.add("%s: %d bytes, at most %d", path, len(s), most)
	case !utf8.ValidString(s):
		f.add("%s: not UTF-8", path)
	case strings.ContainsFunc(s, control):
		f.add("%s %q: control characters", path, s)
	}
}

// given is a text that must say something. Nothing more: ids come from events, and one that looks odd must not stop a month.
func (f *faults) given(path, s string, most int) {
	if s == "" {
		f.add("%s: missing", path)
	}
	f.text(path, s, most, false)
}

// visible wants a name without what nobody sees in print: who has two that look like one could decide about themselves. It is
// not all that looks alike: see foldName.
func (f *faults) visible(path, s string) {
	if strings.TrimSpace(s) != s {
		f.add("%s %q: spaces around it", path, s)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		f.add("%s %q: characters that nobody sees", path, s)
	}
}

func (f *faults) name(path, s string) { f.given(path, s, maxName) }

func (f *faults) words(path, s string) { f.text(path, s, maxText, true) }

// reason is what some actions need.
func (f *faults) reason(path, s string) {
	if strings.TrimSpace(s) == "" {
		f.add("%s: missing, it needs a reason", path)
	}
}

// plain names are parts of a [Thing], where a '/' would let two be one.
func (f *faults) plain(path, s string) {
	allowed := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.'
	}
	if s == "" || len(s) > maxName || strings.TrimFunc(s, allowed) != "" {
		f.add("%s %q: want letters, digits, '-', '_' and '.'", path, s)
	}
}

func (f *faults) month(m MonthID) {
	f.plain("month.company", m.Company)
	f.plain("month.policy", m.Policy)
	if _, err := m.Month.MarshalText(); err != nil {
		f.add("month.month: %w", err)
	}
}

func (f *faults) hash(path, s string) {
	digit := func(r rune) bool { return r < utf8.RuneSelf && isHex(byte(r)) }
	if len(s) != 2*len(Hash{}) || strings.ContainsFunc(s, func(r rune) bool { return !digit(r) }) {
		f.add("%s %q: want a SHA-256 in hex, in small letters", path, s)
	}
}

func isHex(c byte) bool {
	_, ok := hexDigit(c)
	return ok
}

func (f *faults) id(path, s string) {
	if _, ok := parseID(s); !ok {
		f.add("%s %q: want a UUID in small letters", path, s)
	}
}

func (f *faults) role(path string, r policy.Role) {
	if !slices.Contains(policy.Roles, r) {
		f.add("%s %q: want one of %q", path, r, policy.Roles)
	}
}

func (f *faults) roles(path string, roles []policy.Role) {
	if len(roles) == 0 {
		f.add("%s: missing", path)
	}
	for i, r := range roles {
		f.element(path, i, func(f *faults) { f.role("role", r) })
	}
}

// element checks one element of a list, which may be long: only a fault is worth a text that says where it is.
func (f *faults) element(path string, i int, check func(*faults)) {
	var own faults
	check(&own)
	for _, err := range own {
		f.add("%s[%d]: %w", path, i, err)
	}
}

// ordered wants names in order, each once, so that one set has one text.
func (f *faults) ordered(path string, names []string) {
	for i, n := range names {
		f.element(path, i, func(f *faults) {
			f.name("name", n)
			if i > 0 && names[i-1] >= n {
				f.add("%q: not after %q", n, names[i-1])
			}
		})
	}
}

// accounts are those of people with a card and without: a supervisor has other ids too. In order, so that everybody who
// folds the log tells of the same fault first.
func (f *faults) accounts(of map[string][]string) {
	for _, person := range slices.Sorted(maps.Keys(of)) {
		f.name("accounts", person)
		f.ordered(fmt.Sprintf("accounts.%q", person), of[person])
	}
}

func (f *faults) seen(sequence int64) {
	if sequence < 0 {
		f.add("seen %d: negative", sequence)
	}
}

// positions wants at least one: none would stand for everything, and freeze nothing.
func (f *faults) positions(all []Position) {
	if len(all) == 0 {
		f.add("positions: missing")
	}
	for i, p := range all {
		f.element("positions", i, func(f *faults) {
			f.plain("stream", p.Stream)
			if p.Partition < 0 || p.Last < -1 {
				f.add("partition %d, last %d: negative", p.Partition, p.Last)
			}
			if i > 0 && !all[i-1].position().Before(p.position()) {
				f.add("not in order of stream, epoch and partition")
			}
		})
	}
}

// position leaves the offset out: there is one last one of each partition.
func (p Position) position() event.Position {
	return event.Position{Partition: event.Partition{Stream: p.Stream, Epoch: p.Epoch, ID: p.Partition}}
}

func (f *faults) run(path string, r Run) {
	f.name(path+".id", r.ID)
	f.hash(path+".input", r.Input)
	f.hash(path+".result", r.Result)
	f.hash(path+".head", r.Head)
	if r.Agents < 0 || r.Missing < 0 || r.Sequence < 0 {
		f.add("%s: agents %d, missing %d, sequence %d: negative", path, r.Agents, r.Missing, r.Sequence)
	}
}
