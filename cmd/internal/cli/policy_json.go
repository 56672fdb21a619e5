package cli

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// policyJSON is a policy with its readings applied, for programs. Points and money are decimals in texts, because a number
// would be read as a float.
type policyJSON struct {
	Name       string         `json:"name"`
	Title      document.Title `json:"title"`
	Effective  string         `json:"effective"`
	Calendar   string         `json:"calendar"`
	Currency   string         `json:"currency"`
	Hash       string         `json:"hash"`
	Points     string         `json:"points"`
	Sections   []sectionJSON  `json:"sections"`
	Grades     []gradeJSON    `json:"grades"`
	Decisions  []decisionJSON `json:"decisions"`
	Templates  []templateJSON `json:"templates"`
	Vocabulary vocabularyJSON `json:"vocabulary"`
	Assumed    []string       `json:"assumed"`
}

type sectionJSON struct {
	ID     string         `json:"id"`
	Title  document.Title `json:"title"`
	Points string         `json:"points"`
	Order  policy.Order   `json:"order"`
	Items  []itemJSON     `json:"items"`
}

type itemJSON struct {
	ID     string          `json:"id"`
	Title  document.Title  `json:"title"`
	Points string          `json:"points,omitempty"` // absent: it draws on the section's
	Cap    string          `json:"cap"`
	Note   *document.Title `json:"note,omitempty"`
	Rules  []ruleJSON      `json:"rules"`
}

type ruleJSON struct {
	ID        string         `json:"id"`
	Path      string         `json:"path"`
	Title     document.Title `json:"title"`
	Kind      string         `json:"kind"`
	Says      document.Title `json:"says"`
	When      string         `json:"when,omitempty"`
	Decisions []string       `json:"decisions"`
}

type gradeJSON struct {
	Name     string `json:"name"`
	Operator string `json:"operator,omitempty"`
	Points   string `json:"points,omitempty"`
	Pay      string `json:"pay"`
}

type decisionJSON struct {
	ID       string         `json:"id"`
	Question document.Title `json:"question"`
	Chosen   string         `json:"chosen"`
	Applied  string         `json:"applied"`
	ChosenBy string         `json:"chosen_by"`
	Date     string         `json:"date"`
	Why      document.Title `json:"why"`
	Readings []readingJSON  `json:"readings"`
}

type readingJSON struct {
	ID    string         `json:"id"`
	Title document.Title `json:"title"`
	Sets  []string       `json:"sets"`
}

type templateJSON struct {
	ID    string              `json:"id"`
	Kind  policy.TemplateKind `json:"kind"`
	Title document.Title      `json:"title"`
}

// vocabularyJSON is the names that events use.
type vocabularyJSON struct {
	Subjects  []termJSON `json:"subjects"`
	Findings  []termJSON `json:"findings"`
	Leaves    []termJSON `json:"leaves"`
	Customers []termJSON `json:"customers"`
	Duties    []termJSON `json:"duties"`
}

type termJSON struct {
	ID    string         `json:"id"`
	Title document.Title `json:"title"`
}

func vocabularyOf(v policy.Vocabulary) vocabularyJSON {
	terms := func(all []policy.Term) []termJSON {
		out := []termJSON{}
		for _, t := range all {
			out = append(out, termJSON{t.ID, t.Title})
		}
		return out
	}
	return vocabularyJSON{terms(v.Subjects), terms(v.Findings), terms(v.Leaves), terms(v.Customers), terms(v.Duties)}
}

func policyOf(p *policy.Policy) policyJSON {
	out := policyJSON{
		Name: p.Name, Title: p.Title, Effective: p.Effective.String(), Calendar: p.Calendar, Currency: p.Currency, Hash: p.Hash(),
		Points: p.Most().String(), Sections: []sectionJSON{}, Templates: []templateJSON{}, Decisions: []decisionJSON{}, Assumed: append([]string{}, p.Assumed...), Vocabulary: vocabularyOf(p.Vocabulary),
	}
	for i := range p.Sections {
		out.Sections = append(out.Sections, sectionOf(p, &p.Sections[i]))
	}
	for _, g := range p.Grades {
		grade := gradeJSON{Name: g.Name, Operator: string(g.Bound.Operator), Pay: g.Pay.String()}
		if g.Bound.Operator != "" {
			grade.Points = g.Bound.Value.Decimal(2)
		}
		out.Grades = append(out.Grades, grade)
	}
	for _, t := range p.Templates {
		out.Templates = append(out.Templates, templateJSON{t.ID, t.Kind, t.Title})
	}
	for _, d := range p.Decisions {
		out.Decisions = append(out.Decisions, decisionOf(d))
	}
	return out
}

func sectionOf(p *policy.Policy, s *policy.Section) sectionJSON {
	out := sectionJSON{s.ID, s.Title, s.Points.String(), s.Order, []itemJSON{}}
	for i := range s.Items {
		item := &s.Items[i]
		made := itemJSON{ID: item.ID, Title: item.Title, Cap: string(item.Cap), Note: item.Note, Rules: []ruleJSON{}}
		if item.Points != nil {
			made.Points = item.Points.String()
		}
		for r := range item.Rules {
			rule := &item.Rules[r]
			path := policy.Placed{Section: s, Item: item, Rule: rule}.Path()
			made.Rules = append(made.Rules, ruleJSON{rule.ID, path, rule.Title, rule.Kind(), rule.Describe(), rule.When, decisionsOn(p, path)})
		}
		out.Items = append(out.Items, made)
	}
	return out
}

// decisionsOn returns the decisions that concern a path, each with the reading that holds: "grade-90=closed-below".
func decisionsOn(p *policy.Policy, path string) []string {
	out := []string{}
	for _, d := range p.Concerning(path) {
		out = append(out, d.ID+"="+d.Applied)
	}
	return out
}

func decisionOf(d policy.Decision) decisionJSON {
	out := decisionJSON{d.ID, d.Question, d.Chosen, d.Applied, d.ChosenBy, d.Date.String(), d.Why, nil}
	for _, r := range d.Readings {
		out.Readings = append(out.Readings, readingJSON{r.ID, r.Title, r.Paths()})
	}
	return out
}
