package workflow

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/go-json-experiment/json"
)

// Source is the source of the events that follow from decisions.
const Source = "deskpulse:decisions"

// Events returns what people of a company decided as events, in order of the log: each ruling on an incident as its
// incident.ruled, and each line of the rosters in force as its agent.changed. All happened when they were appended.
func (s *State) Events(company string) []event.Event {
	return s.EventsAsOf(company, s.head.Sequence)
}

// EventsAsOf returns what [State.Events] does, but with the rosters that were in force after the decision of that sequence,
// so that a roster changes no month that was frozen before it. The rulings are all there: a month is not complete without.
func (s *State) EventsAsOf(company string, rosterUntil int64) []event.Event {
	var all []event.Event
	for _, a := range s.rulings[company] {
		all = append(all, a.Command.Action.(RuleIncident).event(&a.Command, a.Time, a.Offset))
	}
	for _, d := range s.rosters(company, rosterUntil) {
		v, _ := s.Verdict(d.Command)
		lines, _ := rosterEvents(company, d.Text, d.Step) // it was read before it was accepted
		for i := range lines {
			lines[i].Position.Offset = v.Offset
		}
		all = append(all, lines...)
	}
	slices.SortStableFunc(all, func(a, b event.Event) int { return cmp.Compare(a.Position.Offset, b.Position.Offset) })
	return all
}

// rosters returns the rosters in force after the decision of that sequence: of each name the last one.
func (s *State) rosters(company string, until int64) []Document {
	var all []Document
	seen := map[string]bool{}
	for _, d := range slices.Backward(s.documents[shelf{company, RosterDocument}]) {
		if d.Sequence <= until && !seen[d.Name] {
			seen[d.Name] = true
			all = append(all, d)
		}
	}
	return all
}

// decided returns the event without what happened.
func decided(company, subject, id, zone string, at time.Time, data event.Data) event.Event {
	return event.Event{
		Company: company, Source: Source, Subject: subject, ID: id, Type: event.TypeOf(data).Name, Zone: zone, Time: at, AppendTime: at,
		Position: event.Position{Partition: event.Partition{Stream: Source}}, Data: data,
	}
}

// checkEvent refuses what would be no valid event if a source had sent it. Its time is the broker's and not checked.
func checkEvent(e event.Event) error {
	e.Time = time.UnixMilli(0)
	text, err := event.Encode(&e)
	if err != nil {
		return err
	}
	d := event.NewDecoder(event.Stream{Name: "decisions", Company: e.Company, Zone: "UTC", MaxBytes: event.DefaultMaxBytes})
	return d.Decode([]byte(e.Subject), text, e.Time, new(event.Row))
}

// rosterLine is a line of a roster document.
type rosterLine struct {
	Agent string `json:"agent"`
	Zone  string `json:"zone"` // of the team
	event.AgentChanged
}

// rosterEvents reads a roster document. Its events are named after the command and the date from which they hold, of which
// an agent has one line.
func rosterEvents(company, text string, by Step) ([]event.Event, error) {
	var all []event.Event
	type line struct {
		agent string
		from  event.Date
	}
	seen := map[line]int{}
	n := 0
	for raw := range bytes.Lines([]byte(text)) {
		n++
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		var l rosterLine
		if err := json.Unmarshal(raw, &l, strict); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		e := decided(company, l.Agent, fmt.Sprintf("%s/%s", by.Command, l.Effective), l.Zone, by.At, l.AgentChanged)
		if err := checkEvent(e); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if l.Zone == "" || strings.TrimSpace(l.Agent) != l.Agent {
			return nil, fmt.Errorf("line %d: want a zone, and an agent without spaces around", n)
		}
		key := line{l.Agent, l.Effective}
		if first, twice := seen[key]; twice {
			return nil, fmt.Errorf("line %d: %q from %s on stands in line %d", n, l.Agent, l.Effective, first)
		}
		seen[key] = n
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no line")
	}
	return all, nil
}
