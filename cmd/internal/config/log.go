package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// LogConfig says what is written to standard error.
type LogConfig struct {
	// Level is the least that is written: debug, info, warn or error.
	Level string `yaml:"level"`
	// Format is text for people or json for collectors.
	Format string `yaml:"format"`
}

// Validate returns every fault at once.
func (c LogConfig) Validate() error {
	var errs []error
	if err := new(slog.Level).UnmarshalText([]byte(c.Level)); err != nil {
		errs = append(errs, fmt.Errorf("level: %q is not debug, info, warn or error", c.Level))
	}
	if c.Format != "text" && c.Format != "json" {
		errs = append(errs, fmt.Errorf("format: %q is not text or json", c.Format))
	}
	return errors.Join(errs...)
}

// Logger returns the logger of a valid configuration.
func (c LogConfig) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	// Validate has read the same text; what it refuses is logged at info.
	_ = level.UnmarshalText([]byte(c.Level))
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
