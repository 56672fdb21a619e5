package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// cardFlags are the flags of card.
type cardFlags struct {
	monthFlags
	language
	agent  string
	output choice
}

func newCard(env Env) *cobra.Command {
	var f cardFlags
	cmd := &cobra.Command{
		Use:   "card --month MONTH --agent AGENT",
		Short: "Print an agent's card of a month: every line, and why it is so",
		Long: `Print an agent's card as it holds: every line with what it changed and why, what it rests on, and how the
total comes about. Where an approved adjustment changed it, the card is the adjusted one, and below it stands
what was published and which lines changed since. Cards that are not those that the log of decisions noted
are refused. --output html is the card as a page to print and sign.`,
		Example: `  deskpulse card --data ./data --month 2026-10 --agent li
  deskpulse card --data ./data --month 2026-10 --agent li --lang zh
  deskpulse card --data ./data --month 2026-10 --agent li --lang zh --output html > li.html`,
		GroupID: groupMonth,
		Args:    cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	cmd.Flags().StringVar(&f.agent, "agent", "", "whose card, an `id`")
	f.output.add(cmd, "output", "o", "how to print the result", "text", "text", "json", "html")
	f.language.add(cmd)
	_ = cmd.MarkFlagRequired("agent")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			c, err := desk.Card(ctx, f.policy, month, f.agent, export.Lang(f.language))
			if err != nil {
				return err
			}
			return f.write(env.Out, c)
		})
	})
	return cmd
}

// cardJSON is a card, where it stands, and what changed of it since.
type cardJSON struct {
	monthJSON
	Run       string         `json:"run"` // that the card is of, an adjustment's where one holds
	Card      score.Card     `json:"card"`
	Corrected *correctedJSON `json:"corrected"` // null: it is as it was published, or calculated
	Changes   []cardChange   `json:"changes"`
}

// correctedJSON is what a card was before adjustments made it what it is. Published is null where there was none.
type correctedJSON struct {
	Published *resultJSON      `json:"published"`
	Why       []document.Title `json:"why"` // each line of the card that changed
}

type cardChange struct {
	Adjustment string    `json:"adjustment"`
	Approved   *stepJSON `json:"approved"`
	changeJSON
}

func cardOf(c monthend.Card) cardJSON {
	j := cardJSON{monthNamed(c.Month), c.Run, c.Card, nil, []cardChange{}}
	if c.Corrected {
		j.Corrected = &correctedJSON{resultOf(c.Was.Published), c.Was.Why}
	}
	for _, change := range c.Changes {
		j.Changes = append(j.Changes, cardChange{change.Adjustment.ID, stepOf(change.Adjustment.Approved), changeOf(change.Change, change.Why)})
	}
	return j
}

func (f *cardFlags) write(w io.Writer, c monthend.Card) error {
	switch f.output.word {
	case "html":
		if c.Corrected {
			return export.WriteCorrected(w, c.Card, c.Was, c.Page)
		}
		return export.WriteCard(w, c.Card, c.Page)
	case "json":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(cardOf(c))
	}
	return showCard(w, c, f.language)
}

// stateWords are the phases in Chinese; in English they are their names.
var stateWords = map[workflow.Phase]string{
	workflow.PhaseOpen: "未结算", workflow.PhaseCalculated: "已计算，尚有缺项", workflow.PhaseScored: "已评分，待审批",
	workflow.PhaseApproved: "已审批", workflow.PhasePublished: "已公布", workflow.PhaseExported: "已提交财务",
}

// showCard prints a card as `policy try` does, under the month's state.
func showCard(w io.Writer, c monthend.Card, l language) error {
	page := tryPage{language: l, policy: c.Policy}
	id := c.Month.ID
	page.line("", page.say("%s of %s, policy %s: %s", "%s，%s，方案 %s：%s", id.Month, id.Company, id.Policy, l.phase(c.Month.Phase)))
	page.card(&c.Card)
	if _, err := io.WriteString(w, page.out.String()); err != nil {
		return err
	}
	if c.Corrected {
		fmt.Fprintf(w, "\n%s\n", fold("", l.say("CORRECTED. As published: %s. Since then these lines changed:", "已更正。公布时：%s。其后更改的条款：", resultWords(resultOf(c.Was.Published), l))))
		for _, line := range c.Was.Why {
			fmt.Fprintln(w, fold("  · ", printable(l.of(line))))
		}
	}
	next := c.Policy.Cycle.Adjustment == policy.NextMonth
	for _, change := range c.Changes {
		a := change.Adjustment
		text := l.say("Changed by adjustment %s, approved %s:", "由调整 %s 更改，审批：%s", cut(a.ID), l.step(a.Approved))
		if next { // the card stays
			text = l.say("Found since by adjustment %s, approved %s; the difference counts in the next month:", "其后由调整 %s 发现，审批：%s；差额计入次月：", cut(a.ID), l.step(a.Approved))
		}
		fmt.Fprintf(w, "\n%s\n", fold("", text))
		if c.Corrected && len(c.Changes) == 1 {
			change.Why = nil // they are listed already
		}
		showChange(w, changeOf(change.Change, change.Why), l)
	}
	return nil
}

// step says in the language who did something, and when.
func (l language) step(s *workflow.Step) string {
	if l != chinese {
		return stepWords(s)
	}
	return fmt.Sprintf("%s（%s），%s UTC，第 %d 号决定", printable(s.By.Name), export.Lang(l).Role(s.By.Role), s.At.UTC().Format("2006-01-02 15:04"), s.Sequence)
}

func (l language) phase(p workflow.Phase) string {
	if l == chinese {
		return stateWords[p]
	}
	return string(p)
}
