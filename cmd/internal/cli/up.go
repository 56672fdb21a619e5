package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// upFlags are the flags of up.
type upFlags struct {
	target
	kafka      []string
	clickhouse string
	listen     string
	noIngest   bool
}

func newUp(env Env) *cobra.Command {
	var f upFlags
	cmd := &cobra.Command{
		Use:   "up --data DIR",
		Short: "Run everything in the foreground: broker, engine and ingest",
		Long: `Run a Kafka broker, a ClickHouse engine and ingest, with all data in one folder, until SIGINT or SIGTERM.
The engine is fetched by npm once, checked, and cached. When everything answers, "ready" and the
addresses are printed and DIR/endpoints.json tells other verbs (--data DIR) where everything is. A second
start on the same folder continues with the data that is there, also after a power cut.

With --kafka or --clickhouse, or a configuration that names them, servers of your own are used instead.`,
		Example: `  deskpulse up --data ./data
  deskpulse up --data ./data --listen 127.0.0.1:9464
  deskpulse up --data ./data --kafka kafka-1:9092,kafka-2:9092 --clickhouse clickhouse:9000`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&f.data, "data", "", "`folder` of all data; made if it is missing")
	cmd.Flags().StringVar(&f.config, "config", "", "configuration `file` (see docs/config.md)")
	cmd.Flags().StringSliceVar(&f.kafka, "kafka", nil, "use this Kafka cluster, `host:port`, instead of the embedded broker")
	cmd.Flags().StringVar(&f.clickhouse, "clickhouse", "", "use this ClickHouse server, `host:port` of the native protocol, instead of the embedded engine")
	cmd.Flags().StringVar(&f.listen, "listen", "", "`host:port` of /metrics and /healthz (default: a free port of this machine)")
	cmd.Flags().BoolVar(&f.noIngest, "no-ingest", false, "leave ingest to processes of `deskpulse ingest`")
	_ = cmd.MarkFlagRequired("data")
	_ = cmd.MarkFlagDirname("data")
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runUp(ctx, env, f) })
	return cmd
}

func runUp(ctx context.Context, env Env, f upFlags) error {
	if f.data == "" {
		return usagef("--data is empty: want the folder of all data")
	}
	c, err := f.configuration(env)
	if err != nil {
		return err
	}
	bar := newFetchBar(env)
	defer bar.close()
	return app.Up(ctx, app.UpConfig{Dir: f.data, Config: c, NoIngest: f.noIngest, Version: env.Version}, app.UpDeps{
		Logger:   c.Log.Logger(env.Err),
		Progress: bar.report,
		Ready: func(e embedded.Endpoints) {
			bar.close()
			showReady(env.Out, f.data, e, f.noIngest)
		},
	})
}

// configuration returns the file's, or the defaults, with the flags over it. What `up` itself starts has no address yet,
// so only what is known is checked here: the rest is when everything has started.
func (f *upFlags) configuration(env Env) (config.Config, error) {
	c := config.Default()
	if f.config != "" {
		var err error
		if c, err = config.Load(f.config, env.Getenv); err != nil {
			return c, usageError{err}
		}
	}
	c.ApplyEnvironment(env.Getenv)
	if len(f.kafka) > 0 {
		c.Kafka.Brokers = f.kafka
	}
	if f.clickhouse != "" {
		c.ClickHouse.Addresses = []string{f.clickhouse}
	}
	if f.listen != "" {
		c.Metrics.Listen = f.listen
	}
	checked := c
	app.UseEndpoints(&checked, placeholders(c))
	_, err := validated(checked, nil)
	return c, err
}

// placeholders stand for the addresses of what is not started yet.
func placeholders(c config.Config) embedded.Endpoints {
	e := embedded.Endpoints{Kafka: c.Kafka.Brokers, ClickHouse: embedded.Endpoint{Native: "127.0.0.1:0"}}
	if len(e.Kafka) == 0 {
		e.Kafka = []string{"127.0.0.1:0"}
	}
	if len(c.ClickHouse.Addresses) > 0 {
		e.ClickHouse.Native = c.ClickHouse.Addresses[0]
	}
	return e
}

// showReady prints the addresses, and "ready" on a line of its own, by which scripts know.
func showReady(w io.Writer, dir string, e embedded.Endpoints, noIngest bool) {
	fmt.Fprintf(w, "ready\n\n")
	fmt.Fprintf(w, "  kafka       %s\n", strings.Join(e.Kafka, ","))
	fmt.Fprintf(w, "  clickhouse  %s (native)", e.ClickHouse.Native)
	if e.ClickHouse.HTTP != "" {
		fmt.Fprintf(w, ", http://%s", e.ClickHouse.HTTP)
	}
	fmt.Fprintf(w, ", user %s\n", e.ClickHouse.User)
	fmt.Fprintf(w, "  metrics     http://%s/metrics, http://%s/healthz\n", e.HTTP, e.HTTP)
	if noIngest {
		fmt.Fprintf(w, "  ingest      not here: run `deskpulse ingest --data %s`\n", dir)
	}
	fmt.Fprintf(w, "  data        %s\n\n", dir)
	fmt.Fprintf(w, "Other verbs find this with --data %s. Ctrl-C stops it.\n", dir)
}
