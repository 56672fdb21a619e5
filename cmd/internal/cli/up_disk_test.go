package cli_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestUpOnAFullDisk fills the disk below a running `up`, first so far that the engine takes no more, then so far that
// the broker takes no more, and makes room again: nothing that was acknowledged is lost or doubled, and nobody has to
// start anything again.
func TestUpOnAFullDisk(t *testing.T) {
	embeddedtest.TinyDisk(t, 320<<20, func(t *testing.T, dir string) {
		s := startStackIn(t, filepath.Join(dir, "data"))
		simulate := []string{"simulate", "--month", s.month, "--agents", "8", "--seed"}
		s.want(t, 0, "records produced", append(simulate, "1")...)
		s.want(t, 0, "clean:", "verify", "ingest", "--wait", "30s")

		engineFull := embeddedtest.Fill(t, dir, 100<<20)
		s.want(t, 0, "records produced", append(simulate, "2")...)
		s.want(t, 3, "were not applied", "verify", "ingest", "--wait", "1s")
		if health := s.health(t); !strings.Contains(health, "is full") || !strings.Contains(health, "make room") {
			t.Errorf("health on a full disk: %s", health)
		}
		brokerFull := filepath.Join(dir, "ballast-2")
		if err := os.Rename(embeddedtest.Fill(t, dir, 30<<20), brokerFull); err != nil {
			t.Fatal(err)
		}
		s.want(t, 1, "Kafka Storage Error", append(simulate, "3")...)
		if code, _, said := s.run("", "up"); code != 1 || !strings.Contains(said, "is in use by process") {
			t.Errorf("a second up: exit code %d: %s", code, said)
		}

		_ = os.Remove(engineFull)
		if err := os.Remove(brokerFull); err != nil {
			t.Fatal(err)
		}
		s.want(t, 0, "records produced", append(simulate, "4")...)
		s.want(t, 0, "clean:", "verify", "ingest", "--wait", "60s")
		if health := s.health(t); !strings.Contains(health, `"healthy":true`) {
			t.Errorf("health with room again: %s", health)
		}
	})
}

// health is what /healthz says.
func (s *stack) health(t *testing.T) string {
	t.Helper()
	e, err := embedded.ReadEndpoints(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + e.HTTP + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
