package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// Where a row of TestInvalid is caught.
const (
	bySchema   = false // by the loader and by the schema
	loaderOnly = true  // no schema can express it
)

// Each row breaks the shipped policy by replacing one text. The loader must name the place; the schema must refuse as
// well, unless the fault is one that no schema can express.
func TestInvalid(t *testing.T) {
	check := compile(t)
	for _, c := range []struct {
		name, old, new string
		want           string // in the loader's error
		loaderOnly     bool
	}{
		{"unknown key", "figure: own-days #", "figur: own-days #", `unknown key "figur" (did you mean "figure"?)`, bySchema},
		{"missing key", "            each: 1\n", "", `key "each" is missing`, bySchema},
		{"unknown top key", "grades:\n", "ranks: []\ngrades:\n", `unknown key "ranks"`, bySchema},
		{"no decisions", "decisions:\n", "decision:\n", `key "decisions" is missing`, bySchema},
		{"no grades", "\ngrades:\n", "\nrules:\n", `key "grades" is missing`, bySchema},
		{"wrong type", "points: 20\n    items", "points: twenty\n    items", `points: want a number, found a text`, bySchema},
		{"number for a text", "en: 'The text counts times, not days.'", "en: 7", `en: want a text, found a number`, bySchema},
		{"nothing for a text", "chosen_by: deskpulse", "chosen_by:", `chosen_by: want a text, found nothing`, bySchema},
		{"blank text", "chosen_by: deskpulse", "chosen_by: '  '", `chosen_by: the text is empty`, bySchema},
		{"text for an object", "title: {zh: 人均效能, en: Productivity}", "title: Productivity", `title: want an object, found a text`, bySchema},
		{"text for a list of titles", "- {zh: 被考核人, en: assessed person}", "- assessed person", `want an object, found a text`, bySchema},
		{"object for a list", "days: [attendance, calls]", "days: {attendance: calls}", `days: want a list, found an object`, bySchema},
		{"unknown metric", "metric: calls_per_workday", "metric: calls_per_day", `metric: "calls_per_day"`, bySchema},
		{"setting that is not read", "grace: 5m, precision: minute}", "grace: 5m, promise: earlier}", `does not read "promise"`, bySchema},
		{"duration without a unit", "metric: late_count, grace: 5m", "metric: late_count, grace: '5'", `want a duration such as 30s`, bySchema},
		{"two targets", "target: {wall: 12h} # d", "target: {wall: 12h, working: 2h} # d", `want one of wall, working and working_days`, bySchema},
		{"unknown kind", "kind: tier", "kind: tiers", `kind: "tiers" (did you mean "tier"?)`, bySchema},
		{"negative points", "{name: C, points: 10}", "{name: C, points: -1}", `points: -1: want 0 to 100000 with at most two places`, bySchema},
		{"points too fine", "{name: C, points: 10}", "{name: C, points: 1.005}", `points: 1.005: want 0 to 100000 with at most two places`, bySchema},
		{"operator without percent", `{name: A, operator: ">=", percent: 90, points: 20}`, `{name: A, operator: ">=", points: 20}`, `key "percent" is missing`, bySchema},
		{"unknown operator", `{name: A, operator: ">=", percent`, `{name: A, operator: "<", percent`, `operator: "<"`, bySchema},
		{"id in capitals", "id: headcount", "id: Headcount", `id: "Headcount": want a letter, then small letters`, bySchema},
		{"date in another form", "date: 2026-11-22", "date: 22 Nov 2026", `date "22 Nov 2026": want a day`, bySchema},
		{"currency in another form", "currency: CNY", "currency: yuan", `"yuan": want the three letters of a currency`, bySchema},
		{"grade without pay", "points: 85, pay: 400", "points: 85", `key "pay" is missing`, bySchema},
		{"pay too fine", "points: 85, pay: 400", "points: 85, pay: 400.005", `pay: 400.005: want 0 to 1000000.00 with at most two places`, bySchema},
		{"unknown role", "approver: [leader]", "approver: [boss]", `approver: "boss"; want one of agent`, bySchema},
		{"role twice", "scorer: [supervisor, manager]", "scorer: [manager, manager]", `scorer: "manager" stands here twice`, bySchema},
		{"day that not every month has", "scored_by: 15", "scored_by: 29", `scored_by: 29: want a whole number from 1 to 28`, bySchema},
		{"unknown shift", "shift: before", "shift: earlier", `shift: "earlier"; want one of before, after, none`, bySchema},
		{"unknown average", "average: published #", "average: frozen #", `average: "frozen"; want one of published, recomputed`, bySchema},
		{"four eyes in words", "four_eyes: true", "four_eyes: both", `four_eyes: want true or false`, bySchema},
		{"unknown order", "order: wipe-outs-first", "order: wipe-outs", `order: "wipe-outs"; want one of wipe-outs-first, by-time`, bySchema},
		{"unknown cap", "cap: item #", "cap: items #", `cap: "items" (did you mean "item"?); want one of item, section`, bySchema},
		{"unknown template kind", "kind: checklist", "kind: list", `kind: "list"; want one of checklist, form`, bySchema},
		{"unknown column", "columns: [title, points", "columns: [title, price", `columns: "price"`, bySchema},
		{"check without title", "title: {zh: 主动适时询问客户姓氏, en: asks the customer's surname in good time}", "titel: x", `key "title" is missing`, bySchema},
		{"streak of one", "months: 2", "months: 1", `months: 1: want a whole number from 2 to 120`, bySchema},
		{"number for an assumed path", "  - cycle.appeal_days\n", "  - 7\n", `assumed: want the path of a value, found a number`, bySchema},
		{"no patch", "patch:\n          cycle.shift: after", "patch: {}", `an empty patch`, bySchema},
		{"patch of the name", "          cycle.shift: after", "          name: other", `path "name": no reading replaces name`, bySchema},
		{"patch of the vocabulary", "          cycle.shift: after", "          vocabulary.leaves.sick: {id: sick}", `no reading replaces vocabulary`, bySchema},
		{"patch of a decision", "          cycle.shift: after", "          decisions.serious.chosen: report", `no reading replaces decisions`, bySchema},

		{"day that does not exist", "date: 2026-11-22", "date: 2026-02-30", `date "2026-02-30": want a day`, loaderOnly},
		{"unknown calendar", "calendar: cn-office", "calendar: cn-ofice", `unknown calendar "cn-ofice" (did you mean "cn-office"?)`, loaderOnly},
		{"paid before it is scored", "paid_by: 24", "paid_by: 14", `paid_by: 14 is before 15, by which it is scored`, loaderOnly},
		{"interview below no grade", "below: C", "below: F", `want one of A, B, C, D, E`, loaderOnly},
		{"streak of no grade", "    grade: E\n", "    grade: F\n", `want one of A, B, C, D, E`, loaderOnly},
		{"bound in the last grade", "{name: E, pay: 250}", `{name: E, operator: ">=", points: 1, pay: 250}`, `the last of them takes what is left`, loaderOnly},
		{"no bound before the last grade", `{name: B, operator: ">=", points: 85, pay: 400}`, "{name: B, pay: 400}", `only the last of them has no bound`, loaderOnly},
		{"grade behind its better", "points: 85, pay: 400", "points: 90, pay: 400", `"B": nobody can reach it, the one before it begins no higher`, loaderOnly},
		{"two grades of a name", "{name: B, operator: \">=\", points: 85", "{name: A, operator: \">=\", points: 85", `name "A" stands here twice`, loaderOnly},
		{"more points than the item", "{name: C, points: 10}", "{name: C, points: 20.01}", `gives 20.01 points, its item at most 20.00`, loaderOnly},
		{"rules together above the item", "            kind: comment\n", "            kind: rubric\n            most: 20\n          - {id: more, title: {zh: 多, en: more}, kind: rubric, most: 1}\n",
			`item "teamwork" gives at most 20.00 points, its rules 21.00`, loaderOnly},
		{"item above its section", "points: 20\n        rules:", "points: 21\n        rules:", `item "calls" gives 21.00 points, its section at most 20.00`, loaderOnly},
		{"unknown name in a predicate", `finding.id == "contempt"'`, `finding.id == "contemt"'`, `"contemt"`, loaderOnly},
		{"unknown field in a predicate", "leave.kind ==", "leave.knd ==", `knd`, loaderOnly},
		{"unknown kind of customer", "by_kind: {shopper: ", "by_kind: {shoper: ", `by_kind: unknown kind of customer "shoper" (did you mean "shopper"?)`, loaderOnly},
		{"unknown duty", "members: {duty: calls, min_days: 1} #", "members: {duty: call, min_days: 1} #", `unknown duty "call" (did you mean "calls"?)`, loaderOnly},
		{"unknown duty in a patch", "members: {duty: any, min_days: 1}", "members: {duty: all, min_days: 1}", `unknown duty "all"`, loaderOnly},
		{"duty that is declared no more", "    - {id: calls, title: {zh: 接听电话, en: answering calls}}\n", "", `unknown duty "calls"`, loaderOnly},
		{"predicate that is no truth", "counts: incident.upheld", "counts: incident.id", `counts: a predicate is true or false`, loaderOnly},
		{"sample without its template", "template: call-wording", "template: call-words", `call-words`, loaderOnly},
		{"form as a sample's template", "template: call-wording", "template: score-form", `score-form`, loaderOnly},
		{"assumed path to nowhere", "  - cycle.appeal_days\n", "  - cycle.appeals\n", `assumed: path "cycle.appeals": nothing is called "appeals" there`, loaderOnly},
		{"duplicate key", "kind: tier", "kind: tier\n            kind: tier", `key "kind" stands here twice, first in line`, loaderOnly},
		{"duplicate section", "  - id: attitude\n", "  - id: efficiency\n", `id "efficiency" stands here twice`, loaderOnly},
		{"duplicate item", "- id: enthusiasm\n        title: {zh: 工作热情, en: Enthusiasm}\n        points", "- id: attendance\n        title: {zh: 工作热情, en: Enthusiasm}\n        points", `id "attendance" stands here twice`, loaderOnly},
		{"duplicate rule", "- id: loss\n", "- id: contempt\n", `id "contempt" stands here twice`, loaderOnly},
		{"duplicate check", "- id: closing\n", "- id: greeting\n", `id "greeting" stands here twice`, loaderOnly},
		{"duplicate term", "{id: email, title", "{id: inquiry, title", `id "inquiry" stands here twice`, loaderOnly},
		{"duplicate decision", "id: headcount", "id: workdays", `id "workdays" stands here twice`, loaderOnly},
		{"duplicate reading", "id: all-answered", "id: credited-only", `id "credited-only" stands here twice`, loaderOnly},
		{"undecided", "chosen: person-days", "chosen: undecided", `decision "workdays" is undecided: choose one of company-days, own-vs-calendar, person-days`, loaderOnly},
		{"nothing chosen", "    chosen: person-days\n", "", `decision "workdays" is undecided`, bySchema},
		{"chosen does not exist", "chosen: person-days", "chosen: persons-days", `decision "workdays": unknown reading "persons-days" (did you mean "person-days"?)`, loaderOnly},
		{"path to nowhere", "rules.tier.nobody: included", "rule.tier.nobody: included", `nothing is called "rule" there`, loaderOnly},
		{"path to no member", "items.calls.rules.tier.nobody: included", "items.call.rules.tier.nobody: included", `nothing is called "call" there (did you mean "calls"?)`, loaderOnly},
		{"path to no key", "rules.tier.nobody: included", "rules.tier.nobdy: included", `unknown key "nobdy" (did you mean "nobody"?)`, loaderOnly},
		{"path without an end", "rules.tier.nobody: included", "rules.tier.: included", `nothing is called "" there`, loaderOnly},
		{"patch with a wrong value", "rules.tier.nobody: included", "rules.tier.nobody: all", `nobody: "all"; want one of excluded, included`, loaderOnly},
		{"patch with a wrong type", "rules.tier.members: {duty: any, min_days: 1}", "rules.tier.members: any", `members: want an object, found a text`, loaderOnly},
		{"patch that renames a member", "{id: execution, title: {zh: 执行程度评语", "{id: exec, title: {zh: 执行程度评语", `what replaces "execution" is called "exec"`, loaderOnly},
		{"two decisions on one thing", "rules.tier.nobody: included", "rules.tier.figure: own-days", `decision "workdays" already replaces "sections.productivity.items.calls.rules.tier.figure"`, loaderOnly},
		{"a decision inside another's", "rules.tier.nobody: included", "rules.tier.members.min_days: 2", `decision "headcount" already replaces`, loaderOnly},
		{"anchor", "name: express-cs", "name: &n express-cs", `anchors, aliases, tags and merges have no place`, loaderOnly},
		{"second document", "decisions:\n", "---\ndecisions:\n", `a second document`, loaderOnly},
		{"broken YAML", "sections:\n", "sections: [\n", ``, loaderOnly},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := replaced(t, source(t), c.old, c.new)
			_, err := policy.Parse("p.yaml", []byte(broken))
			var invalid *document.Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v, want an Invalid", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got:\n%v\nwant: %s", err, c.want)
			}
			if len(invalid.Problems) == 0 || invalid.Problems[0].Line < 1 || invalid.Problems[0].Column < 1 {
				t.Errorf("problems without a place: %+v", invalid.Problems)
			}
			if !c.loaderOnly && check(t, broken) == nil {
				t.Errorf("the schema accepts it")
			}
		})
	}
}

