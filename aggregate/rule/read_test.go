package rule_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/google/go-cmp/cmp"
)

// context is an item of 10 points in a section of 20.
var context = rule.Context{ID: "r", Bound: 10_00, Section: 20_00, Vocabulary: rule.Vocabulary{
	Subjects: []string{"email", "call-attitude", "refusal"}, Findings: []string{"contempt", "language"}, Leaves: []string{"personal"}, Templates: []string{"call-wording"},
}}

// read reads a rule and returns what is wrong with it, as "line:column: message".
func read(t *testing.T, c rule.Context, text string) (rule.Rule, []string) {
	t.Helper()
	root, err := document.Parse("rule.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := &document.Reader{}
	o := r.Object(root)
	made := rule.Read(o, c)
	o.Done()
	var problems []string
	for _, p := range r.Problems {
		problems = append(problems, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message))
	}
	return made, problems
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"no kind", "each: 5", []string{`1:1: key "kind" is missing`}},
		{"unknown kind", "kind: deductoin\neach: 5\nof: incident", []string{
			`1:7: kind: "deductoin" (did you mean "deduction"?); want one of bands, comment, count-threshold, deduction, escalation, excess, proposal, ranged-deduction, rate-threshold, rubric, sample, shown, tier, wipe-out`,
		}},
		{"kind that is no text", "kind: 5", []string{"1:7: kind: want a text, found a number"}},
		{"key of another kind", "kind: comment\neach: 5", []string{`2:1: unknown key "each"`}},

		{"deduction: nothing", "kind: deduction", []string{`1:1: key "each" is missing`, `1:1: key "of" is missing`}},
		{"deduction: of something else", "kind: deduction\nof: call\nwhen: x\neach: 1", []string{
			`2:5: of: "call"; want one of incident, finding, leave`,
		}},
		{"deduction: per of an incident", "kind: deduction\nof: incident\nwhen: incident.upheld\neach: 1\nper: day", []string{
			`5:1: unknown key "per"`,
		}},
		{"deduction: per something else", "kind: deduction\nof: leave\nwhen: leave.half_day\neach: 1\nper: hour", []string{
			`5:6: per: "hour"; want one of application, day`,
		}},
		{"deduction: points", "kind: deduction\nof: incident\nwhen: incident.upheld\neach: -1", []string{
			"4:7: each: -1: want 0 to 100000 with at most two places",
		}},
		{"deduction: three places", "kind: deduction\nof: incident\nwhen: incident.upheld\neach: 1.005", []string{
			"4:7: each: 1.005: want 0 to 100000 with at most two places",
		}},
		{"deduction: subject unknown", "kind: deduction\nof: incident\nwhen: '\"e-mail\" in incident.subjects'\neach: 1", []string{
			`3:8: when: subjects "e-mail": unknown value (did you mean "email"?); want one of email, call-attitude, refusal`,
		}},
		{"deduction: finding unknown", "kind: deduction\nof: finding\nwhen: 'finding.id == \"contemt\"'\neach: 1", []string{
			`3:22: when: id "contemt": unknown value (did you mean "contempt"?); want one of contempt, language`,
		}},
		{"deduction: leave unknown", "kind: deduction\nof: leave\nwhen: 'leave.kind == \"sick\"'\neach: 1", []string{
			`3:22: when: kind "sick": unknown value; want one of personal`,
		}},
		{"deduction: field of another kind", "kind: deduction\nof: finding\nwhen: incident.upheld\neach: 1", []string{
			`3:7: when: unknown name "incident"`,
		}},

		{"ranged: upside down", "kind: ranged-deduction\nof: finding\nwhen: 'finding.id == \"language\"'\nfrom: 2\nto: 1", []string{
			"1:1: from 2.00 to 1.00 is no range",
		}},
		{"ranged: of a leave", "kind: ranged-deduction\nof: leave\nwhen: leave.half_day\nfrom: 1\nto: 2", []string{
			`2:5: of: "leave"; want one of incident, finding`,
		}},
		{"ranged: no range", "kind: ranged-deduction\nof: incident\nwhen: incident.upheld", []string{
			`1:1: key "from" is missing`,
			`1:1: key "to" is missing`,
		}},

		{"wipe-out: scope", "kind: wipe-out\nwhen: incident.upheld\nscope: card", []string{`3:8: scope: "card"; want one of item, section`}},
		{"wipe-out: no predicate", "kind: wipe-out", []string{`1:1: key "when" is missing`}},
		{"wipe-out: predicate that is no text", "kind: wipe-out\nwhen: 5", []string{"2:7: when: want a text, found a number"}},
		{"wipe-out: points that are a text", "kind: wipe-out\nwhen: incident.upheld\npoints: all", []string{
			"3:9: points: want a number, found a text",
		}},

		{"count-threshold: nothing", "kind: count-threshold", []string{
			`1:1: key "when" is missing`,
			`1:1: key "points" is missing`,
			`1:1: key "at_least" is missing`,
		}},
		{"count-threshold: none at all", "kind: count-threshold\nwhen: incident.upheld\nat_least: 0\npoints: 5", []string{
			"3:11: at_least: 0: want a whole number from 1 to 1000",
		}},
		{"count-threshold: half", "kind: count-threshold\nwhen: incident.upheld\nat_least: 1.5\npoints: 5", []string{
			"3:11: at_least: 1.5: want a whole number from 1 to 1000",
		}},
		{"count-threshold: names", "kind: count-threshold\nwhen: incident.upheld\nat_least: 2\npoints: 5\noperator: \"<\"\nwindow: week\ngroup_by: subject", []string{
			`6:9: window: "week"; want one of month, year, any`,
			`5:11: operator: "<" (did you mean ">"?); want one of >=, >`,
			`7:11: group_by: "subject"; want one of same_kind`,
		}},

		{"escalation: no step", "kind: escalation\nwhen: incident.upheld\nsteps: []", []string{"3:8: steps: want at least 1, found 0"}},
		{"escalation: step without a price", "kind: escalation\nwhen: incident.upheld\nsteps: [{}]", []string{`3:9: key "points" is missing`}},
		{"escalation: step with two", "kind: escalation\nwhen: incident.upheld\nsteps:\n  - {points: 1, money: 50}", []string{
			`4:6: unknown key "points"`,
		}},
		{"escalation: money", "kind: escalation\nwhen: incident.upheld\nsteps:\n  - {money: 0}\n  - {money: -5}\n  - {money: 1000000.01}\n  - {money: 1.005}", []string{
			"4:13: money: 0: want more than 0, up to 1000000.00, with at most two places",
			"5:13: money: -5: want more than 0, up to 1000000.00, with at most two places",
			"6:13: money: 1000000.01: want more than 0, up to 1000000.00, with at most two places",
			"7:13: money: 1.005: want more than 0, up to 1000000.00, with at most two places",
		}},
		{"escalation: beyond", "kind: escalation\nwhen: incident.upheld\nsteps: [{points: 1}]\nbeyond: {en: demotion}", []string{
			`4:10: key "zh" is missing`,
		}},
		{"escalation: step that is a number", "kind: escalation\nwhen: incident.upheld\nsteps: [1, 2]", []string{
			"3:9: want an object, found a number",
			"3:12: want an object, found a number",
		}},

		{"excess: nothing", "kind: excess", []string{`1:1: key "free" is missing`, `1:1: key "each" is missing`, `1:1: key "measures" is missing`}},
		{"excess: no metric", "kind: excess\nmeasures: []\nfree: 3\neach: 1", []string{"2:11: measures: want at least 1, found 0"}},
		{"excess: a rate", "kind: excess\nmeasures: [{metric: email_on_time}]\nfree: 3\neach: 1", []string{
			`2:13: metric "email_on_time" is no count`,
		}},
		{"excess: unknown metric", "kind: excess\nmeasures: [{metric: late}]\nfree: 3\neach: 1", []string{
			`2:21: metric: "late"; want one of abandon_rate, absent_days, answer_ask_ratio, calls_answered, calls_per_workday, days_worked, early_leave_count, email_on_time, exam_score, finding_count, first_response_time, followup_on_time, handle_time, incident_count, inquiry_on_time, late_count, leave_count, leave_days, occupancy, quality_score, reopen_rate, reply_rate_within, resolution_time, response_time, review_count, satisfaction, service_level`,
		}},
		{"excess: free", "kind: excess\nmeasures: [{metric: late_count}]\nfree: -1\neach: 1\ncount: apart", []string{
			"3:7: free: -1: want a whole number from 0 to 1000",
			`5:8: count: "apart"; want one of together, separately`,
		}},
		{"excess: setting that is not read", "kind: excess\nmeasures: [{metric: late_count, target: {wall: 1h}}]\nfree: 3\neach: 1", []string{
			`2:33: metric late_count does not read "target"; it reads grace, precision, bound`,
		}},

		{"rate-threshold: nothing", "kind: rate-threshold", []string{
			`1:1: key "measure" is missing`,
			`1:1: key "points" is missing`,
			`1:1: keys "operator" and "percent" are missing`,
		}},
		{"rate-threshold: no rate", "kind: rate-threshold\nmeasure: {metric: late_count}\noperator: \">=\"\npercent: 98\npoints: 8", []string{
			`1:1: metric "late_count" is no rate`,
		}},
		{"rate-threshold: less is better", "kind: rate-threshold\nmeasure: {metric: reopen_rate}\noperator: \">=\"\npercent: 5\npoints: 8", []string{
			`1:1: metric "reopen_rate": less of it is better, so falling short of a target costs nothing; use bands`,
		}},
		{"rate-threshold: of a team", "kind: rate-threshold\nmeasure: {metric: service_level}\noperator: \">=\"\npercent: 80\npoints: 8", []string{
			`2:11: metric "service_level" is measured per team: no agent has a value`,
		}},
		{"rate-threshold: operator alone", "kind: rate-threshold\nmeasure: {metric: email_on_time}\noperator: \"<\"\npoints: 8", []string{
			`3:11: operator: "<" (did you mean ">"?); want one of >=, >`,
			`1:1: key "percent" is missing`,
		}},
		{"rate-threshold: counts", "kind: rate-threshold\nmeasure: {metric: email_on_time}\noperator: \">\"\npercent: 98\npoints: 8\nsmall: 0\nminimum: 0\nno_value: wait", []string{
			`8:11: no_value: "wait"; want one of keep, lose, block`,
			"6:8: small: 0: want a whole number from 1 to 1000000",
			"7:10: minimum: 0: want a whole number from 1 to 1000000",
		}},
		{"rate-threshold: five places", "kind: rate-threshold\nmeasure: {metric: email_on_time}\noperator: \">\"\npercent: 98.00001\npoints: 8", []string{
			"4:10: percent: 98.00001: want 0 to 100000 with at most four places",
		}},

		{"shown: nothing", "kind: shown", []string{`1:1: key "measure" is missing`}},
		{"shown: a text", "kind: shown\nmeasure: email_on_time", []string{"2:10: measure: want an object, found a text"}},

		{"sample: template", "kind: sample\ntemplate: call\nmissing: wait", []string{
			`2:11: template: "call"; want one of call-wording`,
			`3:10: missing: "wait"; want one of block, keep`,
		}},

		{"rubric: nothing", "kind: rubric", []string{`1:1: key "most" is missing`}},
		{"rubric: more than the item", "kind: rubric\nmost: 10.01", []string{"1:1: most: gives 10.01 points, its item at most 10.00"}},
		{"rubric: levels", "kind: rubric\nmost: 8\nlevels:\n  - {id: a, title: {zh: 甲, en: A}, from: 5, to: 9}\n  - {id: a, title: {zh: 乙, en: B}, from: 3, to: 2}\n  - {id: C}", []string{
			`4:6: level "a": 5.00 to 9.00 is no range within 0 and 8.00`,
			`5:10: id "a" stands here twice, first in line 4`,
			`5:6: level "a": 3.00 to 2.00 is no range within 0 and 8.00`,
			`6:10: id: "C": want a letter, then small letters, digits and '-'`,
			`6:6: key "title" is missing`,
			`6:6: key "from" is missing`,
			`6:6: key "to" is missing`,
		}},

		{"proposal: nothing", "kind: proposal", []string{`1:1: key "of" is missing`, `1:1: key "proposal" is missing`}},
		{"proposal: absence with a predicate", "kind: proposal\nof: absence\nwhen: incident.upheld\nproposal: {zh: 约谈, en: interview}", []string{
			`3:1: unknown key "when"`,
		}},
		{"proposal: of a leave", "kind: proposal\nof: leave\nproposal: {zh: 约谈, en: interview}", []string{
			`2:5: of: "leave"; want one of incident, absence`,
		}},

		{"bands: nothing", "kind: bands", []string{`1:1: key "measure" is missing`, `1:1: key "bands" is missing`}},
		{"bands: one", "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: all, points: 1}", []string{
			"4:3: bands: want at least 2, found 1",
		}},
		{"bands: out of reach", "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: a, operator: \">=\", value: 60, points: 8}\n  - {name: b, operator: \">\", value: 60, points: 10}\n  - {name: b, points: 0}", []string{
			`5:6: "b": nobody can reach it, the one before it begins no higher`,
			`6:12: name "b" stands here twice, first in line 5`,
		}},
		{"bands: out of reach where less is better", "kind: bands\nmeasure: {metric: handle_time}\nbands:\n  - {name: a, operator: \"<\", value: 60s, points: 8}\n  - {name: b, operator: \"<\", value: 60s, points: 10}\n  - {name: c, points: 0}", []string{
			`5:6: "b": nobody can reach it, the one before it begins no higher`,
		}},
		{"bands: the wrong way round", "kind: bands\nmeasure: {metric: handle_time}\nbands:\n  - {name: a, operator: \">=\", value: 60s, points: 8}\n  - {name: c, points: 0}", []string{
			`4:25: operator: ">=" (did you mean "<="?); want one of <=, <`,
			`4:6: "a": only the last of them has no bound`,
		}},
		{"bands: the other wrong way round", "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: a, operator: \"<=\", value: 60, points: 8}\n  - {name: c, points: 0}", []string{
			`4:25: operator: "<=" (did you mean ">="?); want one of >=, >`,
		}},
		{"bands: no rest", "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: a, points: 8}\n  - {name: c, operator: \">\", value: 5, points: 0}", []string{
			`4:6: "a": only the last of them has no bound`,
			`5:6: "c": the last of them takes what is left and has no bound`,
		}},
		{"bands: more than the item", "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: a, operator: \">=\", value: 60, points: 10.01}\n  - {name: c, points: 0}", []string{
			`4:6: band "a" gives 10.01 points, its item at most 10.00`,
		}},
		{"bands: value alone", "kind: bands\nmeasure: {metric: email_on_time}\nbands:\n  - {name: a, value: 60, points: 10}\n  - {name: c, points: 0}", []string{
			`4:6: key "operator" is missing`,
			`4:6: "a": only the last of them has no bound`,
		}},

		{"tier: nothing", "kind: tier", []string{
			`1:1: key "measure" is missing`,
			`1:1: key "figure" is missing`,
			`1:1: key "average" is missing`,
			`1:1: key "nobody" is missing`,
			`1:1: key "members" is missing`,
			`1:1: key "tiers" is missing`,
		}},
		{"tier: no day", "kind: tier\nmeasure: {metric: calls_answered}\nfigure: own-days\naverage: person-days\nmembers: {duty: calls, min_days: 1}\nnobody: excluded\ntiers:\n  - {name: A, operator: \">=\", percent: 90, points: 10}\n  - {name: C, points: 0}", []string{
			`1:1: metric "calls_answered" is not counted per day worked`,
		}},
		{"tier: names", "kind: tier\nmeasure: {metric: calls_per_workday}\nfigure: days\naverage: mean\nmembers: {duty: Calls, min_days: 32, team: x}\nnobody: counted\ntiers:\n  - {name: A, operator: \">=\", percent: 90, points: 10}\n  - {name: A, operator: \">=\", percent: 95, points: 11}\n  - {name: C, points: 0}\nno_value: none", []string{
			`3:9: figure: "days"; want one of own-days, company-days`,
			`4:10: average: "mean"; want one of person-days, company-days-by-head`,
			`6:9: nobody: "counted"; want one of excluded, included`,
			`11:11: no_value: "none" (did you mean "lose"?); want one of keep, lose, block`,
			`5:17: duty: "Calls": want a letter, then small letters, digits and '-'`,
			"5:34: min_days: 32: want a whole number from 0 to 31",
			`5:38: unknown key "team"`,
			`9:12: name "A" stands here twice, first in line 8`,
			`9:6: tier "A" gives 11.00 points, its item at most 10.00`,
			`9:6: "A": nobody can reach it, the one before it begins no higher`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, problems := read(t, context, c.text); !cmp.Equal(problems, c.want) {
				t.Errorf("(-got, +want):\n%s", cmp.Diff(problems, c.want))
			}
		})
	}
}

// Every example of the reference is a rule.
func TestExamples(t *testing.T) {
	wide := context
	wide.Bound, wide.Section = 100_00, 100_00
	for _, doc := range rule.Kinds() {
		r, problems := read(t, wide, doc.Example)
		if len(problems) > 0 {
			t.Errorf("%s: %s", doc.Kind, strings.Join(problems, "\n"))
		}
		if r != nil && r.Kind() != doc.Kind {
			t.Errorf("%s: the example is of the kind %q", doc.Kind, r.Kind())
		}
	}
}
