package simulate

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// agent is one person of the desk.
type agent struct {
	Agent
	from, until time.Time // midnights: first date, first date after the last
	shifts      []shift   // of the month, by date
	careless    bool      // late more often than the others
}

// The people who are not like the others, by their place in the roster.
const (
	fixed      = iota // works on the first and on the last date, whatever day it is
	leaver            // leaves on the 16th
	joiner            // begins on the 11th
	unrostered        // the roster does not know them
	noCalls           // is there for e-mail
	promoted          // is entered twice: becomes senior on the 11th
	mover             // comes from another team on the 11th
	unlucky           // has three serious complaints about e-mails
)

// formerTeam is the team from which the mover comes.
const formerTeam = "returns"

var surnames = [...][2]string{{"李", "Li"}, {"王", "Wang"}, {"张", "Zhang"}, {"刘", "Liu"}, {"陈", "Chen"}, {"杨", "Yang"}, {"赵", "Zhao"},
	{"黄", "Huang"}, {"周", "Zhou"}, {"吴", "Wu"}, {"徐", "Xu"}, {"孙", "Sun"}, {"胡", "Hu"}, {"朱", "Zhu"}, {"高", "Gao"}, {"林", "Lin"}, {"何", "He"},
	{"郭", "Guo"}, {"马", "Ma"}, {"罗", "Luo"}}

var givenNames = [...][2]string{{"娜", "Na"}, {"伟", "Wei"}, {"芳", "Fang"}, {"敏", "Min"}, {"静", "Jing"}, {"磊", "Lei"}, {"洋", "Yang"}, {"艳", "Yan"},
	{"勇", "Yong"}, {"杰", "Jie"}, {"娟", "Juan"}, {"涛", "Tao"}, {"明", "Ming"}, {"霞", "Xia"}, {"平", "Ping"}, {"刚", "Gang"}, {"慧", "Hui"}, {"鑫", "Xin"},
	{"雪", "Xue"}, {"晨", "Chen"}}

// The slowest and the fastest agent, in percent of the usual number of calls: wide enough for every tier to occur.
const (
	slowest = 66
	fastest = 124
)

// people makes up who works at the desk. How fast they are is dealt out evenly, not by chance: a small desk has slow
// people too.
func (m *maker) people() {
	deal := m.rng.Perm(m.cfg.Agents)
	for i, rank := range deal {
		a := &agent{from: m.first, until: m.next}
		a.ID, a.Name = nameOf(i)
		a.Rostered, a.CallDuty = i != unrostered, i != noCalls
		a.careless = i%5 == 2
		a.Speed = slowest + rank*(fastest-slowest)/(m.cfg.Agents-1)
		switch i {
		case leaver:
			a.until = m.first.AddDate(0, 0, 15)
		case joiner:
			a.from = m.first.AddDate(0, 0, 10)
		}
		m.agents = append(m.agents, a)
	}
}

// nameOf returns the id and the name of the i-th agent; no two are the same.
func nameOf(i int) (id, name string) {
	s := surnames[i%len(surnames)]
	g := givenNames[(i/len(surnames)+i)%len(givenNames)]
	id, name = strings.ToLower(s[1]+"."+g[1]), s[0]+g[0]+" "+s[1]+" "+g[1]
	if n := i / (len(surnames) * len(givenNames)); n > 0 {
		id, name = fmt.Sprintf("%s.%d", id, n+1), fmt.Sprintf("%s %d", name, n+1)
	}
	return id, name
}

// roster makes up the entries of the roster. Those who were there before are entered on the month's first instant, with an
// effective date of long ago.
func (m *maker) roster() {
	for i, a := range m.agents {
		if !a.Rostered {
			continue
		}
		effective := m.first.AddDate(-1, -i%12, 0)
		if i == joiner {
			effective = a.from
		}
		team := m.cfg.Team
		if i == mover {
			team = formerTeam
		}
		m.enter(a, effective, event.Active, "agent", team)
		switch i {
		case leaver:
			m.enter(a, a.until, event.Left, "agent", team)
		case promoted:
			m.enter(a, m.first.AddDate(0, 0, 10), event.Active, "senior agent", team)
		case mover:
			m.concern("move").enter(a, m.first.AddDate(0, 0, 10), event.Active, "agent", m.cfg.Team)
		}
	}
}

func (m *maker) enter(a *agent, effective time.Time, status event.AgentStatus, role, team string) {
	at := effective
	if at.Before(m.first) {
		at = m.first
	}
	full := int64(100)
	data := event.AgentChanged{Effective: dateOf(effective), Team: team, Status: status, Name: a.Name, Role: role,
		FTEPercent: &full, Duties: []string{"calls", "email"}}
	if !a.CallDuty {
		data.Duties = []string{"email"}
	}
	m.person(at, event.Event{Subject: a.ID, ID: "roster-" + m.run + "-" + string(data.Effective), Time: at, Data: data})
}

// person produces an event about a person, some of them twice.
func (m *maker) person(at time.Time, e event.Event) {
	place := at.UnixMilli()
	value := m.emit(place, e)
	if m.perMille(m.cfg.Duplicates) {
		m.again(place, e.Subject, value)
	}
}

// again produces a record once more, up to half a day later.
func (m *maker) again(place int64, key string, value []byte) {
	m.put(place+1+int64(m.rng.IntN(12*60*60*1000)), Record{Key: []byte(key), Value: value})
	m.month.Expected.Duplicates++
}

func dateOf(at time.Time) event.Date { return event.Date(at.Format(time.DateOnly)) }
