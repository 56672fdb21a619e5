package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The groups in which the verbs are listed.
const (
	groupRun   = "run"
	groupData  = "data"
	groupMonth = "month"
	groupCare  = "care"
)

// newRoot returns the command line with all its verbs.
func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "deskpulse",
		Short: "Streaming metrics for customer-service teams",
		Long: `deskpulse turns what happens in customer service into numbers people can act on: events arrive in
Kafka, land in ClickHouse exactly once and provably, and a month of them becomes each agent's
efficiency tier, points, grade and pay, which people score, approve, publish and hand to payroll.

Exit codes: 0 all is well; 1 the verb failed, or the decision was refused; 2 wrong usage, configuration or
name; 3 the verb ran but the answer is not clean (verify found something, a month waits for somebody's word).`,
		Example: `  deskpulse demo
  deskpulse up --data ./data
  deskpulse tiers --data ./data --policy express-cs --month 2026-10
  deskpulse close --data ./data --policy express-cs --month 2026-10`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noWord,
		RunE:              showHelp,
		DisableAutoGenTag: true,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w (see `%s --help`)", err, cmd.CommandPath())
	})
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run:"},
		&cobra.Group{ID: groupData, Title: "Bring data in, get numbers out:"},
		&cobra.Group{ID: groupMonth, Title: "Close a month:"},
		&cobra.Group{ID: groupCare, Title: "Check and care:"},
	)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", maxWidth)))
	root.SetHelpCommandGroupID(groupCare)
	root.SetCompletionCommandGroupID(groupCare)
	root.AddCommand(
		newDemo(env), newUp(env), newIngest(env),
		newImport(env), newSimulate(env), newTiers(env),
		newClose(env), newScore(env), newApprove(env), newPublish(env), newExport(env), newCard(env),
		newAppeal(env), newIncident(env), newAdjust(env), newActivate(env),
		newPolicy(env), newVerify(env), newDoctor(env), newDeadLetter(env), newMigrate(env), newConfig(env), newCalendar(env), newVersion(env),
	)
	fit(root)
	return root
}

// fit breaks descriptions and examples of a command, and of those below, into lines that fit the width. Verbs need not count
// columns.
func fit(cmd *cobra.Command) {
	paragraphs := strings.Split(cmd.Long, "\n\n")
	for i, p := range paragraphs {
		if !strings.HasPrefix(p, " ") && !strings.Contains(p, "\n ") && !strings.Contains(p, "\n- ") { // what is laid out stays so
			paragraphs[i] = wrap("", p)
		}
	}
	cmd.Long = strings.Join(paragraphs, "\n\n")
	var examples []string
	for _, line := range strings.Split(cmd.Example, "\n") {
		examples = append(examples, continued(line)...)
	}
	cmd.Example = strings.Join(examples, "\n")
	for _, sub := range cmd.Commands() {
		fit(sub)
	}
}

// continued breaks a command line before a flag, as a shell lets people do.
func continued(line string) []string {
	const more = " \\"
	var lines []string
	for len(line) > maxWidth {
		i := strings.LastIndex(line[:maxWidth-len(more)+1], " --")
		if i <= 0 || strings.TrimSpace(line[:i]) == "" {
			break
		}
		lines, line = append(lines, line[:i]+more), "     "+line[i:]
	}
	return append(lines, line)
}

// parent returns a command that only groups others: alone it shows its help, with an unknown word it fails.
func parent(use, short, group string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, GroupID: group, Args: noWord, RunE: showHelp}
	cmd.AddCommand(verbs...)
	return cmd
}

func showHelp(cmd *cobra.Command, _ []string) error {
	cmd.Annotations = map[string]string{begun: "yes"}
	return cmd.Help()
}

// noWord refuses a word that is no verb, and names those that were probably meant.
func noWord(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q? ", strings.Join(near, `" or "`))
	}
	return fmt.Errorf("unknown command %q (%ssee `%s --help`)", args[0], hint, cmd.CommandPath())
}

// oneFile wants one argument, a file.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one FILE, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}
