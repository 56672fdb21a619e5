package kafka_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*kafka.Config)
		want   []string // paths in the error; none means valid
	}{
		{"default", func(*kafka.Config) {}, nil},
		{"zero", func(c *kafka.Config) { *c = kafka.Config{} }, []string{
			"brokers:", "topics:", "dial_timeout:", "request_timeout:", "metadata_ttl:",
			"fetch_max_wait:", "fetch_min_bytes:", "max_batch_bytes:",
		}},
		{"repeated topic", func(c *kafka.Config) { c.Topics = []string{"a", "a"} }, []string{"topics[1]:"}},
		{"empty broker", func(c *kafka.Config) { c.Brokers = []string{""} }, []string{"brokers[0]:"}},
		{"key without certificate", func(c *kafka.Config) { c.TLS = kafka.TLSConfig{Enabled: true, KeyFile: "k"} }, []string{"tls:"}},
		{"tls settings without tls", func(c *kafka.Config) { c.TLS.CAFile = "ca" }, []string{"tls:"}},
		{"password without mechanism", func(c *kafka.Config) { c.SASL.Password = "p" }, []string{"sasl.mechanism:"}},
		{"mechanism without password", func(c *kafka.Config) { c.SASL.Mechanism = "plain" }, []string{"sasl:"}},
		{"unknown mechanism", func(c *kafka.Config) { c.SASL.Mechanism = "gssapi" }, []string{"sasl.mechanism:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config([]string{"localhost:9092"}, "events")
			c.change(&cfg)
			checkPaths(t, cfg.Validate(), c.want)
		})
	}
}

func TestGroupConfigValidate(t *testing.T) {
	t.Parallel()
	checkPaths(t, groupConfig("g").Validate(), nil)
	checkPaths(t, kafka.GroupConfig{}.Validate(), []string{
		"id:", "session_timeout:", "rebalance_timeout:", "heartbeat_interval:", "watch_interval:", "join_backoff:", "leave_timeout:",
	})
	slow := groupConfig("g")
	slow.HeartbeatInterval = slow.SessionTimeout / 2
	checkPaths(t, slow.Validate(), []string{"heartbeat_interval:"})
}

func checkPaths(t *testing.T, err error, want []string) {
	t.Helper()
	if (err != nil) != (len(want) > 0) {
		t.Fatalf("err = %v, want %v", err, want)
	}
	for _, path := range want {
		if !strings.Contains("\n"+err.Error(), "\n"+path) {
			t.Errorf("err = %v, want it to name %s", err, path)
		}
	}
}

func TestSecretDoesNotPrint(t *testing.T) {
	t.Parallel()
	cfg := kafka.SASLConfig{Mechanism: kafka.MechanismPlain, Username: "u", Password: "hunter2"}
	if text := fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg.Password); strings.Contains(text, "hunter2") {
		t.Errorf("the password is in %s", text)
	}
}

// TestSecurity fetches and joins over TLS with each SASL mechanism.
func TestSecurity(t *testing.T) {
	serverTLS, caFile := certificate(t)
	for _, c := range []struct {
		name string
		sasl kafka.SASLConfig
		ok   bool
	}{
		{"plain", kafka.SASLConfig{Mechanism: kafka.MechanismPlain, Username: "u", Password: "p"}, true},
		{"scram-sha-256", kafka.SASLConfig{Mechanism: kafka.MechanismScram256, Username: "u", Password: "p"}, true},
		{"scram-sha-512", kafka.SASLConfig{Mechanism: kafka.MechanismScram512, Username: "u", Password: "p"}, true},
		{"wrong password", kafka.SASLConfig{Mechanism: kafka.MechanismPlain, Username: "u", Password: "x"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := fakeCluster(t, kfake.TLS(serverTLS), kfake.EnableSASL(), kfake.SeedTopics(1, "events"),
				kfake.Superuser(strings.ToUpper(string(c.sasl.Mechanism)), "u", "p"))
			cfg := config(cluster.ListenAddrs(), "events")
			cfg.TLS, cfg.SASL = kafka.TLSConfig{Enabled: true, CAFile: caFile}, c.sasl
			client := newClient(t, cfg)
			if !c.ok { // kfake hangs up instead of saying why
				if n, err := client.Partitions(t.Context(), "events"); err == nil {
					t.Errorf("%d partitions, want an error", n)
				}
				return
			}
			retry(t, func(ctx context.Context) (*kafka.Fetched, error) {
				return client.Fetcher(kafka.Partition{Topic: "events"}).Fetch(ctx, 0)
			})
			m := join(t, cfg, groupConfig("g"), nil)
			eventually(t, "the partition is held", func() bool { return len(m.partitions()) == 1 })
		})
	}
}

// certificate makes a certificate for the loopback address and the file of who to trust for it.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}
