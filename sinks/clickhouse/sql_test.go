package clickhouse_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// banned is what must not stand in any SQL: numbers that decide over pay must come out the same every time.
var banned = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"a floating-point number; take integers and form ratios in Go", regexp.MustCompile(`(?i)\b(to)?float(32|64)\w*|\bavg\w*\(|\bsumKahan|/\s*[0-9a-z]`)},
	{"any(), which takes whichever row comes first; say which", regexp.MustCompile(`(?i)\bany(last|heavy)?(if)?\s*\(`)},
	{"uniq(), which estimates; take uniqExact or a bitmap", regexp.MustCompile(`(?i)\buniq(combined\w*|hll12|theta\w*)?(if)?\s*\(`)},
	{"quantile(), which samples; take quantileExact", regexp.MustCompile(`(?i)\b(quantiles?|median)(tdigest|timing|deterministic|bfloat16)?\w*(if)?\s*\(`)},
	{"the server's clock; bind an instant", regexp.MustCompile(`(?i)\b(now|now64|today|yesterday|utctimestamp|current_timestamp|current_date|curdate)\b`)},
	{"the server's time zones; bind UTC instants computed in Go", regexp.MustCompile(`(?i)\b(totimezone|timezone|timezoneof|servertimezone|to_utc_timestamp|from_utc_timestamp)\b|at time zone`)},
	{"FINAL, which depends on merges", regexp.MustCompile(`\bFINAL\b`)},
	{"a random number", regexp.MustCompile(`(?i)\b(rand\w*|generateuuid\w*)\s*\(`)},
}

// allowed are the exceptions, each with its reason.
var allowed = regexp.MustCompile(`DEFAULT now64\(3, 'UTC'\)` + // when a row was written, for people; no number comes of it
	`|SELECT version\(\), now64\(3, 'UTC'\)` + // asks how wrong that clock is
	`|quantileExact\w*\(`)

var (
	comment = regexp.MustCompile(`--[^\n]*`)
	text    = regexp.MustCompile(`'[^'\n]*'`) // 'Asia/Shanghai' divides nothing
)

// TestSQLIsReproducible reads every .sql file of the repository.
func TestSQLIsReproducible(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".sql") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if !strings.HasPrefix(string(content), "--") {
			t.Errorf("%s: does not begin with a comment that explains it", path)
		}
		sql := text.ReplaceAllString(allowed.ReplaceAllString(comment.ReplaceAllString(string(content), ""), ""), "''")
		for _, b := range banned {
			if found := b.pattern.FindString(sql); found != "" {
				t.Errorf("%s: %q is %s", path, found, b.name)
			}
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Fatalf("read %d files: %v", files, err)
	}
}

func TestTheBanBites(t *testing.T) {
	for _, sql := range []string{"SELECT any(x)", "SELECT anyLastIf(x, y)", "SELECT uniq (x)", "SELECT now()", "SELECT sum(toFloat64(x))",
		"SELECT quantile(0.5)(x)", "SELECT toTimeZone(x, 'UTC')", "SELECT * FROM t FINAL", "SELECT avg(x)", "SELECT a / b", "SELECT today()"} {
		bites := false
		for _, b := range banned {
			bites = bites || b.pattern.MatchString(allowed.ReplaceAllString(sql, ""))
		}
		if !bites {
			t.Errorf("%s: not banned", sql)
		}
	}
}
