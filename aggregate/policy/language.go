package policy

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Object is one kind of object that a policy file consists of. The reference of the language and the JSON Schema are made
// of these.
type Object struct {
	Name string
	Doc  string
	Keys []rule.Key
}

const (
	required = true
	optional = false
)

// Language returns the objects of a policy file, the file itself first. The keys of each kind of rule are in
// [rule.Kinds], those of a measure in [metric.AllSettings].
func Language() []Object {
	return []Object{policyObject, vocabularyObject, termObject, incidentsObject, cycleObject, interviewObject, sectionObject, itemObject, ruleObject,
		gradeObject, payObject, streakObject, checklistObject, groupObject, checkObject, formObject, decisionObject, readingObject}
}

var policyObject = Object{"policy", "The file: how a department assesses its people.", []rule.Key{
	{Name: "name", Type: "id", Required: required, Doc: "by which the policy is found"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "effective", Type: "date", Required: required, Doc: "the first day on which it holds"},
	{Name: "source", Type: "{zh, en}", Required: optional, Doc: "the text that it was made from"},
	{Name: "calendar", Type: "text", Required: required, Doc: "whose working days and hours count: a shipped calendar by name, or a file"},
	{Name: "currency", Type: "currency", Required: required, Doc: "of all amounts of money"},
	{Name: "vocabulary", Type: "vocabulary", Required: optional, Doc: "the names that events use, of which alone predicates and settings may speak"},
	{Name: "incidents", Type: "incidents", Required: required, Doc: "when and how an incident counts"},
	{Name: "cycle", Type: "cycle", Required: required, Doc: "who scores and approves a month, and by when"},
	{Name: "sections", Type: "list of section", Required: required, Doc: "groups of items, in the order of the card"},
	{Name: "grades", Type: "list of grade", Required: required, Doc: "from the best down; the first that a total reaches is its own, and the last has no bound and takes the rest"},
	{Name: "pay", Type: "pay", Required: required, Doc: "how pay follows from a grade"},
	{Name: "streaks", Type: "list of streak", Required: optional, Doc: "grades in a row that lead to a proposal"},
	{Name: "uses", Type: "list of {zh, en}", Required: optional, Doc: "what else the results are for"},
	{Name: "templates", Type: "list of template", Required: optional, Doc: "check lists for reviews, and the form of the card"},
	{Name: "assumed", Type: "list of text", Required: optional, Doc: "paths of what the text leaves out and the policy sets nevertheless"},
	{Name: "decisions", Type: "list of decision", Required: required, Doc: "what was decided where the text is ambiguous"},
}}

var vocabularyObject = Object{"vocabulary", "The names that the company's events use.", []rule.Key{
	{Name: "subjects", Type: "list of term", Required: optional, Doc: "what incidents are about"},
	{Name: "findings", Type: "list of term", Required: optional, Doc: "what reviews find"},
	{Name: "leaves", Type: "list of term", Required: optional, Doc: "kinds of leave"},
	{Name: "customers", Type: "list of term", Required: optional, Doc: "kinds of customers; none named: any may be in `by_kind`"},
	{Name: "duties", Type: "list of term", Required: optional, Doc: "what people on the roster are there for; none named: any may be in `members`"},
}}

var termObject = Object{"term", "One name.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "as events write it"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
}}

var incidentsObject = Object{"incidents", "When and how an incident counts.", []rule.Key{
	{Name: "month", Type: "ruling, report or conduct", Required: required, Doc: "the month in which it counts: of the ruling, of the report, or of the conduct"},
	{Name: "counts", Type: "CEL over incident", Required: required, Doc: "which incidents count at all"},
	{Name: "serious", Type: "ruling or report", Required: optional, Doc: "whose word makes it serious: of whoever rules (default), or of whoever reports it"},
	{Name: "one", Type: "heaviest or every-rule", Required: required, Doc: "what one incident costs that meets several rules: the heaviest rule takes it, or every rule does"},
}}

var cycleObject = Object{"cycle", "What happens after a month.", []rule.Key{
	{Name: "period", Type: "month", Required: required, Doc: "what is assessed"},
	{Name: "scored_by", Type: "whole number, 1 to 28", Required: required, Doc: "day of the next month by which it is scored and approved; the day itself still counts"},
	{Name: "paid_by", Type: "whole number, 1 to 28", Required: required, Doc: "day of the next month by which it is at finance"},
	{Name: "shift", Type: "before, after or none", Required: required, Doc: "where such a day moves that is a day off: to the working day before, to the one after, or nowhere"},
	{Name: "scorer", Type: "list of role", Required: required, Doc: "who may score"},
	{Name: "approver", Type: "list of role", Required: required, Doc: "who may approve; nobody scores or approves themselves"},
	{Name: "interview", Type: "interview", Required: optional, Doc: "with whom the result is talked over"},
	{Name: "appeal_days", Type: "whole number, 1 to 365", Required: optional, Doc: "days after publication in which the person may appeal; absent: no appeal"},
	{Name: "adjustment", Type: "recompute or next-month", Required: required, Doc: "what becomes of a change to a month that is closed: grade, pay and roll-ups are computed again, or it counts in the next month"},
	{Name: "average", Type: "published or recomputed", Required: optional, Doc: "with what tiers compare once a month is published: the published average (default), so that nobody's appeal moves a colleague's tier, or the average by what is known then"},
	{Name: "four_eyes", Type: "true, false", Required: optional, Doc: "whether who scored a month may not approve it as well; absent: they may, if they have both roles"},
}}

