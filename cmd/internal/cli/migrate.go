package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
)

func newMigrate(env Env) *cobra.Command {
	var (
		t   target
		out output
	)
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of ClickHouse up to this version",
		Long: `Apply the migrations that the database has not had yet, and print their names. Running it again applies
nothing. A database that is newer than this binary, or whose migrations were changed, is left alone.
` + "`up`" + ` does this by itself.`,
		Example: `  deskpulse migrate --config /etc/deskpulse.yaml
  deskpulse migrate --data ./data --output json`,
		GroupID: groupCare,
		Args:    cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		applied, err := app.Migrate(ctx, c, c.Log.Logger(env.Err))
		if err != nil {
			return err
		}
		result := struct {
			Applied []string `json:"applied"`
		}{append([]string{}, applied...)}
		return out.show(env.Out, result, func(w io.Writer) error {
			for _, name := range applied {
				fmt.Fprintf(w, "applied %s\n", name)
			}
			if len(applied) == 0 {
				fmt.Fprintln(w, "nothing to apply")
			}
			return nil
		})
	})
	return cmd
}
