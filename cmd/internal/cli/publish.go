package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func newPublish(env Env) *cobra.Command {
	var (
		f   monthFlags
		a   actorFlags
		out output
	)
	cmd := &cobra.Command{
		Use:   "publish --month MONTH",
		Short: "Show an approved month's cards to their people",
		Long: `Publish an approved month: its cards are their people's to see (deskpulse card), the time for appeals and for
interviews begins, and the month can be exported.`,
		Example: `  deskpulse publish --data ./data --month 2026-10 --by chen --role supervisor`,
		GroupID: groupMonth,
		Args:    cobra.NoArgs,
	}
	f.add(cmd)
	a.add(cmd, "the reason, if there is one")
	out.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		by, err := a.actor(env)
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			m, err := desk.Publish(ctx, f.policy, month, by, a.why)
			if err != nil {
				return err
			}
			j := struct {
				decidedJSON
				AppealUntil string `json:"appeal_until,omitempty"` // RFC 3339, UTC; absent: no appeals
			}{decidedJSON: decidedOf(m, m.Published)}
			appeals := "Nobody can appeal."
			if !m.AppealUntil.IsZero() {
				j.AppealUntil = m.AppealUntil.UTC().Format(rfc3339Milli)
				appeals = fmt.Sprintf("Appeals until %s UTC: `deskpulse appeal file`.", m.AppealUntil.UTC().Format("2006-01-02 15:04"))
			}
			return out.show(env.Out, j, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%s\n%s\n%s\n", doneWords(m, "published", m.Published), appeals,
					fold("Next: ", fmt.Sprintf("`deskpulse card --month %s --agent AGENT` for each, `deskpulse export --month %s --out FOLDER` for finance.", month, month)))
				return err
			})
		})
	})
	return cmd
}
