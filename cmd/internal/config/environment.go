package config

import (
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// Variable is an environment variable that overrides a key of the file. Passwords alone have one: they are what should
// not stand in a file, and everything else in one place is easier to reason about.
type Variable struct {
	Name string // of the environment variable
	Key  string // path of the key in the file
	set  func(*Config, string)
}

// Variables lists every environment variable that is read.
func Variables() []Variable {
	return []Variable{
		{"DESKPULSE_CLICKHOUSE_PASSWORD", "clickhouse.password", func(c *Config, v string) { c.ClickHouse.Password = secret.Text(v) }},
		{"DESKPULSE_KAFKA_PASSWORD", "kafka.sasl.password", func(c *Config, v string) { c.Kafka.SASL.Password = secret.Text(v) }},
	}
}

// ApplyEnvironment sets the keys whose variable is set and not empty.
func (c *Config) ApplyEnvironment(getenv func(string) string) {
	for _, v := range Variables() {
		if value := getenv(v.Name); value != "" {
			v.set(c, value)
		}
	}
}
