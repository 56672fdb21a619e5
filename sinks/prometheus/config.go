package prometheus

import (
	"fmt"
	"net"
	"strconv"
)

// Config says where the server listens.
type Config struct {
	// Listen is the host:port of /metrics and /healthz; port 0 is any free one. Both show nothing about a person, but
	// there is no login either: keep it on a network you trust.
	Listen string `yaml:"listen"`
}

// DefaultConfig listens on this machine alone, on a free port.
func DefaultConfig() Config { return Config{Listen: "127.0.0.1:0"} }

// Validate returns what is wrong with the configuration.
func (c Config) Validate() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %q is not host:port", c.Listen)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n > 65535 {
		return fmt.Errorf("listen: %q has no port from 0 to 65535", c.Listen)
	}
	return nil
}
