package scenario

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// person is an agent and when they worked.
type person struct {
	id       string
	declared document.Position
	name     string
	team     string
	from     calendar.Date // first day, long ago when not said
	until    calendar.Date // last day, none when not said
	fte      *int64
	duties   []word
	moves    []move

	worked   int // days worked in the month, 0 when not said
	workedAt document.Position
	said     map[calendar.Date]attended
	leaves   []leave
}

// move puts an agent into another team.
type move struct {
	at   document.Position
	on   calendar.Date
	team string
}

// longAgo is when people began of whom the scenario does not say it.
var longAgo = calendar.Date{Year: 2000, Month: 1, Day: 1}

// about returns the person of that id; statements may speak of somebody before they are declared.
func (a *args) about() *person {
	id := a.agent()
	p := a.p.s.people[id]
	if p == nil {
		p = &person{id: id, from: longAgo, said: map[calendar.Date]attended{}}
		if !a.failed {
			a.p.s.people[id] = p
		}
	}
	return p
}

// maxFTE is a full post, in percent.
const maxFTE = 100

func readAgent(a *args) {
	w, _ := a.peek()
	p := a.about()
	if !a.failed && p.declared.Line > 0 {
		a.fail(w.at, "agent %q stands here twice, first in line %d", p.id, p.declared.Line)
		return
	}
	if w.text == nobody {
		a.fail(w.at, "%q stands for no agent", nobody)
	}
	p.name = a.reason()
	a.clauses(clauses{
		"name":  func() { p.name = a.text("a name") },
		"team":  func() { p.team = a.text("a team") },
		"from":  func() { p.from = a.plainDate() },
		"until": func() { p.until = a.plainDate() },
		"fte": func() {
			n := int64(a.count(0))
			if n > maxFTE {
				a.fail(a.line.at(), "fte: %d percent is more than a full post", n)
			}
			p.fte = &n
		},
		"duties": func() { p.duties = a.list("duties such as calls,email") },
	}, nil)
	if p.until != (calendar.Date{}) && p.until.Compare(p.from) < 0 {
		a.fail(a.line.at(), "until %s: that is before the first day, %s", p.until, p.from)
	}
	p.declared = a.line.at()
	if !slices.Contains(a.p.s.Agents, p.id) {
		a.p.s.Agents = append(a.p.s.Agents, p.id)
	}
}

func readMove(a *args) {
	p := a.about()
	m := move{at: a.line.at()}
	a.want("to")
	m.team = a.text("a team")
	a.want("on")
	m.on = a.plainDate()
	a.end()
	if !a.failed {
		p.moves = append(p.moves, m)
	}
}

// settle fills in what only the whole file says.
func (p *person) settle(parser *parser) {
	p.team = cmp.Or(p.team, parser.team)
	slices.SortStableFunc(p.moves, func(a, b move) int { return a.on.Compare(b.on) })
	for i, m := range p.moves {
		switch {
		case !p.employed(m.on) || m.on == p.from:
			parser.Problem(m.at, "move on %s: %s works from %s%s", m.on, p.id, p.from, p.untilWords())
		case i > 0 && m.on == p.moves[i-1].on:
			parser.Problem(m.at, "move on %s: %s moves twice on that day", m.on, p.id)
		}
	}
}

func (p *person) untilWords() string {
	if p.until == (calendar.Date{}) {
		return ""
	}
	return " until " + p.until.String()
}

// employed reports whether the person works here on the date.
func (p *person) employed(d calendar.Date) bool {
	return p.from.Compare(d) <= 0 && (p.until == (calendar.Date{}) || d.Compare(p.until) <= 0)
}

// teamOn returns the person's team on a date.
func (p *person) teamOn(d calendar.Date) string {
	team := p.team
	for _, m := range p.moves {
		if m.on.Compare(d) <= 0 {
			team = m.team
		}
	}
	return team
}

// emit tells who the person is, when they worked and which leaves they had.
func (p *person) emit(b *builder) {
	b.begin(p.declared)
	entry := event.AgentChanged{Team: p.team, Status: event.Active, Name: p.name, FTEPercent: p.fte, Duties: ids(b.policy.Vocabulary.Duties, p.duties)}
	b.enter(p, entry, p.from)
	if p.until != (calendar.Date{}) {
		left := entry
		left.Team, left.Status = p.teamOn(p.until), event.Left
		b.enter(p, left, p.until.AddDays(1))
	}
	for _, m := range p.moves {
		b.begin(m.at)
		entry.Team = m.team
		b.enter(p, entry, m.on)
	}
	p.attend(b)
	for _, l := range p.leaves {
		l.emit(b, p)
	}
}

// enter makes an entry of the roster.
func (b *builder) enter(p *person, entry event.AgentChanged, effective calendar.Date) {
	entry.Effective = event.Date(effective.String())
	b.emit(effective.Start(b.zone), p.id, entry)
}

// teamOn returns somebody's team on a date; of nobody, that of everybody whom the scenario gives no other.
func (b *builder) teamOn(agent string, d calendar.Date) string {
	if p := b.s.people[agent]; p != nil {
		return p.teamOn(d)
	}
	return b.s.team
}