// The place is told to the column, also inside a predicate.
func TestInvalidPlace(t *testing.T) {
	for _, c := range []struct{ old, new, at, want string }{
		{"figure: own-days #", "figur: own-days #", "figur", `unknown key "figur"`},
		{"incident.reputation)'", "incident.reputaton)'", "reputaton", `when: incident has no field "reputaton"`},
	} {
		src := replaced(t, source(t), c.old, c.new)
		before := src[:strings.Index(src, c.at)]
		column := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
		want := fmt.Sprintf("p.yaml:%d:%d: %s", strings.Count(before, "\n")+1, column, c.want)
		_, err := policy.Parse("p.yaml", []byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got:\n%v\nwant: %s", err, want)
		}
	}
}

func TestInvalidWhole(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "only a comment": "# nothing\n", "a text": "express", "a list": "- a\n- b\n", "null": "~", "key without value": "name:",
		"deep": strings.Repeat("[", 3000) + strings.Repeat("]", 3000), "number as a key": "1: 2",
		"wrong kinds": "vocabulary: 1\nincidents: 2\ncycle: {interview: 3}\npay: 4\ngrades: 5\nstreaks: [6]\ntemplates: [7, {kind: form}]\nsections: [8]\ndecisions: [9]\nuses: [10]\n",
	} {
		var invalid *document.Invalid
		if _, err := policy.Parse("p.yaml", []byte(src)); !errors.As(err, &invalid) {
			t.Errorf("%s: got %v, want an Invalid", name, err)
		}
	}
}

