package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

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
		Long: `Print an agent's card as it was calculated last: every line with what it changed and why, what it rests on,
and how the total comes about. What an approved adjustment changed since is said below it. --output html is
the card as a page to print and sign.`,
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
	Run     string       `json:"run"`
	Card    score.Card   `json:"card"`
	Changes []cardChange `json:"changes"`
}

type cardChange struct {
	Adjustment string    `json:"adjustment"`
	Approved   *stepJSON `json:"approved"`
	changeJSON
}

func cardOf(c monthend.Card) cardJSON {
	j := cardJSON{monthNamed(c.Month), c.Month.Run.ID, c.Card, []cardChange{}}
	for _, change := range c.Changes {
		j.Changes = append(j.Changes, cardChange{change.Adjustment.ID, stepOf(change.Adjustment.Approved), changeOf(change.Change, change.Why)})
	}
	return j
}

func (f *cardFlags) write(w io.Writer, c monthend.Card) error {
	switch f.output.word {
	case "html":
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
	for _, change := range c.Changes {
		a := change.Adjustment
		fmt.Fprintf(w, "\n%s\n", fold("", l.say("Changed since, by adjustment %s, approved %s:", "其后由调整 %s 更改，审批：%s", cut(a.ID), stepWords(a.Approved))))
		showChange(w, changeOf(change.Change, change.Why), l)
	}
	return nil
}

func (l language) phase(p workflow.Phase) string {
	if l == chinese {
		return stateWords[p]
	}
	return string(p)
}
