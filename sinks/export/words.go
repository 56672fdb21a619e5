package export

import (
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// word returns what an export calls something, in the language; a key without words is its own word.
func (l Lang) word(key string) string {
	t, ok := words[key]
	if !ok {
		return key
	}
	return l.in(t)
}

// Role returns what a role is called in the language.
func (l Lang) Role(r policy.Role) string { return l.word("role." + string(r)) }

func (l Lang) status(s score.Status) string {
	return strings.TrimPrefix(l.word("status."+string(s)), "status.")
}
func (l Lang) kind(k kind) string { return l.word("kind." + string(k)) }

func each[T, U any](all []T, f func(T) U) []U {
	list := make([]U, len(all))
	for i, v := range all {
		list[i] = f(v)
	}
	return list
}

// words are those of the tables and of the cards. Keys of facts and sums are also those of control.csv.
var words = map[string]document.Title{
	// sheets
	"sheet.payroll": {ZH: "工资", EN: "Payroll"}, "sheet.control": {ZH: "核对", EN: "Control"}, "sheet.lines": {ZH: "评分明细", EN: "Lines"},
	"sheet.missing": {ZH: "缺失项", EN: "Missing"}, "sheet.proposals": {ZH: "建议", EN: "Proposals"}, "sheet.interviews": {ZH: "面谈", EN: "Interviews"},
	"sheet.adjustments": {ZH: "调整", EN: "Adjustments"}, "sheet.draft": {ZH: "草稿", EN: "DRAFT"},

	// columns
	"kind": {ZH: "类别", EN: "kind"}, "month": {ZH: "月份", EN: "month"}, "agent": {ZH: "工号", EN: "agent"}, "name": {ZH: "姓名", EN: "name"},
	"team": {ZH: "班组", EN: "team"}, "total": {ZH: "总分", EN: "total"}, "grade": {ZH: "等级", EN: "grade"}, "pay": {ZH: "应发合计", EN: "pay"},
	"amount": {ZH: "金额", EN: "pay"}, "currency": {ZH: "币种", EN: "currency"}, "reason": {ZH: "原因", EN: "reason"},
	"run": {ZH: "核算编号", EN: "run"}, "card": {ZH: "评分卡校验值", EN: "card hash"}, "section": {ZH: "部分", EN: "section"}, "item": {ZH: "项目", EN: "item"},
	"rule": {ZH: "条款", EN: "rule"}, "rule-title": {ZH: "条款名称", EN: "rule in words"}, "status": {ZH: "状态", EN: "status"},
	"points": {ZH: "分值合计", EN: "points"}, "nominal": {ZH: "分值", EN: "points"}, "taken": {ZH: "实际得扣分", EN: "counted"}, "text": {ZH: "说明", EN: "explanation"},
	"decisions": {ZH: "适用解释", EN: "decisions"}, "claimed": {ZH: "已计入条款", EN: "counted by"}, "small": {ZH: "样本过小", EN: "small sample"},
	"evidence": {ZH: "证据数", EN: "evidence"}, "within": {ZH: "面谈期限（公布后天数）", EN: "within days of publication"}, "difference": {ZH: "差额", EN: "difference"},
	"before.total": {ZH: "原总分", EN: "total before"}, "before.grade": {ZH: "原等级", EN: "grade before"}, "before.pay": {ZH: "原金额", EN: "pay before"},
	"after.total": {ZH: "新总分", EN: "total after"}, "after.grade": {ZH: "新等级", EN: "grade after"}, "after.pay": {ZH: "新金额", EN: "pay after"},
	"what": {ZH: "内容", EN: "what"}, "value": {ZH: "数值", EN: "value"}, "sheet-says": {ZH: "按工资表计算", EN: "added up from the sheet"}, "check": {ZH: "核对结果", EN: "check"},
	"yes": {ZH: "是", EN: "yes"}, "no": {ZH: "否", EN: "no"},

	// kinds of rows
	"kind.month": {ZH: "本月", EN: "month"}, "kind.reversal": {ZH: "冲回", EN: "reversal"}, "kind.new": {ZH: "重算", EN: "new"},

	// facts
	"draft": {ZH: "草稿", EN: "draft"}, "company": {ZH: "公司", EN: "company"}, "policy": {ZH: "考核办法", EN: "policy"}, "policy.title": {ZH: "办法名称", EN: "policy title"},
	"policy.hash": {ZH: "办法校验值", EN: "policy hash"}, "calendar": {ZH: "工作日历", EN: "calendar"}, "decide": {ZH: "另选解释", EN: "other readings"},
	"run.input": {ZH: "输入校验值", EN: "input hash"}, "run.result": {ZH: "结果校验值", EN: "result hash"}, "run.sequence": {ZH: "核算时的决定序号", EN: "decisions, at calculation"},
	"run.head": {ZH: "核算时的决定链校验值", EN: "head of decisions, at calculation"}, "sequence": {ZH: "导出时的决定序号", EN: "decisions, at export"},
	"head": {ZH: "导出时的决定链校验值", EN: "head of decisions, at export"}, "events": {ZH: "事件数", EN: "events"}, "duplicates": {ZH: "重复事件数", EN: "copies left out"},
	"conflicts": {ZH: "内容不一致的重复事件数", EN: "copies that differ"}, "approved": {ZH: "批准", EN: "approved"}, "published": {ZH: "公布", EN: "published"},
	"appeal_until": {ZH: "申诉截止", EN: "appeals until"}, "exported": {ZH: "本月此前已导出（不再列出）", EN: "the month itself was exported before (not listed again)"},
	"draft.mark": {ZH: "草稿：不得据此发放", EN: "DRAFT: not for payment"},

	// sums
	"rows": {ZH: "工资表行数", EN: "rows of the payroll"}, "agents": {ZH: "人数", EN: "people"}, "waiting": {ZH: "尚无结果", EN: "without result"},
	"lines": {ZH: "评分明细行数", EN: "lines of cards"}, "missing": {ZH: "缺失项", EN: "missing"}, "waived": {ZH: "豁免项", EN: "waived"},
	"proposals": {ZH: "建议", EN: "proposals"}, "interviews": {ZH: "需面谈", EN: "interviews"}, "adjustments": {ZH: "调整", EN: "adjustments"},
	"pay.month": {ZH: "本月合计", EN: "of the month"}, "pay.reversals": {ZH: "冲回合计", EN: "reversals"}, "pay.new": {ZH: "重算合计", EN: "new"},
	"grade.agents": {ZH: "%s 级人数", EN: "people with %s"}, "grade.pay": {ZH: "%s 级合计", EN: "pay of %s"},

	// cards
	"card.title": {ZH: "绩效评分卡", EN: "Scorecard"}, "card.result": {ZH: "结果", EN: "Result"}, "card.summary": {ZH: "评分表", EN: "Scores"},
	"card.waits":     {ZH: "尚有待评项目，暂无总分、等级和金额", EN: "Something is still missing: no total, grade or pay yet"},
	"card.corrected": {ZH: "更正：本卡取代已公布的评分卡", EN: "Corrected: this card replaces the one that was published"},
	"card.was":       {ZH: "公布时：", EN: "As published:"}, "card.none": {ZH: "无评分卡", EN: "no card"},
	"card.claimed":  {ZH: "该事项已计入：", EN: "already counted by"},
	"card.small":    {ZH: "样本过小", EN: "small sample"},
	"card.evidence": {ZH: "证据", EN: "evidence"}, "card.decisions": {ZH: "条款解释", EN: "Decisions in force"},
	"card.decisions.note": {ZH: "制度文字不明确之处，按下列解释执行。", EN: "Where the text of the policy is ambiguous, it is read like this."},
	"card.whole":          {ZH: "作用于整个部分的扣分", EN: "Taken from the whole section"},
	"card.grading":        {ZH: "涉及等级和金额", EN: "For grades and pay"},
	"card.proposals":      {ZH: "以下仅为建议，由负责人决定，系统不会自动执行。", EN: "For people to decide. Nothing is done because of it."},
	"column.title":        {ZH: "考核项目", EN: "item"}, "column.rules": {ZH: "评分标准", EN: "rules"}, "column.points": {ZH: "分值", EN: "points"},
	"column.given": {ZH: "得分", EN: "given"}, "column.remark": {ZH: "备注", EN: "remarks"},
	"date": {ZH: "日期", EN: "date"}, "source": {ZH: "来源", EN: "source"}, "subject": {ZH: "对象", EN: "subject"}, "event": {ZH: "事件", EN: "event"},
	"against": {ZH: "不利", EN: "against"}, "note": {ZH: "备注", EN: "note"}, "decision": {ZH: "解释", EN: "decision"}, "question": {ZH: "问题", EN: "question"},
	"reading": {ZH: "采用", EN: "reading"},
	"carried": {ZH: "以前月份结转", EN: "carried"}, "why.carried": {ZH: "%s 结转", EN: "carried from %s"}, "why.limit": {ZH: "总分限额", EN: "limit of the total"},
	"why.gives": {ZH: "%s：得 %s / %s", EN: "%s: %s of %s"}, "why.rest": {ZH: "%s：其他限额", EN: "%s: other limits"},

	// statuses
	"status.gives": {ZH: "得分", EN: "gives"}, "status.takes": {ZH: "扣分", EN: "takes"}, "status.already-counted": {ZH: "已计入", EN: "already counted"},
	"status.not-reached": {ZH: "未达次数", EN: "not reached"}, "status.shown": {ZH: "仅列示", EN: "shown"}, "status.missing": {ZH: "待评", EN: "missing"},
	"status.waived": {ZH: "豁免", EN: "waived"}, "status.proposal": {ZH: "建议", EN: "proposal"},

	// roles
	"role.agent": {ZH: "员工", EN: "agent"}, "role.reviewer": {ZH: "质检员", EN: "reviewer"}, "role.supervisor": {ZH: "主管", EN: "supervisor"},
	"role.manager": {ZH: "经理", EN: "manager"}, "role.leader": {ZH: "分管领导", EN: "leader"}, "role.panel": {ZH: "评审组", EN: "panel"}, "role.hr": {ZH: "人事", EN: "HR"},
	"role.finance": {ZH: "财务", EN: "finance"}, "role.general-manager": {ZH: "总经理", EN: "general manager"}, "role.auditor": {ZH: "审计", EN: "auditor"},
}
