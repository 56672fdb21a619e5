package monthend

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Judgement is what a person says about an agent under a rule: points, words, or that the card does without.
type Judgement struct {
	Line   int // of the file it was read from; 0: it was not
	Agent  string
	Rule   string // "rule", or "rule/incident" where each is judged by itself
	Points *amount.Points
	Waived bool
	Reason string
}

// JudgeRequest is what one person says at once: all of it counts, or none.
type JudgeRequest struct {
	Policy     string
	Month      calendar.Month
	Judgements []Judgement
	By         workflow.Actor
	Why        string
	Appeal     string // after the lock: the upheld appeal that it follows from
	Replace    bool   // takes the place of what others said, too
}

// Judge checks what somebody says against the policy, all of it, and decides it.
func (d *Desk) Judge(ctx context.Context, r JudgeRequest) (workflow.Month, error) {
	state, month, err := d.calculated(ctx, r.Policy, r.Month)
	if err != nil {
		return month, err
	}
	use, err := frozenRules(state, month)
	if err != nil {
		return month, err
	}
	if err := checkJudgements(use.policy, month, r); err != nil {
		return month, err
	}
	action := workflow.SetScores{Month: month.ID, Appeal: r.Appeal}
	for _, j := range r.Judgements {
		if j.Waived {
			action.Waivers = append(action.Waivers, workflow.Waiver{Agent: j.Agent, Rule: j.Rule, Reason: cmp.Or(j.Reason, r.Why)})
			continue
		}
		action.Scores = append(action.Scores, workflow.Score{Agent: j.Agent, Rule: j.Rule, Points: j.Points, Reason: cmp.Or(j.Reason, r.Why)})
	}
	return d.after(ctx, state, month, r.By, r.Why, action)
}

// JudgementError lists what is wrong with what somebody says.
type JudgementError struct{ Problems []string }

// Error puts each problem on a line.
func (e *JudgementError) Error() string { return strings.Join(e.Problems, "\n") }

func checkJudgements(p *policy.Policy, m workflow.Month, r JudgeRequest) error {
	all, said := r.Judgements, standing(m)
	var problems []string
	seen := map[[2]string]int{}
	for _, j := range all {
		where := ""
		if j.Line > 0 {
			where = fmt.Sprintf("line %d: ", j.Line)
		}
		key := [2]string{j.Agent, j.Rule}
		switch first, twice := seen[key]; {
		case twice:
			problems = append(problems, fmt.Sprintf("%sagent %q, rule %q: it stands in line %d already", where, j.Agent, j.Rule, first))
		case !slices.Contains(m.People, j.Agent):
			problems = append(problems, fmt.Sprintf("%s%v", where, &document.Unknown{What: "agent with a card in " + m.ID.Month.String(), Name: j.Agent, Known: m.People}))
		default:
			err := checkJudgement(p, j, r.Appeal != "")
			if by, ok := said[key]; err == nil && ok && by.Name != r.By.Name && !r.Replace {
				err = fmt.Errorf("rule %q: %s has judged it already (--replace takes its place)", j.Rule, by)
			}
			if err != nil {
				problems = append(problems, fmt.Sprintf("%sagent %q: %v", where, j.Agent, err))
			}
		}
		seen[key] = j.Line
	}
	if len(all) == 0 {
		problems = append(problems, "nobody is scored")
	}
	if len(problems) > 0 {
		return &JudgementError{problems}
	}
	return nil
}

// standing returns whose word stands about each line that people have judged.
func standing(m workflow.Month) map[[2]string]workflow.Actor {
	by := map[[2]string]workflow.Actor{}
	for _, g := range m.Scores {
		by[[2]string{g.Agent, g.Rule}] = g.By
	}
	for _, w := range m.Waivers {
		by[[2]string{w.Agent, w.Rule}] = w.By
	}
	return by
}

// checkJudgement checks one word against the rule that it is about. After an upheld appeal it may be a relief.
func checkJudgement(p *policy.Policy, j Judgement, appeal bool) error {
	placed, err := ruleNamed(p, j.Rule)
	if err != nil {
		return err
	}
	r := placed.Rule.Rule
	_, of, each := strings.Cut(j.Rule, "/")
	switch {
	case each && !rule.TakesChoice(r):
		return fmt.Errorf("rule %q: nobody judges single incidents of it: want --rule %s", j.Rule, placed.Rule.ID)
	case appeal && !each && rule.TakesRelief(r):
		return checkRelief(placed, j)
	}
	err = checkUnder(r, j, each && of != "")
	if err != nil && !appeal && rule.TakesRelief(r) {
		return fmt.Errorf("%w; only an upheld appeal says how many points it %s in all instead", err, moves(r))
	}
	return err
}

// checkRelief checks how many points a rule takes or gives in all, by an upheld appeal.
func checkRelief(at policy.Placed, j Judgement) error {
	id, r := at.Rule.ID, at.Rule.Rule
	switch {
	case j.Waived && !rule.TakesReliefByWaiver(r):
		return fmt.Errorf("rule %q: by appeal it wants the points that it %s on this card in all, no waiver", id, moves(r))
	case j.Reason == "":
		return fmt.Errorf("rule %q: a relief needs a reason", id)
	case j.Waived:
		return nil
	case j.Points == nil:
		return fmt.Errorf("rule %q: the points are missing, and that is not 0: by appeal they are those that it %s on this card in all", id, moves(r))
	case !at.Relieves(*j.Points):
		return fmt.Errorf("rule %q: by appeal it %s 0 to %s points on this card in all, not %s", id, moves(r), rule.Short(at.Bound()), rule.Short(*j.Points))
	}
	return nil
}

// moves says what a rule does with points: "takes", or "gives".
func moves(r rule.Rule) string {
	if r.Gives() > 0 {
		return "gives"
	}
	return "takes"
}

// ruleNamed returns the rule of a line: "rule", or "rule/incident".
func ruleNamed(p *policy.Policy, line string) (policy.Placed, error) {
	name, _, _ := strings.Cut(line, "/")
	var known []string
	for placed := range p.Rules() {
		if placed.Rule.ID == name {
			return placed, nil
		}
		known = append(known, placed.Rule.ID)
	}
	return policy.Placed{}, &document.Unknown{What: "rule", Name: name, Known: known}
}

func checkUnder(r rule.Rule, j Judgement, each bool) error {
	switch {
	case j.Waived && !rule.TakesWaiver(r):
		return fmt.Errorf("rule %q waits for nothing that somebody could waive", j.Rule)
	case j.Waived && j.Reason == "":
		return fmt.Errorf("rule %q: a waiver needs a reason", j.Rule)
	case j.Waived:
		return nil
	case rule.TakesComment(r) && (j.Points != nil || j.Reason == ""):
		return fmt.Errorf("rule %q takes words, and no points", j.Rule)
	case rule.TakesComment(r):
		return nil
	case rule.TakesChoice(r) && !each:
		return fmt.Errorf("rule %q takes points for each incident or finding: want %s/NAME", j.Rule, j.Rule)
	case !rule.TakesChoice(r) && !rule.TakesScore(r):
		return fmt.Errorf("rule %q takes no score", j.Rule)
	case j.Points == nil:
		return fmt.Errorf("rule %q: the points are missing, and that is not 0", j.Rule)
	case !rule.Allows(r, *j.Points):
		return fmt.Errorf("rule %q: %s points are not in its range: %s", j.Rule, j.Points, r.Describe().EN)
	case rule.TakesChoice(r) && j.Reason == "":
		return fmt.Errorf("rule %q: a choice needs a reason", j.Rule)
	}
	return nil
}
