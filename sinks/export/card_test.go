package export_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/sinks/export"
)

func cardHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestCardGolden(t *testing.T) {
	p, cards := zhao(t)
	for _, lang := range []export.Lang{export.ZH, export.EN} {
		m := month(p, len(cards))
		m.Lang = lang
		got := page(t, find(t, cards, "zhao"), m)
		name := fmt.Sprintf("zhao.%s.html", lang)
		show(t, name, []byte(got))
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, string(want)); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", golden, diff)
		}
	}
}
