package score

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// errOtherVersion says that a card has something in it that this version does not write, or lacks something that it does.
var errOtherVersion = errors.New("not as this version writes cards")

// UnmarshalJSON reads what MarshalJSON writes and writes the same bytes again. Of an event it knows what a card shows, of a
// value not on how many cases it rests. A card that would not be written the same is refused, for half of a card would look
// like a whole one.
func (c *Card) UnmarshalJSON(src []byte) error {
	var j cardJSON
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return fmt.Errorf("read card: %w", err)
	}
	r := cardReader{}
	read := r.card(&j)
	if r.err != nil {
		return fmt.Errorf("read card of agent %q, month %q: %w", j.Agent, j.Month, r.err)
	}
	if same, err := writes(&read, src); err != nil || !same {
		return fmt.Errorf("read card of agent %q, month %q: %w", j.Agent, j.Month, errors.Join(errOtherVersion, err))
	}
	*c = read
	return nil
}

// writes reports whether a card writes the JSON that it was read from, spaces apart.
func writes(c *Card, src []byte) (bool, error) {
	again, err := c.MarshalJSON()
	if err != nil {
		return false, err
	}
	var plain bytes.Buffer
	if err := json.Compact(&plain, src); err != nil {
		return false, err
	}
	return bytes.Equal(plain.Bytes(), again), nil
}

// cardReader reads the texts of a card; the first error stays.
type cardReader struct {
	err error
}

func (r *cardReader) card(j *cardJSON) Card {
	c := Card{
		Agent: j.Agent, Name: j.Name, Team: j.Team, Policy: j.Policy, Month: parsed(r, &j.Month, calendar.ParseMonth),
		Notes: j.Notes, Decisions: j.Decisions, Total: optional(r, j.Total, amount.ParsePoints), Pay: optional(r, j.Pay, amount.ParseMoney),
	}
	if j.Grade != nil {
		c.Grade = *j.Grade
	}
	if (c.Total == nil) != (c.Pay == nil) || (c.Total == nil) != (j.Grade == nil) {
		r.fail(errors.New("of total, grade and pay some are there and some are not"))
	}
	for i := range j.Sections {
		c.Sections = append(c.Sections, r.section(&j.Sections[i]))
	}
	for i := range j.Carried {
		v := &j.Carried[i]
		c.Carried = append(c.Carried, Carried{j.Agent, parsed(r, &v.From, calendar.ParseMonth), parsed(r, &v.Points, amount.ParsePoints)})
	}
	for i := range j.Lines {
		l := r.line(&j.Lines[i], j.Agent)
		c.Lines = append(c.Lines, l)
		if l.Status == StatusMissing {
			c.Missing = append(c.Missing, l)
		}
	}
	for _, p := range j.Proposals {
		c.Proposals = append(c.Proposals, Proposal(p))
	}
	return c
}

func (r *cardReader) section(j *sectionJSON) SectionScore {
	s := SectionScore{ID: j.ID, Title: j.Title, Points: optional(r, j.Points, amount.ParsePoints), Of: parsed(r, &j.Of, amount.ParsePoints)}
	for i := range j.Items {
		item := &j.Items[i]
		s.Items = append(s.Items, ItemScore{item.ID, item.Title, optional(r, item.Points, amount.ParsePoints), parsed(r, &item.Of, amount.ParsePoints)})
	}
	return s
}

func (r *cardReader) line(j *lineJSON, agent string) Line {
	l := Line{
		Section: j.Section, Item: j.Item, Rule: j.Rule, Title: j.Title, Status: j.Status, Text: j.Text, ClaimedBy: j.ClaimedBy,
		Small: j.SmallSample, Decisions: j.Decisions, EvidenceTotal: j.EvidenceTotal,
	}
	if points, taken := optional(r, j.Points, amount.ParsePoints), optional(r, j.Taken, amount.ParsePoints); points != nil && taken != nil {
		l.Points, l.Taken = *points, *taken
	}
	if j.Numerator != nil && j.Denominator != nil {
		l.Value = &metric.Value{Agent: agent, Num: *j.Numerator, Den: *j.Denominator}
	}
	if !l.Status.known() {
		r.fail(fmt.Errorf("rule %q: unknown status %q", l.Rule, l.Status))
	}
	for i := range j.Evidence {
		e := &j.Evidence[i]
		l.Evidence = append(l.Evidence, metric.Evidence{
			Origin: turn.Origin{Identity: event.Identity{Source: e.Source, Subject: e.Subject, ID: e.ID}},
			Date:   parsed(r, &e.Date, calendar.ParseDate), Bad: e.Against, Note: e.Note,
		})
	}
	return l
}

func (r *cardReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// parsed reads a text that must be there.
func parsed[T any](r *cardReader, text *string, parse func(string) (T, error)) T {
	v, err := parse(*text)
	if err != nil {
		r.fail(err)
	}
	return v
}

// optional reads a text that is null while something is missing.
func optional[T any](r *cardReader, text *string, parse func(string) (T, error)) *T {
	if text == nil {
		return nil
	}
	v := parsed(r, text, parse)
	return &v
}
