package score

import (
	"encoding/json"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

type cardJSON struct {
	Agent     string           `json:"agent"`
	Name      string           `json:"name,omitempty"`
	Team      string           `json:"team,omitempty"`
	Month     string           `json:"month"`
	Policy    string           `json:"policy"`
	Total     *string          `json:"total"`
	Grade     *string          `json:"grade"`
	Pay       *string          `json:"pay"`
	Sections  []sectionJSON    `json:"sections"`
	Carried   []carriedJSON    `json:"carried,omitempty"`
	Lines     []lineJSON       `json:"lines"`
	Missing   []missingJSON    `json:"missing"`
	Proposals []proposalJSON   `json:"proposals"`
	Notes     []document.Title `json:"notes"`
	Decisions []string         `json:"decisions"`
}

type sectionJSON struct {
	ID     string         `json:"id"`
	Title  document.Title `json:"title"`
	Points *string        `json:"points"`
	Of     string         `json:"of"`
	Items  []itemJSON     `json:"items"`
}

type itemJSON struct {
	ID     string         `json:"id"`
	Title  document.Title `json:"title"`
	Points *string        `json:"points"`
	Of     string         `json:"of"`
}

type carriedJSON struct {
	From   string `json:"from"`
	Points string `json:"points"`
}

type lineJSON struct {
	Section       string         `json:"section"`
	Item          string         `json:"item"`
	Rule          string         `json:"rule"`
	Title         document.Title `json:"title"`
	Status        Status         `json:"status"`
	Points        *string        `json:"points"`
	Taken         *string        `json:"taken"`
	Text          document.Title `json:"text"`
	ClaimedBy     []string       `json:"claimed_by,omitempty"`
	Numerator     *int64         `json:"numerator,omitempty"`
	Denominator   *int64         `json:"denominator,omitempty"`
	SmallSample   bool           `json:"small_sample,omitempty"`
	Decisions     []string       `json:"decisions"`
	Evidence      []evidenceJSON `json:"evidence"`
	EvidenceTotal int            `json:"evidence_total"`
}

type evidenceJSON struct {
	Date    string `json:"date"`
	Source  string `json:"source"`
	Subject string `json:"subject"`
	ID      string `json:"id"`
	Against bool   `json:"against,omitempty"`
	Note    string `json:"note,omitempty"` // what is special about it
}

type missingJSON struct {
	Item string         `json:"item"`
	Rule string         `json:"rule"`
	Text document.Title `json:"text"`
}

type proposalJSON struct {
	Rule string         `json:"rule"`
	Text document.Title `json:"text"`
}

// MarshalJSON writes the card. Points and money are texts with two places, so that no reader makes floats of them; total,
// grade and pay are null while something is missing.
func (c Card) MarshalJSON() ([]byte, error) {
	j := cardJSON{
		Agent: c.Agent, Name: c.Name, Team: c.Team, Month: c.Month.String(), Policy: c.Policy,
		Sections: []sectionJSON{}, Lines: []lineJSON{}, Missing: []missingJSON{}, Proposals: []proposalJSON{}, Notes: []document.Title{},
		Decisions: append([]string{}, c.Decisions...),
	}
	if c.Total != nil {
		total, pay := c.Total.String(), c.Pay.String()
		j.Total, j.Grade, j.Pay = &total, &c.Grade, &pay
	}
	for _, s := range c.Sections {
		j.Sections = append(j.Sections, s.json())
	}
	for _, carried := range c.Carried {
		j.Carried = append(j.Carried, carriedJSON{carried.From.String(), carried.Points.String()})
	}
	for _, l := range c.Lines {
		j.Lines = append(j.Lines, l.json())
	}
	for _, m := range c.Missing {
		j.Missing = append(j.Missing, missingJSON{m.Item, m.Rule, m.Text})
	}
	for _, p := range c.Proposals {
		j.Proposals = append(j.Proposals, proposalJSON(p))
	}
	j.Notes = append(j.Notes, c.Notes...)
	return json.Marshal(j)
}

func (s SectionScore) json() sectionJSON {
	j := sectionJSON{ID: s.ID, Title: s.Title, Points: pointsJSON(s.Points), Of: s.Of.String(), Items: []itemJSON{}}
	for _, i := range s.Items {
		j.Items = append(j.Items, itemJSON{i.ID, i.Title, pointsJSON(i.Points), i.Of.String()})
	}
	return j
}

// pointsJSON writes points that may be missing.
func pointsJSON(p *amount.Points) *string {
	if p == nil {
		return nil
	}
	text := p.String()
	return &text
}

func (l Line) json() lineJSON {
	j := lineJSON{
		Section: l.Section, Item: l.Item, Rule: l.Rule, Title: l.Title, Status: l.Status, Points: pointsJSON(&l.Points), Taken: pointsJSON(&l.Taken),
		Text: l.Text, ClaimedBy: l.ClaimedBy, SmallSample: l.Small, Decisions: append([]string{}, l.Decisions...),
		Evidence: []evidenceJSON{}, EvidenceTotal: l.EvidenceTotal,
	}
	for _, e := range l.Evidence {
		j.Evidence = append(j.Evidence, evidenceJSON{e.Date.String(), e.Source, e.Subject, e.ID, e.Bad, e.Note})
	}
	if l.Status == StatusMissing {
		j.Points, j.Taken = nil, nil // what is missing is not 0
	}
	if l.Value != nil {
		j.Numerator, j.Denominator = &l.Value.Num, &l.Value.Den
	}
	return j
}
