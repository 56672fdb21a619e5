package app

import (
	"bytes"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// ConfigName is the file in a data folder with the configuration that `up` runs with, so that the other verbs know its
// streams. It holds no secrets.
const ConfigName = "config.yaml"

// UseEndpoints puts the addresses of a running `up` into a configuration.
func UseEndpoints(c *config.Config, e embedded.Endpoints) {
	c.Kafka.Brokers = e.Kafka
	c.ClickHouse.Addresses = []string{e.ClickHouse.Native}
	if e.ClickHouse.User != "" {
		c.ClickHouse.User = e.ClickHouse.User
	}
	// The password of a server elsewhere is not published; it comes from the environment again.
	if e.ClickHouse.Password != "" {
		c.ClickHouse.Password = secret.Text(e.ClickHouse.Password)
	}
}

// saveConfig writes the configuration into the data folder, without its secrets.
func saveConfig(home *embedded.Home, c config.Config) error {
	c.ClickHouse.Password = ""
	c.Kafka.SASL.Password = ""
	var b bytes.Buffer
	if err := c.Dump(&b); err != nil {
		return err
	}
	return home.Save(ConfigName, b.Bytes())
}
