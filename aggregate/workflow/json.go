package workflow

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxBytes is the most that a command may have as JSON: rosters and imports of ten thousand people are far below it.
const MaxBytes = 7 << 20

// version is that of the JSON. Who meets another one must not guess what it means.
const version = 1

// envelope is a command as it stands in the log.
type envelope struct {
	V      int            `json:"v"`
	ID     string         `json:"id"`
	Kind   string         `json:"kind"`
	By     Actor          `json:"by"`
	Why    string         `json:"why,omitempty"`
	Expect []Expect       `json:"expect,omitempty"`
	Data   jsontext.Value `json:"data"`
}

// kinds is every kind of action: how it is read, and how people say that it was done.
var kinds = map[string]struct {
	read func(jsontext.Value) (Action, error)
	verb string
}{
	Activate{}.kind():          {read[Activate], "activated"},
	Freeze{}.kind():            {read[Freeze], "frozen"},
	Calculate{}.kind():         {read[Calculate], "calculated"},
	SetScores{}.kind():         {read[SetScores], "scored"},
	RuleIncident{}.kind():      {read[RuleIncident], "ruled on"},
	Approve{}.kind():           {read[Approve], "approved"},
	Publish{}.kind():           {read[Publish], "published"},
	Export{}.kind():            {read[Export], "exported"},
	FileAppeal{}.kind():        {read[FileAppeal], "appealed against"},
	DecideAppeal{}.kind():      {read[DecideAppeal], "decided"},
	Adjust{}.kind():            {read[Adjust], "recalculated"},
	ApproveAdjustment{}.kind(): {read[ApproveAdjustment], "adjusted"},
}

// strict: what a reader does not know may be what matters.
var strict = json.RejectUnknownMembers(true)

func read[A Action](data jsontext.Value) (Action, error) {
	var a A
	err := json.Unmarshal(data, &a, strict)
	return a, err
}

// verb says what was done, as in "already approved".
func (a *Accepted) verb() string { return kinds[a.Command.Action.kind()].verb }

// MarshalJSON writes the command as the log holds it. It does not check it: see [Command.Validate].
func (c Command) MarshalJSON() ([]byte, error) {
	if c.Action == nil {
		return nil, fmt.Errorf("encode command %q: it has no action", c.ID)
	}
	data, err := json.Marshal(c.Action, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode command %q: %w", c.ID, err)
	}
	return json.Marshal(envelope{version, c.ID, c.Action.kind(), c.By, c.Why, c.Expect, data})
}

// ParseCommand reads what [Command.MarshalJSON] writes and nothing looser: no unknown kinds and members, no member twice, no
// text that is not UTF-8, and not more than [MaxBytes]. Whether the command makes sense says [Command.Validate].
func ParseCommand(value []byte) (Command, error) {
	if len(value) > MaxBytes {
		return Command{}, fmt.Errorf("read command: %d bytes, at most %d", len(value), MaxBytes)
	}
	var e envelope
	if err := json.Unmarshal(value, &e, strict); err != nil {
		return Command{}, fmt.Errorf("read command: %w", err)
	}
	if e.V != version {
		return Command{}, fmt.Errorf("read command %q: version %d, known is %d", e.ID, e.V, version)
	}
	kind, ok := kinds[e.Kind]
	if !ok {
		return Command{}, fmt.Errorf("read command %q: unknown kind %q", e.ID, e.Kind)
	}
	action, err := kind.read(e.Data)
	if err != nil {
		return Command{}, fmt.Errorf("read command %q: data: %w", e.ID, err)
	}
	return Command{e.ID, e.By, e.Why, e.Expect, action}, nil
}

// uuid is a command's id in few bytes.
type uuid [16]byte

// parseID reads a UUID in its canonical text, in small letters: a second text of one id would be a second command.
func parseID(s string) (uuid, bool) {
	var id uuid
	if len(s) != len("01234567-89ab-cdef-0123-456789abcdef") {
		return id, false
	}
	n := 0
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return id, false
			}
			continue
		}
		digit, ok := hexDigit(s[i])
		if !ok {
			return id, false
		}
		id[n/2] = id[n/2]<<4 | digit
		n++
	}
	return id, id != uuid{}
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
