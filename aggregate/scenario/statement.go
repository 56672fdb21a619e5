package scenario

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// statements is the language: every word that a statement begins with.
var statements = map[string]func(*args){
	"title": once(readTitle), "policy": once(readPolicy), "month": once(readMonth), "zone": once(readZone),
	"calendar": once(readCalendar), "team": once(readTeam), "reading": readReading,

	"agent": readAgent, "move": readMove,
	"worked": readWorked, "absent": readAbsent, "off": readOff, "clock": readClock, "leave": readLeave,

	"calls": readCalls, "call": readCall,
	"mails": readMails, "inquiries": readInquiries, "followups": readFollowups,
	"mail": readMail, "inquiry": readInquiry, "query": readQuery,

	"incident": readIncident, "complaint": readComplaint, "review": readReview,
	"score": readScore, "comment": readComment, "waive": readWaive, "relief": readRelief,
	"history": readHistory, "carried": readCarried, "published": readPublished,

	rawWord: readEvent, "expect": readExpect,
}

// statement reads one statement.
func (p *parser) statement(l *line) {
	name := l.words[0]
	if l.indented {
		p.expected(l)
		return
	}
	p.expect = nil
	read, ok := readerOf(name.text)
	if !ok || name.quoted {
		p.Problem(name.at, "unknown statement %q%s", name.text, document.Suggest(name.text, slices.Sorted(maps.Keys(statements))))
		return
	}
	read(p.args(l))
}

// readerOf looks a statement up; the table itself would refer to those who read it.
func readerOf(name string) (func(*args), bool) {
	read, ok := statements[name]
	return read, ok
}

// once makes a statement stand once in a file.
func once(read func(*args)) func(*args) {
	return func(a *args) {
		name := a.line.words[0]
		if first := a.p.once[name.text]; first != 0 {
			a.fail(name.at, "%q stands here twice, first in line %d", name.text, first)
			return
		}
		if a.p.once == nil {
			a.p.once = map[string]int{}
		}
		a.p.once[name.text] = name.at.Line
		read(a)
		a.end()
	}
}

func readTitle(a *args)  { a.p.s.Title = a.text("a title") }
func readPolicy(a *args) { a.p.s.Policy = a.text("the name of a policy") }
func readMonth(a *args)  { a.p.s.Month = a.month() }
func readTeam(a *args)   { a.p.team = a.text("a team") }

func readCalendar(a *args) { a.p.s.Calendar = a.text("the name of a calendar") }

func readZone(a *args) {
	w := a.take("a zone such as Asia/Shanghai")
	if _, err := calendar.Zone(w.text); err != nil && !a.failed {
		a.fail(w.at, "%v", err)
	}
	a.p.s.Zone = w.text
}

func readReading(a *args) {
	r := Reading{Decision: a.text("a decision"), Reading: a.text("a reading"), at: a.line.at()}
	a.end()
	if slices.ContainsFunc(a.p.s.Readings, func(o Reading) bool { return o.Decision == r.Decision }) {
		a.fail(a.line.at(), "a reading of %q stands here twice", r.Decision)
	}
	a.p.s.Readings = append(a.p.s.Readings, r)
}

// add adds something that happened.
func (a *args) add(s statement) {
	if !a.failed {
		a.p.s.statements = append(a.p.s.statements, s)
	}
}
