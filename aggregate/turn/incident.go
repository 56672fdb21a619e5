package turn

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Incident is something that went wrong: its Origin is the latest report, whose Subject is the incident. Its members say
// what stands: what the ruling says goes before what was reported.
type Incident struct {
	Origin
	event.IncidentReported
	ReportedSerious  bool    // what was reported of it, whatever was ruled
	FollowedUpInTime *bool   // whether a complaint was followed up in time, nil when nobody said
	Ruling           *Ruling // nil when nobody has ruled
}

// Ruling is the latest verdict on an incident. It replaces earlier rulings as a whole.
type Ruling struct {
	Origin
	event.IncidentRuled
	Since time.Time // when the verdict was first given after which it never changed; a later word on the loss does not move it
}

// Upheld reports whether the incident counts.
func (i *Incident) Upheld() bool { return i.Ruling != nil && i.Ruling.Verdict == event.Upheld }

func incidents(events []*event.Event, counts *Counts) []Incident {
	var all []Incident
	for _, group := range bySubject(events) {
		if i, ok := incidentOf(group, counts); ok {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(a, b Incident) int { return a.Compare(b.Origin) })
	return all
}

func incidentOf(events []*event.Event, counts *Counts) (Incident, bool) {
	var incident Incident
	var rulings []Ruling
	reported := false
	for _, e := range events {
		o := originOf(e)
		switch d := e.Data.(type) {
		case event.IncidentReported:
			if !reported || o.Supersedes(incident.Origin) {
				incident.Origin, incident.IncidentReported, incident.ReportedSerious, reported = o, d, d.Serious, true
			}
		case event.IncidentRuled:
			rulings = append(rulings, Ruling{Origin: o, IncidentRuled: d})
		}
	}
	if !reported {
		counts.Unmatched += len(rulings)
		return incident, false
	}
	// Nobody rules on themselves: such a word leaves the incident as it was.
	rulings = slices.DeleteFunc(rulings, func(r Ruling) bool { return r.By == incident.Agent })
	if len(rulings) > 0 {
		incident.rule(lastRuling(rulings))
	}
	return incident, true
}

func lastRuling(rulings []Ruling) Ruling {
	slices.SortFunc(rulings, func(a, b Ruling) int { return superseding(a.Origin, b.Origin) })
	i := len(rulings) - 1
	last := rulings[i]
	for i > 0 && rulings[i-1].Verdict == last.Verdict {
		i--
	}
	last.Since = rulings[i].Time
	return last
}

// rule lets a ruling replace what was reported.
func (i *Incident) rule(r Ruling) {
	i.Ruling, i.FollowedUpInTime = &r, r.FollowedUpInTime
	if r.Serious != nil {
		i.Serious = *r.Serious
	}
	if r.LossMinor != nil {
		i.LossMinor = r.LossMinor
	}
	if r.Reputation != nil {
		i.Reputation = *r.Reputation
	}
	if len(r.Subjects) > 0 {
		i.Subjects = r.Subjects
	}
}
