package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
)

func newIngest(env Env) *cobra.Command {
	var (
		t       target
		listen  string
		profile string
	)
	cmd := &cobra.Command{
		Use:   "ingest",
		Short: "Run ingest alone: from Kafka into ClickHouse, exactly once",
		Long: `Run one ingest process until SIGINT or SIGTERM. Any number of them share the partitions of the streams;
when one ends or is killed the others take over where it was. Kafka or ClickHouse being away, at the start
or later, is waited out: nothing is lost.

--cpu-profile writes where the processor time went, from the start to the end, for ` + "`go tool pprof`" + `; its label
"stage" tells fetching, decoding, encoding and sending apart.`,
		Example: `  deskpulse ingest --data ./data
  deskpulse ingest --config /etc/deskpulse.yaml --listen :9464`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
	}
	t.add(cmd)
	cmd.Flags().StringVar(&listen, "listen", "", "`host:port` of /metrics and /healthz (default: a free port of this machine)")
	cmd.Flags().StringVar(&profile, "cpu-profile", "", "write a processor profile to this `file` when it ends")
	cmd.RunE = verb(func(ctx context.Context, _ []string) (err error) {
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		switch {
		case listen != "":
			c.Metrics.Listen = listen
		case t.config == "":
			// The port in the configuration of `up` is that of `up`.
			c.Metrics.Listen = "127.0.0.1:0"
		}
		if _, err := validated(c, nil); err != nil {
			return err
		}
		stop, err := startProfile(profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
		return app.Ingest(ctx, c, env.Version, c.Log.Logger(env.Err), func(addr string) {
			fmt.Fprintf(env.Out, "ready\n\n  metrics  http://%s/metrics, http://%s/healthz\n", addr, addr)
		})
	})
	return cmd
}
