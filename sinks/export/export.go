// Package export writes what leaves a closed month: the payroll as a workbook and as CSV, and each person's card as a page
// to print. What it writes follows from its input alone: the same month gives the same bytes.
//
// Names and reasons come from people and from other systems. None of them becomes a formula in a table or markup on a
// card, and every sum is made of whole minor units and points, never of floats.
package export

import (
	"fmt"
	"iter"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Lang is the language that an export speaks.
type Lang string

// The languages.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// in returns a title in the language, or in the other one where it has no words.
func (l Lang) in(t document.Title) string {
	switch {
	case l == ZH && t.ZH != "", t.EN == "":
		return t.ZH
	default:
		return t.EN
	}
}

// Month is what every page and table of a month says about it.
type Month struct {
	Company     string         // what people call it; "" takes the id of Run.Month
	Policy      *policy.Policy // with the readings that the run took
	Run         closing.Run
	Head        workflow.Head  // of the decisions that stand behind the export
	Approved    *workflow.Step // nil: not yet
	Published   *workflow.Step
	Exported    *workflow.Step // when its rows went to payroll: they are not repeated, or somebody pays them twice; nil: not yet
	AppealUntil time.Time      // zero: nobody can appeal
	Draft       bool           // not for payment: says so everywhere, and lets cards pass that wait for something
	Zone        *time.Location // in which times are shown; nil: UTC
	Lang        Lang           // "" is ZH
}

// Payroll is what a month pays: its cards, and what earlier months came to since they were locked.
type Payroll struct {
	Month
	Cards       iter.Seq2[score.Card, error] // by agent id, each agent once; read once by each writer
	Adjustments []Adjustment                 // in the order of their lines
}

// Adjustment is a result of a locked month that another one replaces: a reversal and a new line.
type Adjustment struct {
	Month         calendar.Month
	Run           string          // id of the run that found it
	Before, After *closing.Result // nil: there was none, there is none any more
	Why           document.Title
}

// check reports a policy that is not the one that the run was calculated under.
func (m *Month) check() error {
	if m.Policy.Hash() != m.Run.Policy {
		return fmt.Errorf("export month %s: run %s was calculated under policy %.12s, this is %.12s", m.Run.Month, m.Run.ID, m.Run.Policy, m.Policy.Hash())
	}
	return nil
}

func (m *Month) company() string {
	if m.Company != "" {
		return m.Company
	}
	return m.Run.Month.Company
}

func (m *Month) lang() Lang {
	if m.Lang == EN {
		return EN
	}
	return ZH
}

// instant writes a time in the export's zone, with its name: "2024-04-12 17:30 CST".
func (m *Month) instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := m.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// step writes who did something and when, "" where nobody did.
func (m *Month) step(a *workflow.Step) string {
	if a == nil {
		return ""
	}
	return a.By.Name + " (" + m.lang().Role(a.By.Role) + "), " + m.instant(a.At)
}
