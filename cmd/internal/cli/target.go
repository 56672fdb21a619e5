package cli

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// target are the flags --data and --config, with which a verb finds Kafka and ClickHouse.
type target struct{ data, config string }

func (t *target) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.data, "data", "", "`folder` of a running up, which knows all addresses")
	cmd.Flags().StringVar(&t.config, "config", "", "configuration `file` (see docs/config.md)")
	_ = cmd.MarkFlagDirname("data")
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
}

// resolve returns the configuration: that of --config or, without it, the one `up` runs with, or the defaults; over it
// the addresses of the running `up`.
func (t *target) resolve(env Env) (config.Config, error) {
	if t.data == "" && t.config == "" {
		return config.Config{}, usagef("no place to work on: give --data DIR of a running `deskpulse up`, or --config FILE")
	}
	if t.data == "" {
		c, err := config.Load(t.config, env.Getenv)
		return validated(c, err)
	}
	endpoints, err := embedded.ReadEndpoints(t.data)
	if err != nil {
		return config.Config{}, err
	}
	c, err := t.load(env)
	app.UseEndpoints(&c, endpoints)
	return validated(c, err)
}

// load reads the file that applies when addresses come from elsewhere.
func (t *target) load(env Env) (config.Config, error) {
	if t.config != "" {
		return config.Load(t.config, env.Getenv)
	}
	c, err := config.Load(filepath.Join(t.data, app.ConfigName), env.Getenv)
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	return c, err
}

func validated(c config.Config, err error) (config.Config, error) {
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return c, usageError{err}
	}
	return c, nil
}
