package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"
)

func newVersion(env Env) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Print the version of this binary, of Go, and the platform it was built for.",
		Example: "  deskpulse version --output json",
		GroupID: groupCare,
		Args:    cobra.NoArgs,
	}
	out.add(cmd)
	cmd.RunE = verb(func(context.Context, []string) error {
		v := map[string]string{"version": env.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
		return out.show(env.Out, v, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "deskpulse %s (%s, %s)\n", v["version"], v["go"], v["platform"])
			return err
		})
	})
	return cmd
}
