package aggregate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/deskpulse/deskpulse/"

// layer says which packages of the module the packages under a path may import, besides those under the path itself. The
// longest path that fits a package rules it; what only its tests import is free.
type layer struct {
	path   string
	may    []string // paths; "" stands for everything
	reason string
}

var layers = []layer{
	{"schemas", nil, "everybody speaks this vocabulary, so it depends on nobody"},
	{"ingest", []string{"schemas"}, "ingest meets the store through interfaces it declares: another sink must not touch the delivery contract"},
	{"aggregate", nil, "the folder only documents and tests its steps"},
	{"aggregate/amount", nil, "arithmetic needs nothing"},
	{"aggregate/document", []string{"aggregate/amount"}, "files are read the same way whatever is in them"},
	{"aggregate/predicate", []string{"aggregate/document"}, "a condition sees a struct and the file it stands in, whatever they are about"},
	{"aggregate/calendar", []string{"schemas/calendars", "aggregate/document"}, "dates need the files that say which are working days, and nothing else"},
	{"aggregate/turn", []string{"schemas/event", "aggregate/amount", "aggregate/calendar"}, "facts follow from events alone, whoever measures them"},
	{"aggregate/roster", []string{"schemas/event", "aggregate/calendar", "aggregate/turn"}, "who belongs where is read from facts"},
	{"aggregate/metric", []string{"schemas/event", "aggregate/amount", "aggregate/document", "aggregate/calendar", "aggregate/turn", "aggregate/roster"},
		"a number does not depend on what a policy makes of it, so one measurement serves every reading"},
	{"aggregate/rule", []string{"aggregate/amount", "aggregate/document", "aggregate/predicate", "aggregate/calendar", "aggregate/roster", "aggregate/metric"},
		"a kind of rule knows what was measured and nothing of the policy that it stands in"},
	{"aggregate/policy", []string{"schemas/policies", "aggregate/amount", "aggregate/document", "aggregate/predicate", "aggregate/calendar", "aggregate/metric", "aggregate/rule"},
		"a policy is read and checked without any facts"},
	{"aggregate/score", []string{"schemas/event", "aggregate/amount", "aggregate/document", "aggregate/calendar", "aggregate/turn", "aggregate/metric", "aggregate/rule", "aggregate/policy"},
		"which claims stand is decided when everything is measured"},
	{"aggregate/workflow", []string{"schemas/event", "aggregate/amount", "aggregate/calendar", "aggregate/policy", "aggregate/rule", "aggregate/score"},
		"what people decided is read from the log alone, without a policy, a measurement or a clock"},
	{"aggregate/closing", []string{"schemas/event", "aggregate/amount", "aggregate/document", "aggregate/calendar", "aggregate/turn", "aggregate/roster", "aggregate/metric",
		"aggregate/rule", "aggregate/policy", "aggregate/score", "aggregate/workflow"},
		"a result follows from events and decisions, whoever streams them"},
	{"aggregate/scenario", []string{"schemas/event", "aggregate"}, "a scenario tells a whole month, from its events to its cards"},
	{"sinks", []string{"schemas", "aggregate"}, "sinks fulfil what others declare; importing ingest would tie the two ends together"},
	{"deploy/loopback", nil, "a port is free whatever listens on it"},
	{"deploy/embedded", []string{"deploy/loopback"}, "production differs from the embedded default by addresses only, so nothing of ours may know it runs embedded"},
	{"deploy/embedded/embeddedtest", []string{"deploy"}, "what tests share to start either broker"},
	{"deploy/dev", []string{"deploy/embedded", "deploy/loopback"}, "the real broker is started the way the embedded one is"},
	{"deploy/dev/bench", []string{""}, "a benchmark runs what is shipped"},
	{"deploy/dev/benchclose", []string{""}, "a benchmark runs what is shipped"},
	{"cmd", []string{""}, "cmd wires all"},
}

// pack is what `go list` says about a package.
type pack struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T, args ...string) []pack {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports,Deps"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pack
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pack
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func under(pkg, path string) bool {
	return path == "" || pkg == path || strings.HasPrefix(pkg, path+"/")
}

// layerOf returns the layer that rules a package, given without the module.
func layerOf(pkg string) (layer, bool) {
	var best layer
	found := false
	for _, l := range layers {
		if under(pkg, l.path) && (!found || len(l.path) > len(best.path)) {
			best, found = l, true
		}
	}
	return best, found
}

func TestWhoMayImportWhom(t *testing.T) {
	for _, p := range packages(t, "./...") {
		pkg := strings.TrimPrefix(p.ImportPath, module)
		l, ok := layerOf(pkg)
		if !ok {
			t.Errorf("%s is in no layer: give it one, with the reason", pkg)
			continue
		}
		for _, i := range p.Imports {
			imported, ours := strings.CutPrefix(i, module)
			if ours && !under(imported, l.path) && !slices.ContainsFunc(l.may, func(path string) bool { return under(imported, path) }) {
				t.Errorf("%s imports %s: %s", pkg, imported, l.reason)
			}
			if il, _ := layerOf(imported); ours && under(imported, l.path) && il.path != l.path && !slices.Contains(l.may, il.path) {
				t.Errorf("%s imports %s, a layer of its own: %s", pkg, imported, l.reason)
			}
		}
	}
}

// What would let aggregate reach outside. Drivers and the network may not even come in through others.
func TestAggregateIsPure(t *testing.T) {
	for _, p := range packages(t, "./aggregate/...") {
		for _, banned := range []string{"net", "database/sql", "github.com/segmentio", "github.com/ClickHouse", "github.com/twmb", "github.com/prometheus"} {
			if i := slices.IndexFunc(p.Deps, func(d string) bool { return under(d, banned) && d != "net/url" && d != "net/netip" }); i >= 0 {
				t.Errorf("%s depends on %s: measuring and scoring do no I/O", p.ImportPath, p.Deps[i])
			}
		}
		for _, banned := range []string{"os", "syscall", "log", "math/rand", "context", "unsafe"} {
			if i := slices.IndexFunc(p.Imports, func(d string) bool { return under(d, banned) }); i >= 0 {
				t.Errorf("%s imports %s: measuring and scoring are pure", p.ImportPath, p.Imports[i])
			}
		}
	}
}

// Time is an argument: a month that is measured again must give the same numbers.
func TestAggregateReadsNoClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep", "Local"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock, s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s: time.%s", fset.Position(s.Pos()), s.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