var interviewObject = Object{"interview", "With whom the result is talked over.", []rule.Key{
	{Name: "below", Type: "name", Required: required, Doc: "a grade: everybody in a lower one"},
	{Name: "within_days", Type: "whole number, 1 to 365", Required: required, Doc: "after publication"},
}}

var sectionObject = Object{"section", "A group of items with points of its own. It loses no more than these and gives no more.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique among the sections"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "points", Type: "points", Required: required, Doc: "the most that it gives"},
	{Name: "order", Type: "wipe-outs-first or by-time", Required: optional, Doc: "in which order deductions act on what is left: wipe-outs and thresholds first (default), or all by time"},
	{Name: "items", Type: "list of item", Required: required, Doc: "scored lines"},
}}

var itemObject = Object{"item", "A scored line.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique within the policy"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "points", Type: "points", Required: optional, Doc: "the most that it gives; absent: it draws on the points of its section"},
	{Name: "cap", Type: "item or section", Required: optional, Doc: "where its deductions end: at its own points (default), or at its section's"},
	{Name: "note", Type: "{zh, en}", Required: optional, Doc: "what people should know"},
	{Name: "rules", Type: "list of rule", Required: required, Doc: "how it gets its points"},
}}

var ruleObject = Object{"rule", "How an item gets or loses points. Its other keys are those of its kind.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique within the policy"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "note", Type: "{zh, en}", Required: optional, Doc: "what people should know"},
	{Name: "kind", Type: "kind of rule", Required: required, Doc: "what it does; see the kinds of rules"},
}}

var gradeObject = Object{"grade", "A grade and what it pays.", []rule.Key{
	{Name: "name", Type: "name", Required: required, Doc: "as the card shows it"},
	{Name: "operator", Type: `">=" or ">"`, Required: optional, Doc: "how a total is compared with the points; absent in the last grade"},
	{Name: "points", Type: "points", Required: optional, Doc: "the bound; absent in the last grade"},
	{Name: "pay", Type: "money", Required: required, Doc: "for the month"},
}}

var payObject = Object{"pay", "How pay follows from a grade.", []rule.Key{
	{Name: "proration", Type: "none or calendar-days", Required: required, Doc: "what somebody gets who was there for a part of the month: all, or by calendar days of employment. Points are never prorated"},
}}

var streakObject = Object{"streak", "A grade so many months in a row, and the proposal that follows from it.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique among the streaks"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "grade", Type: "name", Required: required, Doc: "the grade"},
	{Name: "months", Type: "whole number, 2 to 120", Required: required, Doc: "how many in a row"},
	{Name: "gap", Type: "skipped or breaks", Required: required, Doc: "what a month without assessment does to it"},
	{Name: "proposal", Type: "{zh, en}", Required: required, Doc: "what is proposed; people decide"},
}}

var checklistObject = Object{"checklist", "A template by which reviewers tick what was done.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "by which reviews and rules name it"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "kind", Type: `"checklist"`, Required: required, Doc: "what it is"},
	{Name: "sample_when", Type: "CEL over call", Required: optional, Doc: "calls that are worth sampling"},
	{Name: "groups", Type: "list of group", Required: required, Doc: "its checks under headings"},
}}

var groupObject = Object{"group", "Checks under one heading.", []rule.Key{
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "the heading"},
	{Name: "checks", Type: "list of check", Required: required, Doc: "what is ticked"},
}}

var checkObject = Object{"check", "What a reviewer ticks.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique within the template"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what was done"},
}}

var formObject = Object{"form", "A template of the card on paper: it lists the policy's sections and items.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "its name"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what people call it"},
	{Name: "kind", Type: `"form"`, Required: required, Doc: "what it is"},
	{Name: "columns", Type: "list of column", Required: required, Doc: "from left to right"},
	{Name: "signatures", Type: "list of {zh, en}", Required: optional, Doc: "who signs"},
}}

var decisionObject = Object{"decision", "A named choice between readings of an ambiguous text.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "by which it is tried otherwise: --decide ID=READING"},
	{Name: "question", Type: "{zh, en}", Required: required, Doc: "what the text leaves open"},
	{Name: "chosen", Type: "id", Required: required, Doc: "the reading that holds; a policy with an undecided one is refused"},
	{Name: "chosen_by", Type: "text", Required: required, Doc: "who chose"},
	{Name: "date", Type: "date", Required: required, Doc: "when"},
	{Name: "why", Type: "{zh, en}", Required: required, Doc: "the reason"},
	{Name: "readings", Type: "list of reading", Required: required, Doc: "the ways to understand it"},
}}

var readingObject = Object{"reading", "One way to understand the text.", []rule.Key{
	{Name: "id", Type: "id", Required: required, Doc: "unique within the decision"},
	{Name: "title", Type: "{zh, en}", Required: required, Doc: "what it says"},
	{Name: "patch", Type: "path to value", Required: required, Doc: "what it sets in the policy, such as `cycle.shift: after`; members of lists are named by their id or name, measures by their metric"},
}}

// enumerations are the words behind a type that is not spelled out.
var enumerations = map[string][]string{"role": document.Texts(Roles), "column": document.Texts(Columns)}
