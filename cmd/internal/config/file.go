package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Load reads a file over the defaults and the environment over the file. It does not validate, because the caller may
// still add the addresses of a running `deskpulse up`. Unknown keys and wrong types are errors with line and column.
func Load(path string, getenv func(string) string) (Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	c, err := Parse(b)
	if err != nil {
		return Config{}, fmt.Errorf("read config %q: %w", path, err)
	}
	c.ApplyEnvironment(getenv)
	return c, nil
}

// Parse reads YAML over the defaults.
func Parse(b []byte) (Config, error) {
	c := Default()
	var content any
	if err := decode(yaml.NewDecoder(bytes.NewReader(b)), &content); (err == nil || errors.Is(err, io.EOF)) && content == nil {
		return c, nil // empty, or nothing but comments: all defaults. The library would clear them.
	}
	d := yaml.NewDecoder(bytes.NewReader(b), yaml.DisallowUnknownField())
	err := decode(d, &c)
	if err != nil {
		// Without colours: the message may end up in a log. With the source: it shows the line.
		return Config{}, errors.New(yaml.FormatError(locate(b, err), false, true))
	}
	if !errors.Is(decode(d, new(any)), io.EOF) {
		return Config{}, errors.New("more than one YAML document")
	}
	return c, nil
}

// decode turns a panic of the library, which some broken files cause, into an error.
func decode(d *yaml.Decoder, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this is not YAML that can be read: %v", r)
		}
	}()
	return d.Decode(v)
}

// locate gives the error of a duration, which comes without one, the position of the value that it quotes.
func locate(b []byte, err error) error {
	file, parseErr := parser.ParseBytes(b, 0)
	if errors.As(err, new(yaml.Error)) || parseErr != nil {
		return err
	}
	for _, document := range file.Docs {
		for _, node := range ast.Filter(ast.StringType, document) {
			if strings.Contains(err.Error(), strconv.Quote(node.GetToken().Value)) {
				return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
			}
		}
	}
	return err
}

// Dump writes the effective configuration as YAML that [Parse] reads, but for the secrets, which are "<secret>".
func (c *Config) Dump(w io.Writer) error {
	b, err := yaml.MarshalWithOptions(c, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return fmt.Errorf("dump config: %w", err)
	}
	_, err = w.Write(b)
	return err
}
