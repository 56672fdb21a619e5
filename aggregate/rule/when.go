package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
)

// The environments of predicates: one variable each.
func incidentEnv(v Vocabulary) *predicate.Env {
	return predicate.NewEnv[IncidentFacts]("incident", map[string][]string{
		"subjects": v.Subjects, "complainant": {"", "customer", "colleague", "abroad"},
	})
}

func findingEnv(v Vocabulary) *predicate.Env {
	return predicate.NewEnv[FindingFacts]("finding", map[string][]string{"id": v.Findings, "template": v.Templates})
}

func leaveEnv(v Vocabulary) *predicate.Env {
	return predicate.NewEnv[LeaveFacts]("leave", map[string][]string{"kind": v.Leaves})
}

// ReadIncidentPredicate reads a predicate over an incident at a required key.
func ReadIncidentPredicate(o *document.Object, key string, v Vocabulary) *predicate.Predicate[IncidentFacts] {
	return readPredicate[IncidentFacts](o, key, incidentEnv(v))
}

// ReadCallPredicate reads a predicate over a call at a required key.
func ReadCallPredicate(o *document.Object, key string) *predicate.Predicate[CallFacts] {
	return readPredicate[CallFacts](o, key, predicate.NewEnv[CallFacts]("call", nil))
}

func readPredicate[T any](o *document.Object, key string, env *predicate.Env) *predicate.Predicate[T] {
	n := o.Want(key, document.Text)
	if n == nil {
		return nil
	}
	p, problems := predicate.Compile[T](env, n)
	for _, problem := range problems {
		o.Reader.Problem(problem.Position, "%s: %s", key, problem.Message)
	}
	return p
}

// incidentsWhen is a rule's predicate over incidents.
type incidentsWhen struct {
	when *predicate.Predicate[IncidentFacts]
}

func readIncidentsWhen(o *document.Object, c Context) incidentsWhen {
	return incidentsWhen{ReadIncidentPredicate(o, "when", c.Vocabulary)}
}

// of returns those of the incidents that meet the predicate.
func (w incidentsWhen) of(incidents []Incident) ([]*Incident, error) {
	var met []*Incident
	for i := range incidents {
		holds, err := w.when.Holds(&incidents[i].Facts)
		if err != nil {
			return nil, fmt.Errorf("incident %q: %w", incidents[i].Facts.ID, err)
		}
		if holds {
			met = append(met, &incidents[i])
		}
	}
	return met, nil
}
