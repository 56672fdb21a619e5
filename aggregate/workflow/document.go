package workflow

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// Document is a document that was put into force, and by whom.
type Document struct {
	Activate
	Step
}

// shelf is where the documents of one kind stand.
type shelf struct {
	company string
	kind    DocumentKind
}

func (v Activate) shelf() shelf { return shelf{v.Company, v.Kind} }

// Documents returns every document of a kind that was put into force, those that were replaced since included, in order of
// activation. Of several of one name the last is in force.
func (s *State) Documents(company string, kind DocumentKind) []Document {
	return slices.Clone(s.documents[shelf{company, kind}])
}

// Document returns the document with the hash that was put into force last.
func (s *State) Document(company string, kind DocumentKind, sha256 string) (Document, bool) {
	for _, d := range slices.Backward(s.documents[shelf{company, kind}]) {
		if d.SHA256 == sha256 {
			return d, true
		}
	}
	return Document{}, false
}

// active refuses a document that does not stand in the log.
func (s *State) active(company string, kind DocumentKind, sha256 string) *Refusal {
	if _, ok := s.Document(company, kind, sha256); ok {
		return nil
	}
	return refuse(CodeUnknown, "no %s of company %q with SHA-256 %s was activated", kind, company, sha256)
}

// archivists are the roles that may put documents into force.
var archivists = []policy.Role{policy.Supervisor, policy.Manager, policy.Leader, policy.HR, policy.GeneralManager}

func (v Activate) check(_ *Command, f *faults) {
	f.plain("company", v.Company)
	f.name("name", v.Name)
	if _, err := v.Effective.MarshalText(); err != nil {
		f.add("effective: %w", err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(v.Text))); v.SHA256 != want {
		f.add("sha256 %q: the text has %s", v.SHA256, want)
	}
	if v.Text == "" {
		f.add("text: missing")
	}
	switch v.Kind {
	case PolicyDocument, CalendarDocument:
	case RosterDocument:
		if _, err := rosterEvents(v.Company, v.Text, Step{Command: "check"}); err != nil {
			f.add("text: %w", err)
		}
	default:
		f.add("kind %q: want policy, calendar or roster", v.Kind)
	}
}

func (v Activate) thing() Thing { return DocumentThing(v.Company, v.Kind, v.Name) }

func (v Activate) expects() []Thing { return []Thing{v.thing()} }

func (v Activate) judge(s *State, a *Accepted) *Refusal {
	return firstOf(allowed(a.Command.By, archivists...), v.again(s))
}

// again refuses to put into force what is.
func (v Activate) again(s *State) *Refusal {
	last := s.things[v.thing()].last
	if last == nil || last.Command.Action.(Activate).SHA256 != v.SHA256 {
		return nil
	}
	return done(CodeDuplicate, last)
}

func (v Activate) apply(s *State, a *Accepted) {
	if before, ok := s.Document(v.Company, v.Kind, v.SHA256); ok {
		v.Text = before.Text // one copy is enough
		a.Command.Action = v
	}
	s.documents[v.shelf()] = append(s.documents[v.shelf()], Document{v, a.step()})
	s.raise(a, v.thing())
}
