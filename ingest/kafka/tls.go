package kafka

import "crypto/tls"

// Client returns what a connection of another client of the same cluster uses, nil where TLS is off.
func (c TLSConfig) Client() (*tls.Config, error) { return c.build() }
