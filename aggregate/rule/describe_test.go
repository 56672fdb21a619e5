package rule_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/google/go-cmp/cmp"
)

// What each kind of rule says of itself, and the most that it gives and takes.
func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		text        string
		en, zh      string
		gives, take string
		queries     []string
		competes    bool
	}{
		{"kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: a, operator: \">=\", value: 80, points: 5}\n  - {name: b, operator: \">\", value: 60.5, points: 10}\n  - {name: c, points: 0.5}",
			"Satisfaction: ≥ 80.00 → 5, > 60.50 → 10, else 0.5", "客户满意度：≥ 80.00 → 5, > 60.50 → 10, 其余 0.5 分", "10.00", "0.00", []string{"satisfaction population=all"}, false},
		{"kind: bands\nmeasure: {metric: handle_time}\nbands:\n  - {name: a, operator: \"<=\", value: 40s, points: 10}\n  - {name: b, operator: \"<\", value: 60s, points: 6}\n  - {name: c, points: 0}",
			"Handle time: ≤ 40.0 s → 10, < 60.0 s → 6, else 0", "平均处理时长：≤ 40.0 s → 10, < 60.0 s → 6, 其余 0 分", "10.00", "0.00", []string{"handle_time"}, false},
		{"kind: bands\nmeasure: {metric: email_on_time}\nbands:\n  - {name: a, operator: \">=\", value: 97.5, points: 10}\n  - {name: c, points: 0}",
			"E-mails answered in time: ≥ 97.5 % → 10, else 0", "邮件及时率：≥ 97.5 % → 10, 其余 0 分", "10.00", "0.00", []string{"email_on_time target=working:2h promise=ignored closed=owed channels=email population=all credit=assignee-at-due"}, false},
		{"kind: comment",
			"judged in words, no points", "写评语，不计分", "0.00", "0.00", nil, false},
		{"kind: count-threshold\nwhen: incident.serious\nat_least: 3\npoints: 10",
			"3 or more in the month take 10 points of the item", "当月满 3 次，扣除本项 10 分", "0.00", "10.00", nil, true},
		{"kind: count-threshold\nwhen: incident.serious\noperator: \">\"\nat_least: 3\npoints: 10.25\nscope: section\nwindow: year\ngroup_by: same_kind",
			"4 or more of one kind in the calendar year take 10.25 points of the section", "本日历年内同类满 4 次，扣除本部分 10.25 分", "0.00", "10.25", nil, true},
		{"kind: deduction\nof: incident\nwhen: incident.serious\neach: 1.50",
			"takes 1.5 points for each incident", "每次扣 1.5 分", "0.00", "1.50", nil, true},
		{"kind: deduction\nof: finding\nwhen: 'finding.id == \"contempt\"'\neach: 5",
			"takes 5 points for each finding", "每次扣 5 分", "0.00", "5.00", nil, false},
		{"kind: deduction\nof: leave\nwhen: leave.half_day\neach: 3",
			"takes 3 points for each application", "每次申请扣 3 分", "0.00", "3.00", nil, false},
		{"kind: deduction\nof: leave\nwhen: leave.half_day\neach: 3\nper: day",
			"takes 3 points for each day", "每天扣 3 分", "0.00", "3.00", nil, false},
		{"kind: escalation\nwhen: incident.serious\nsteps: [{points: 1}, {points: 2.5}, {money: 99.99}]",
			"in the calendar year: no. 1 takes 1, no. 2 takes 2.5, no. 3 proposes a fine of 99.99", "本日历年内：第 1 次扣 1 分，第 2 次扣 2.5 分，第 3 次建议罚款 99.99", "0.00", "2.50", nil, true},
		{"kind: escalation\nwhen: incident.serious\nsteps: [{points: 2}, {points: 1}]\nbeyond: {zh: 降级, en: demotion}\nwindow: any\ngroup_by: same_kind",
			"at any time, of one kind: no. 1 takes 2, no. 2 takes 1, then proposes: demotion", "累计同类：第 1 次扣 2 分，第 2 次扣 1 分，其后建议：降级", "0.00", "2.00", nil, true},
		{"kind: excess\nmeasures: [{metric: late_count}]\nfree: 3\neach: 1",
			"Late: 3 are free together, each further one takes 1", "迟到次数合计 3 次以内不扣，其后每次扣 1 分", "0.00", "1.00", []string{"late_count grace=5m precision=minute bound=exclusive"}, false},
		{"kind: excess\nmeasures: [{metric: late_count, grace: 5m}, {metric: early_leave_count}]\nfree: 0\neach: 1\ncount: separately",
			"Late, Left early: 0 are free each, each further one takes 1", "迟到次数、早退次数分别 0 次以内不扣，其后每次扣 1 分", "0.00", "1.00", []string{"late_count grace=5m precision=minute bound=exclusive", "early_leave_count grace=5m precision=second bound=inclusive"}, false},
		{"kind: proposal\nof: absence\nproposal: {zh: 约谈, en: interview}",
			"proposes: interview (people decide, no points)", "建议：约谈（由人决定，不扣分）", "0.00", "0.00", []string{"absent_days"}, false},
		{"kind: proposal\nof: incident\nwhen: incident.serious\nproposal: {zh: 约谈, en: interview}",
			"proposes: interview (people decide, no points)", "建议：约谈（由人决定，不扣分）", "0.00", "0.00", nil, false},
		{"kind: ranged-deduction\nof: incident\nwhen: incident.serious\nfrom: 1\nto: 2.5",
			"takes 1 to 2.5 points for each, as the assessor chooses with a reason", "每次扣 1–2.5 分，由考核人选择并说明理由", "0.00", "2.50", nil, true},
		{"kind: ranged-deduction\nof: finding\nwhen: 'finding.id == \"language\"'\nfrom: 0\nto: 2",
			"takes 0 to 2 points for each, as the assessor chooses with a reason", "每次扣 0–2 分，由考核人选择并说明理由", "0.00", "2.00", nil, false},
		{"kind: rate-threshold\nmeasure: {metric: email_on_time, target: {working: 2h}}\noperator: \">=\"\npercent: 98\npoints: 8",
			"E-mails answered in time at least 98 %, else it takes 8 points", "邮件及时率须至少 98 %，否则扣 8 分", "0.00", "8.00", []string{"email_on_time target=working:2h promise=ignored closed=owed channels=email population=all credit=assignee-at-due"}, false},
		{"kind: rate-threshold\nmeasure: {metric: email_on_time, target: {working: 2h}}\noperator: \">\"\npercent: 97.5\npoints: 8",
			"E-mails answered in time more than 97.5 %, else it takes 8 points", "邮件及时率须超过 97.5 %，否则扣 8 分", "0.00", "8.00", []string{"email_on_time target=working:2h promise=ignored closed=owed channels=email population=all credit=assignee-at-due"}, false},
		{"kind: rubric\nmost: 8",
			"scored by the supervisor, 0 to 8 points", "由考核人评 0–8 分", "8.00", "0.00", nil, false},
		{"kind: sample\ntemplate: call-wording",
			"a review in the month is required before the card can be scored", "当月须有抽查，否则不能出总分", "0.00", "0.00", nil, false},
		{"kind: sample\ntemplate: call-wording\nmissing: keep",
			"without a review in the month the points are kept", "当月没有抽查则保留分数", "0.00", "0.00", nil, false},
		{"kind: shown\nmeasure: {metric: late_count}",
			"shows Late, without points", "列示迟到次数，不计分", "0.00", "0.00", []string{"late_count grace=5m precision=minute bound=exclusive"}, false},
		{"kind: tier\nmeasure: {metric: calls_per_workday, days: [attendance]}\nfigure: own-days\naverage: person-days\nmembers: {duty: calls, min_days: 1}\nnobody: excluded\ntiers:\n  - {name: A, operator: \">\", percent: 90, points: 8}\n  - {name: B, operator: \">=\", percent: 80, points: 10}\n  - {name: C, points: 0}",
			"Calls per day worked as a share of the average, A > 90 %: 8 points; B ≥ 80 %: 10 points; C below: 0 points", "人均效能与平均之比 A：> 90 %，8 分；B：≥ 80 %，10 分；C：其余，0 分", "10.00", "0.00", []string{"calls_per_workday days=attendance"}, false},
		{"kind: wipe-out\nwhen: incident.serious",
			"one incident takes 10 points of the item", "发生一次即扣除本项 10 分", "0.00", "10.00", nil, true},
		{"kind: wipe-out\nwhen: incident.serious\nscope: section",
			"one incident takes 20 points of the section", "发生一次即扣除本部分 20 分", "0.00", "20.00", nil, true},
		{"kind: wipe-out\nwhen: incident.serious\nscope: section\npoints: 12",
			"one incident takes 12 points of the section", "发生一次即扣除本部分 12 分", "0.00", "12.00", nil, true},
	} {
		t.Run(c.text, func(t *testing.T) {
			r, problems := read(t, context, c.text)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			words := r.Describe()
			got := []any{words.EN, words.ZH, r.Gives().String(), r.Takes().String(), keys(r.Queries()), rule.Competes(r)}
			want := []any{c.en, c.zh, c.gives, c.take, c.queries, c.competes}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func keys(queries []metric.Query) []string {
	var all []string
	for _, q := range queries {
		all = append(all, q.Key())
	}
	return all
}
