package workflow

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Action is what a command does: one of the types below.
type Action interface {
	kind() string
	check(c *Command, f *faults)          // what is wrong with it whatever the log says
	expects() []Thing                     // the things whose versions its command must expect
	judge(s *State, a *Accepted) *Refusal // what speaks against it as the log stands; changes nothing
	apply(s *State, a *Accepted)          // changes the state, when nothing does
}

// Activate puts a document into force. Its text stands in the log, so that every month can be calculated again.
type Activate struct {
	Company   string        `json:"company"`
	Kind      DocumentKind  `json:"kind"`
	Name      string        `json:"name"`
	Effective calendar.Date `json:"effective"` // from when it holds; when it was activated is the command's time
	SHA256    string        `json:"sha256"`    // of Text, in hex
	Text      string        `json:"text"`
}

// DocumentKind says what a document is.
type DocumentKind string

// The kinds of documents.
const (
	PolicyDocument   DocumentKind = "policy"
	CalendarDocument DocumentKind = "calendar"
	// RosterDocument is JSON lines, each {"agent": id, "zone": zone, and the members of agent.changed}, one of an agent and
	// date. Each roster adds to those of other names and replaces the one of its own.
	RosterDocument DocumentKind = "roster"
)

// Freeze says what a month is calculated from, before it is.
type Freeze struct {
	Month     MonthID    `json:"month"`
	Policy    string     `json:"policy"`           // SHA-256 of the policy document's text
	Calendar  string     `json:"calendar"`         // SHA-256 of the calendar document's text
	Decide    []string   `json:"decide,omitempty"` // readings other than the policy's, "decision=reading"
	Positions []Position `json:"positions"`        // ordered; what lies beyond does not count
	Terms     Terms      `json:"terms"`
	Again     bool       `json:"again,omitempty"` // replaces what was frozen before
}

// Position is the last offset of a partition that counts.
type Position struct {
	Stream    string `json:"stream"`
	Epoch     uint32 `json:"epoch"`
	Partition int32  `json:"partition"`
	Last      int64  `json:"last"`
}

// Terms are what the policy says about who may do what.
type Terms struct {
	Scorers   []policy.Role `json:"scorers"`
	Approvers []policy.Role `json:"approvers"`
	FourEyes  bool          `json:"four_eyes,omitempty"` // who scored does not approve
}

// Calculate says what a month came to.
type Calculate struct {
	Month    MonthID             `json:"month"`
	Run      Run                 `json:"run"`
	People   []string            `json:"people"`             // who has a card, ordered
	Accounts map[string][]string `json:"accounts,omitempty"` // the other ids of those who have any, with a card or without
}

// Run names a calculation. Hashes are SHA-256 in hex.
type Run struct {
	ID       string `json:"id"`
	Input    string `json:"input"`    // of everything that entered
	Result   string `json:"result"`   // of the cards
	Agents   int    `json:"agents"`   // how many have a card
	Missing  int    `json:"missing"`  // how many lines wait for somebody's word
	Sequence int64  `json:"sequence"` // of the last decision that entered
	Head     string `json:"head"`     // of the chain of decisions then
}

// SetScores gives points, or words, to agents under rules, and lets cards do without what is missing: what a person says at
// once counts whole or not at all. A single word expects its card's version, several the month's.
type SetScores struct {
	Month   MonthID  `json:"month"`
	Scores  []Score  `json:"scores,omitempty"`
	Waivers []Waiver `json:"waivers,omitempty"`
	Appeal  string   `json:"appeal,omitempty"` // after the lock: the upheld appeal that it follows from
}

// Score is what somebody gave. Of an incident or finding it stands under "rule/incident".
type Score struct {
	Agent  string         `json:"agent"`
	Rule   string         `json:"rule"`
	Points *amount.Points `json:"points"` // nil where the rule takes words only
	Reason string         `json:"reason,omitempty"`
}

// Waiver is one card and the rule that it does without.
type Waiver struct {
	Agent  string `json:"agent"`
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// RuleIncident is a verdict on an incident. It becomes an event incident.ruled of the source [Source].
type RuleIncident struct {
	Company  string              `json:"company"`
	Incident string              `json:"incident"`
	About    string              `json:"about"`              // the agent that it is about, who may not rule on it
	Accounts []string            `json:"accounts,omitempty"` // the other ids of About, ordered: they may not rule on it either
	Zone     string              `json:"zone"`               // in which the date of the ruling is read
	Ruling   event.IncidentRuled `json:"ruling"`             // whose By is the command's
}

// Approve locks a month: nothing of it changes from then on.
type Approve struct {
	Month MonthID `json:"month"`
	Run   string  `json:"run"`
	// Seen is the sequence of the last decision that the sender had folded. What was decided after it and would change the
	// run makes the approval stale, although it changes no version of the month. 0: not said, and not checked.
	Seen int64 `json:"seen"`
}

// Publish shows the cards to their people, who may appeal until then.
type Publish struct {
	Month       MonthID   `json:"month"`
	Run         string    `json:"run"`
	AppealUntil time.Time `json:"appeal_until"` // zero: no appeals
}

// Export says which files went to payroll.
type Export struct {
	Month       MonthID  `json:"month"`
	Run         string   `json:"run"`
	Files       []File   `json:"files"`
	Seen        int64    `json:"seen"`                  // sequence of the last decision that the files tell of
	Adjustments []string `json:"adjustments,omitempty"` // ids of the commands that calculated those in the files
}

// File is a file by its hash.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// FileAppeal objects to a line of a published card. The command's reason says why.
type FileAppeal struct {
	Month MonthID `json:"month"`
	Agent string  `json:"agent"`
	Rule  string  `json:"rule"` // as in Score
}

// DecideAppeal upholds an appeal or rejects it. What follows from an upheld one is said by a score, a waiver or a ruling.
type DecideAppeal struct {
	Month  MonthID `json:"month"`
	Appeal string  `json:"appeal"`
	Upheld bool    `json:"upheld"`
}

// Adjust says what locked months come to when everything is known.
type Adjust struct {
	Company   string              `json:"company"`
	Policy    string              `json:"policy"`
	Positions []Position          `json:"positions"`
	Months    []AdjustedMonth     `json:"months"`             // those that change, in order; none takes away the adjustment that waits
	People    []string            `json:"people"`             // whose results change, ordered
	Accounts  map[string][]string `json:"accounts,omitempty"` // the other ids of those who have any, as they are known now
}

// AdjustedMonth is one month of an adjustment.
type AdjustedMonth struct {
	Month   calendar.Month `json:"month"`
	From    string         `json:"from"` // the run that held before
	Run     Run            `json:"run"`
	Changed int            `json:"changed"` // cards whose points, grade or pay change
}

// ApproveAdjustment makes an adjustment hold.
type ApproveAdjustment struct {
	Company    string `json:"company"`
	Policy     string `json:"policy"`
	Adjustment string `json:"adjustment"` // id of the command that calculated it
}

func (Activate) kind() string          { return "document.activate" }
func (Freeze) kind() string            { return "month.freeze" }
func (Calculate) kind() string         { return "month.calculate" }
func (SetScores) kind() string         { return "score.set" }
func (RuleIncident) kind() string      { return "incident.rule" }
func (Approve) kind() string           { return "month.approve" }
func (Publish) kind() string           { return "month.publish" }
func (Export) kind() string            { return "month.export" }
func (FileAppeal) kind() string        { return "appeal.file" }
func (DecideAppeal) kind() string      { return "appeal.decide" }
func (Adjust) kind() string            { return "month.adjust" }
func (ApproveAdjustment) kind() string { return "adjustment.approve" }
