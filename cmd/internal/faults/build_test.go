package faults_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// build is what is tried: points of two builds do not belong into one table.
type build struct {
	// Suite and Product are the SHA-256 of this test binary, which most processes under test are, and of the product's.
	Suite, Product string
}

func (b build) String() string {
	return fmt.Sprintf("suite %.12s, product %.12s", b.Suite, b.Product)
}

// thisBuild reads both binaries; the product's is built if it has not been.
func thisBuild(t *testing.T) build {
	t.Helper()
	suite, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	product, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return build{fileDigest(t, suite), fileDigest(t, product)}
}

func fileDigest(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// revision is the commit of the sources. Go does not write it into every test binary; then git is asked.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	out, err := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// machine says on what the points were played.
func machine(t *testing.T) string {
	t.Helper()
	model, memory := "unknown processor", ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(text); m != nil {
			model = string(m[1])
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int64
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err == nil {
			memory = fmt.Sprintf(", %d GB", kib>>20)
		}
	}
	var clickHouse string
	conn := embeddedtest.DB{Endpoint: embeddedtest.Engine(t), Name: "default"}.Open(t)
	if err := conn.QueryRow(t.Context(), "SELECT version()").Scan(&clickHouse); err != nil {
		t.Error(err)
	}
	return fmt.Sprintf("%d cores of %s%s, %s/%s, %s, ClickHouse %s, Apache Kafka %s", runtime.NumCPU(), model, memory,
		runtime.GOOS, runtime.GOARCH, runtime.Version(), clickHouse, kafkaVersion(t))
}

// kafkaVersion is the version that maven fetches.
func kafkaVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../deploy/dev/kafka/pom.xml")
	if err != nil {
		t.Error(err)
	}
	m := regexp.MustCompile(`<artifactId>kafka_[\d.]+</artifactId>\s*<version>([^<]+)`).FindSubmatch(text)
	if m == nil {
		t.Error("the version of Apache Kafka is not in its pom")
		return "unknown"
	}
	return string(m[1])
}
