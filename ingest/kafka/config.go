package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"

	"github.com/deskpulse/deskpulse/schemas/secret"
)

// Config says how to reach one Kafka cluster and how to read from it.
type Config struct {
	// Brokers are the addresses, host:port, at which to find the cluster.
	Brokers []string `yaml:"brokers"`
	// Topics are the topics to read; the metadata of no other is kept. Not a key of the file: they are those of the streams.
	Topics []string `yaml:"-"`
	// ClientID names this program in the brokers' logs and quotas.
	ClientID string `yaml:"client_id"`
	// TLS encrypts the connections.
	TLS TLSConfig `yaml:"tls"`
	// SASL authenticates the connections.
	SASL SASLConfig `yaml:"sasl"`

	// DialTimeout bounds opening one connection, with TLS and SASL.
	DialTimeout time.Duration `yaml:"dial_timeout"`
	// RequestTimeout bounds one request, on top of the time the broker is told
	// it may wait.
	RequestTimeout time.Duration `yaml:"request_timeout"`
	// MetadataTTL is the age at which leaders and partition counts are read
	// again. It is also the time one metadata request may take.
	MetadataTTL time.Duration `yaml:"metadata_ttl"`

	// FetchMaxWait is how long the broker holds a fetch for which it has less
	// than FetchMinBytes.
	FetchMaxWait time.Duration `yaml:"fetch_max_wait"`
	// FetchMinBytes is the size of an answer that is worth sending at once.
	FetchMinBytes int `yaml:"fetch_min_bytes"`
	// FetchMaxBytes is the size of one fetch. The broker exceeds it only to send
	// one batch that is larger by itself.
	FetchMaxBytes int `yaml:"fetch_max_bytes"`
	// MaxBatchBytes is the largest record batch accepted, before and after
	// decompression; a larger one is ErrTooLarge.
	MaxBatchBytes int `yaml:"max_batch_bytes"`
}

// DefaultConfig returns the defaults; Brokers and Topics have none.
func DefaultConfig() Config {
	return Config{
		ClientID:       "deskpulse",
		DialTimeout:    5 * time.Second,
		RequestTimeout: 10 * time.Second,
		MetadataTTL:    time.Second,
		FetchMaxWait:   250 * time.Millisecond,
		FetchMinBytes:  1,
		FetchMaxBytes:  4 << 20,
		MaxBatchBytes:  64 << 20,
	}
}

// TLSConfig says how to encrypt and whom to trust.
type TLSConfig struct {
	// Enabled turns TLS on.
	Enabled bool `yaml:"enabled"`
	// CAFile holds the PEM certificates to trust; empty trusts the system's.
	CAFile string `yaml:"ca_file"`
	// CertFile holds the PEM certificate to present; needs KeyFile.
	CertFile string `yaml:"cert_file"`
	// KeyFile holds the PEM key of CertFile.
	KeyFile string `yaml:"key_file"`
	// ServerName is the name to expect in the brokers' certificates; empty
	// expects the host that was dialled.
	ServerName string `yaml:"server_name"`
}

// Mechanism is a SASL mechanism.
type Mechanism string

// The mechanisms supported.
const (
	// MechanismNone does not authenticate.
	MechanismNone Mechanism = ""
	// MechanismPlain sends the password as it is: use TLS with it.
	MechanismPlain Mechanism = "plain"
	// MechanismScram256 is SCRAM-SHA-256.
	MechanismScram256 Mechanism = "scram-sha-256"
	// MechanismScram512 is SCRAM-SHA-512.
	MechanismScram512 Mechanism = "scram-sha-512"
)

// SASLConfig says who we are.
type SASLConfig struct {
	// Mechanism is plain, scram-sha-256 or scram-sha-512; empty turns SASL off.
	Mechanism Mechanism `yaml:"mechanism"`
	// Username is the principal's name.
	Username string `yaml:"username"`
	// Password is the principal's password.
	Password secret.Text `yaml:"password"`
}