// least is a policy of what is required.
const least = `
name: least
title: {zh: 最小, en: least}
effective: 2026-01-01
calendar: always
currency: EUR
incidents: {month: ruling, counts: incident.upheld, one: heaviest}
cycle: {period: month, scored_by: 1, paid_by: 28, shift: none, scorer: [supervisor], approver: [leader], adjustment: next-month}
sections:
  - id: all
    title: {zh: 全部, en: all}
    points: 100
    items: [{id: all, title: {zh: 全部, en: all}, rules: [{id: all, title: {zh: 全部, en: all}, kind: rubric, most: 100}]}]
grades: [{name: good, operator: ">", points: 50, pay: 1.5}, {name: poor, pay: 0}]
pay: {proration: calendar-days}
decisions: []
`

// What is optional may be left out.
func TestLeastPolicy(t *testing.T) {
	p := parse(t, least)
	if p.Incidents.Serious != policy.SeriousByRuling || p.Sections[0].Order != policy.WipeOutsFirst || p.Sections[0].Items[0].Points != nil ||
		p.Cycle.Interview != nil || p.Cycle.AppealDays != 0 || p.Cycle.Average != policy.AveragePublished || p.Cycle.FourEyes || p.Grade(5000).Name != "poor" || p.Source != nil {
		t.Errorf("got %+v", p)
	}
	if found := p.Lint(); len(found) != 0 {
		t.Errorf("findings: %+v", found)
	}
	if err := compile(t)(t, least); err != nil {
		t.Errorf("the schema refuses it: %v", err)
	}
	closed := decide(t, parse(t, strings.Replace(least, "decisions: []", decided, 1)), "bound", "closed")
	if closed.Grade(5000).Name != "good" || closed.Sections[0].Order != policy.ByTime {
		t.Errorf("a reading that adds a key: %+v", closed.Sections[0])
	}
}

