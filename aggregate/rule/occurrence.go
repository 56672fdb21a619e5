package rule

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
)

// occurrences selects what a deduction is charged for: incidents, findings of reviews or applications for leave.
type occurrences struct {
	of        string // "incident", "finding" or "leave"
	incidents incidentsWhen
	findings  *predicate.Predicate[FindingFacts]
	leaves    *predicate.Predicate[LeaveFacts]
}

// occurrence is one of them.
type occurrence struct {
	id       string
	incident bool // it may be wanted by other rules
	at       time.Time
	count    int64 // in the month
	days     int64 // in the month
	text     document.Title
	chosen   *amount.Points
	reason   string
	evidence metric.EvidenceList
}

func readOccurrences(o *document.Object, c Context, known ...string) occurrences {
	s := occurrences{of: o.OneOf("of", known...)}
	switch s.of {
	case "incident":
		s.incidents = readIncidentsWhen(o, c)
	case "finding":
		s.findings = readPredicate[FindingFacts](o, "when", findingEnv(c.Vocabulary))
	case "leave":
		s.leaves = readPredicate[LeaveFacts](o, "when", leaveEnv(c.Vocabulary))
	default:
		o.Get("when") // nobody knows what it is about
	}
	return s
}

// all returns what the person did of it, in order.
func (s occurrences) all(p *Person) ([]occurrence, error) {
	switch s.of {
	case "incident":
		return s.ofIncidents(p)
	case "finding":
		return s.ofFindings(p)
	}
	return s.ofLeaves(p)
}

func (s occurrences) ofIncidents(p *Person) ([]occurrence, error) {
	met, err := s.incidents.of(p.Incidents)
	var all []occurrence
	for _, i := range met {
		all = append(all, occurrence{id: i.Facts.ID, incident: true, at: i.At, count: 1, days: 1, text: i.describe(), evidence: i.Evidence})
	}
	return all, err
}

func (s occurrences) ofFindings(p *Person) ([]occurrence, error) {
	var all []occurrence
	for i := range p.Findings {
		f := &p.Findings[i]
		holds, err := s.findings.Holds(&f.Facts)
		if err != nil {
			return nil, fmt.Errorf("finding %q: %w", f.Facts.ID, err)
		}
		if holds {
			all = append(all, occurrence{id: f.Facts.ID, at: f.At, count: f.Facts.Count, days: 1, chosen: f.Chosen, reason: f.Reason, evidence: f.Evidence,
				text: titledWith("抽查发现：%s", "review found: %s", f.Title)})
		}
	}
	return all, nil
}

func (s occurrences) ofLeaves(p *Person) ([]occurrence, error) {
	var all []occurrence
	for i := range p.Leaves {
		l := &p.Leaves[i]
		holds, err := s.leaves.Holds(&l.Facts)
		if err != nil {
			return nil, fmt.Errorf("leave from %s: %w", l.From, err)
		}
		if holds {
			count := int64(0)
			if l.Begins {
				count = 1
			}
			all = append(all, occurrence{at: l.At, count: count, days: l.InMonth, text: l.describe(), evidence: l.Evidence})
		}
	}
	return all, nil
}

// describe says when the leave was, and which kind.
func (l *Leave) describe() document.Title {
	when := l.From.String()
	if l.Until != l.From {
		when += ".." + l.Until.String()
	}
	if l.Facts.HalfDay {
		return document.Title{ZH: l.Title.ZH + "，" + when + "，半天", EN: l.Title.EN + ", " + when + ", half a day"}
	}
	return document.Title{ZH: l.Title.ZH + "，" + when, EN: l.Title.EN + ", " + when}
}

// claim returns the deduction for the occurrence, its points still to be filled in.
func (o occurrence) claim() Claim {
	c := Claim{Effect: Takes, Scope: OfItem, At: o.at, Text: o.text, Evidence: o.evidence}
	if o.incident {
		c.Wants, c.Need = []string{o.id}, 1
	}
	return c
}
