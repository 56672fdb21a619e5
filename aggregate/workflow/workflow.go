// Package workflow is what people decide about a month, and in which order it counts. A [Command] is one wish of a named
// person; all of them stand in one log, a Kafka topic with one partition, and [State] folds that log: it accepts a command
// or refuses it, and everybody who folds the same log comes to the same verdicts. So two people who act at once cannot both
// win, in any number of processes and without any lock.
//
// The fold knows no policy and no clock: what it needs of a policy is in [Terms], which the freezing of a month writes down,
// and the time of a command is the time at which the broker appended it.
package workflow

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// MonthID names one assessment: a month of a company under a policy.
type MonthID struct {
	Company string         `json:"company"`
	Policy  string         `json:"policy"`
	Month   calendar.Month `json:"month"`
}

// String returns "company/policy/2024-03".
func (m MonthID) String() string { return m.Company + "/" + m.Policy + "/" + m.Month.String() }

// Actor is who acts. Names are those of the roster: an agent who acts has the agent's id.
type Actor struct {
	Name string      `json:"name"`
	Role policy.Role `json:"role"`
}

// String returns "chen (supervisor)".
func (a Actor) String() string { return fmt.Sprintf("%s (%s)", a.Name, a.Role) }

// Record is one record of the log as the broker keeps it.
type Record struct {
	Offset int64
	Time   time.Time // when the broker appended it, UTC, whole milliseconds
	Value  []byte    // JSON of a [Command]
}

// Command is one wish of one person.
type Command struct {
	ID     string // a random UUID, chosen before it is sent the first time: copies are one command
	By     Actor
	Why    string   // the reason, in the words of whom it concerns; some actions need one
	Expect []Expect // the versions of the things that it changes, as its sender saw them
	Action Action
}

// Thing is what a command changes and what has a version: the number of accepted commands that changed it. See [CardThing],
// [MonthThing] and their like.
type Thing string

// Expect is the version that a command expects of a thing. If it has another by the time the command is read, somebody was
// faster and the command is refused.
type Expect struct {
	Thing   Thing `json:"thing"`
	Version int64 `json:"version"`
}

// CardThing returns the card of an agent.
func CardThing(m MonthID, agent string) Thing { return Thing("card/" + m.String() + "/" + agent) }

// MonthThing returns a month. Whatever changes one of its cards changes the month.
func MonthThing(m MonthID) Thing { return Thing("month/" + m.String()) }

// IncidentThing returns an incident.
func IncidentThing(company, incident string) Thing {
	return Thing("incident/" + company + "/" + incident)
}

// AppealThing returns an appeal, which is named by the command that filed it.
func AppealThing(id string) Thing { return Thing("appeal/" + id) }

// AdjustmentThing returns the adjustments of a company's months under a policy, which are calculated one after the other.
func AdjustmentThing(company, policy string) Thing {
	return Thing("adjustment/" + company + "/" + policy)
}

// DocumentThing returns a document that is activated.
func DocumentThing(company string, kind DocumentKind, name string) Thing {
	return Thing(strings.Join([]string{"document", company, string(kind), name}, "/"))
}