// decided is a decision of the least policy.
const decided = `decisions:
  - id: bound
    question: {zh: 界, en: bound}
    chosen: open
    chosen_by: me
    date: 2026-01-01
    why: {zh: 如此, en: so}
    readings:
      - {id: open, title: {zh: 开, en: open}, patch: {grades.good.operator: ">"}}
      - {id: closed, title: {zh: 闭, en: closed}, patch: {grades.good.operator: ">=", sections.all.order: by-time}}
`

func FuzzParse(f *testing.F) {
	// The shipped policy is no seed: the engine would spend its time on making 40 kB smaller.
	f.Add([]byte(strings.Replace(least, "decisions: []", decided, 1)))
	f.Add([]byte("name: {a: [1, 2.5, ~, true, 'x']}\n"))
	f.Add([]byte("a: |\n  text\n? b\n: c\n<<: *d\n"))
	f.Add([]byte("grades: [{name: A, points: 1e9}]\ndecisions: [{readings: [{patch: {'': 1, a..b: 2, grades.A: ~}}]}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := policy.Parse("p.yaml", src)
		var invalid *document.Invalid
		if err != nil && !errors.As(err, &invalid) {
			t.Errorf("got %v, want an Invalid", err)
		}
		if err != nil {
			return
		}
		p.Lint()
		p.Queries()
		if len(p.Hash()) != 64 || p.Grade(0).Name == "" {
			t.Errorf("hash %q, lowest grade %q", p.Hash(), p.Grade(0).Name)
		}
	})
}