// Validate returns all that is wrong with the configuration, with paths.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, path, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
		}
	}
	check(len(c.Brokers) > 0, "brokers", "at least one host:port is needed")
	for i, b := range c.Brokers {
		_, _, err := net.SplitHostPort(b)
		check(err == nil, fmt.Sprintf("brokers[%d]", i), "%q is not host:port", b)
	}
	check(len(c.Topics) > 0, "topics", "at least one topic is needed")
	seen := map[string]bool{}
	for i, t := range c.Topics {
		check(t != "" && !seen[t], fmt.Sprintf("topics[%d]", i), "%q is empty or repeated", t)
		seen[t] = true
	}
	check(c.DialTimeout > 0, "dial_timeout", "%v is not positive", c.DialTimeout)
	check(c.RequestTimeout > 0, "request_timeout", "%v is not positive", c.RequestTimeout)
	check(c.MetadataTTL >= 100*time.Millisecond, "metadata_ttl", "%v is less than 100ms", c.MetadataTTL)
	check(c.FetchMaxWait > 0 && c.FetchMaxWait <= time.Minute, "fetch_max_wait", "%v is not within (0, 1m]", c.FetchMaxWait)
	check(c.FetchMinBytes > 0, "fetch_min_bytes", "%d is not positive", c.FetchMinBytes)
	check(c.FetchMaxBytes >= c.FetchMinBytes && c.FetchMaxBytes <= maxBytes, "fetch_max_bytes",
		"%d is not within [fetch_min_bytes, %d]", c.FetchMaxBytes, maxBytes)
	check(c.MaxBatchBytes >= 1<<10 && c.MaxBatchBytes <= maxBytes, "max_batch_bytes",
		"%d is not within [1024, %d]", c.MaxBatchBytes, maxBytes)
	errs = append(errs, c.TLS.validate("tls"), c.SASL.validate("sasl"))
	return errors.Join(errs...)
}

// maxBytes keeps every sum of sizes far from the protocol's 32 bits.
const maxBytes = 512 << 20

func (c TLSConfig) validate(path string) error {
	if (c.CertFile == "") != (c.KeyFile == "") {
		return fmt.Errorf("%s: cert_file and key_file go together", path)
	}
	if !c.Enabled && c != (TLSConfig{}) {
		return fmt.Errorf("%s: settings without enabled: true", path)
	}
	return nil
}

func (c SASLConfig) validate(path string) error {
	switch c.Mechanism {
	case MechanismNone:
		if c != (SASLConfig{}) {
			return fmt.Errorf("%s.mechanism: is empty, but a username or password is given", path)
		}
		return nil
	case MechanismPlain, MechanismScram256, MechanismScram512:
		if c.Username == "" || c.Password == "" {
			return fmt.Errorf("%s: %s needs username and password", path, c.Mechanism)
		}
		return nil
	}
	return fmt.Errorf("%s.mechanism: %q is not plain, scram-sha-256 or scram-sha-512", path, c.Mechanism)
}

// security is TLS and SASL in kafka-go's terms; nil is off.
type security struct {
	tls  *tls.Config
	sasl sasl.Mechanism
}

func (c Config) security() (s security, err error) {
	if s.tls, err = c.TLS.build(); err != nil {
		return s, fmt.Errorf("tls: %w", err)
	}
	if s.sasl, err = c.SASL.build(); err != nil {
		return s, fmt.Errorf("sasl: %w", err)
	}
	return s, nil
}

func (c TLSConfig) build() (*tls.Config, error) {
	if !c.Enabled {
		return nil, nil
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read ca_file: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read ca_file %q: it holds no certificate", c.CAFile)
		}
	}
	if c.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read cert_file and key_file: %w", err)
		}
		out.Certificates = []tls.Certificate{cert}
	}
	return out, nil
}

func (c SASLConfig) build() (sasl.Mechanism, error) {
	switch c.Mechanism {
	case MechanismPlain:
		return plain.Mechanism{Username: c.Username, Password: string(c.Password)}, nil
	case MechanismScram256:
		return scram.Mechanism(scram.SHA256, c.Username, string(c.Password))
	case MechanismScram512:
		return scram.Mechanism(scram.SHA512, c.Username, string(c.Password))
	case MechanismNone:
	}
	return nil, nil
}
