package workflow

import (
	"fmt"
	"time"
)

// Verdict is what became of a command. Every copy of it gets the same one.
type Verdict struct {
	Accepted bool
	Sequence int64     // among the accepted ones; 0 when refused
	Offset   int64     // of the record that settled it
	Time     time.Time // of that record
	Hash     Hash      // of the chain up to it; zero when refused
	Refusal  *Refusal  // nil when accepted
}

// Err returns nil for an accepted command, else a [*RefusedError].
func (v Verdict) Err() error {
	if v.Refusal == nil {
		return nil
	}
	return &RefusedError{*v.Refusal}
}

// Refusal says why a command does not count.
type Refusal struct {
	Code   RefusalCode
	Detail string    // for people; where there is a Winner it ends so that "by chen (supervisor)" may follow
	Winner *Accepted // who was faster, without its Value; nil where nobody was
}

// RefusalCode is the kind of reason for which a command does not count.
type RefusalCode string

// The kinds of reasons.
const (
	CodeStale     RefusalCode = "stale"     // somebody changed the thing meanwhile
	CodePhase     RefusalCode = "phase"     // the month is not, or no more, where this can be done
	CodeRole      RefusalCode = "role"      // the actor's role may not do this
	CodeSelf      RefusalCode = "self"      // nobody decides about themselves
	CodeFourEyes  RefusalCode = "four-eyes" // who scored does not approve
	CodeUnknown   RefusalCode = "unknown"   // what the command names is not known
	CodeDuplicate RefusalCode = "duplicate" // it is so already: nothing new to write
	CodeLate      RefusalCode = "late"      // the time for appeals is over
	CodeLocked    RefusalCode = "locked"    // the month is approved, and no upheld appeal opens the line
	CodeInvalid   RefusalCode = "invalid"   // see [Command.Validate]
)

// RefusedError is a refusal as an error.
type RefusedError struct{ Refusal }

// Error returns a sentence that names who was faster, and when.
func (e *RefusedError) Error() string {
	w := e.Winner
	if w == nil {
		return e.Detail
	}
	return fmt.Sprintf("%s by %s at %s UTC, decision %d", e.Detail, w.Command.By, w.Time.UTC().Format(time.DateTime), w.Sequence)
}

func refuse(code RefusalCode, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// done returns the refusal of what somebody has done already.
func done(code RefusalCode, by *Accepted) *Refusal {
	return &Refusal{Code: code, Detail: "already " + by.verb(), Winner: by}
}

// firstOf returns the first reason there is.
func firstOf(reasons ...*Refusal) *Refusal {
	for _, r := range reasons {
		if r != nil {
			return r
		}
	}
	return nil
}

// yields reports whether the reason may only be that somebody was faster: then it is better said who.
func (c RefusalCode) yields() bool { return c == CodePhase || c == CodeLocked || c == CodeUnknown }
