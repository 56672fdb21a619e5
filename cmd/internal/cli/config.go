package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
)

func newConfig(env Env) *cobra.Command {
	return parent("config", "Check and show the configuration", groupCare, newConfigCheck(env), newConfigDump(env))
}

func newConfigCheck(env Env) *cobra.Command {
	var forUp bool
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a configuration file",
		Long: `Check a configuration file without connecting to anything. Unknown keys and wrong types are shown
with line and column; every other fault is listed with the path of its key. Exit code 2 when there is one.`,
		Example: `  deskpulse config check /etc/deskpulse.yaml
  deskpulse config check streams.yaml --up`,
		Args: oneFile,
	}
	cmd.Flags().BoolVar(&forUp, "up", false, "the file is for up --config, which brings what has no address in it")
	cmd.RunE = verb(func(_ context.Context, args []string) error {
		c, err := config.Load(args[0], env.Getenv)
		if forUp {
			app.UseEndpoints(&c, placeholders(c))
		}
		c, err = validated(c, err)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Out, "%s: ok (%s)\n", args[0], counted(len(c.Streams), "stream", "streams"))
		return err
	})
	return cmd
}

func newConfigDump(env Env) *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "dump",
		Short: "Print the effective configuration",
		Long: `Print the configuration in effect as YAML: the defaults, over them the file, over it the environment,
over it the addresses of a running ` + "`up`" + `. Secrets print as <secret>. Without flags: the defaults.`,
		Example: `  deskpulse config dump
  deskpulse config dump --config /etc/deskpulse.yaml
  deskpulse config dump --data ./data`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	cmd.RunE = verb(func(context.Context, []string) error {
		c := config.Default()
		if t != (target{}) {
			var err error
			if c, err = t.resolve(env); err != nil {
				return err
			}
		}
		return c.Dump(env.Out)
	})
	return cmd
}
