package event_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// contractFolder holds records as producers wrote them, one file for each version of each type, with the row that each
// became. The files are only ever added to: what is in Kafka and in producers' hands must mean the same for ever.
const contractFolder = "testdata/contract"

// contract is one line of such a file.
type contract struct {
	Key      string `json:"key"`
	Value    string `json:"value"`
	Appended string `json:"appended"`
	Row      golden `json:"row"`
}

// golden is a row by the names of its columns; columns that came later do not disturb it as long as they are empty.
type golden struct {
	Company string            `json:"company"`
	Subject string            `json:"conversation_id"`
	Source  string            `json:"source"`
	ID      string            `json:"event_id"`
	Type    string            `json:"type"`
	Version uint16            `json:"version"`
	Zone    string            `json:"zone"`
	Time    string            `json:"occurred_at"`
	Text    map[string]string `json:"text,omitempty"`
	Number  map[string]int64  `json:"number,omitempty"`
	Ext     string            `json:"ext,omitempty"`
}

func TestOldBytesKeepTheirMeaning(t *testing.T) {
	for _, typ := range event.Types() {
		path := filepath.Join(contractFolder, fmt.Sprintf("%s.v%d.jsonl", typ.Name, typ.Version))
		if _, err := os.Stat(path); err != nil && *update {
			writeFile(t, path, contractOf(t, typ))
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: no records of the newest version (go test -update writes them once)", typ.Name)
		}
	}
	paths, err := filepath.Glob(filepath.Join(contractFolder, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { checkContract(t, path) })
	}
}

func checkContract(t *testing.T, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, n := bufio.NewScanner(bytes.NewReader(content)), 0
	for lines.Scan() {
		n++
		var c contract
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		if diff := cmp.Diff(goldenOf(t, c), c.Row); diff != "" {
			t.Errorf("line %d (-got, +want):\n%s", n, diff)
		}
	}
	if n == 0 || lines.Err() != nil {
		t.Fatalf("%d lines: %v", n, lines.Err())
	}
}

// goldenOf decodes the record and makes sure that its typed form can still be read.
func goldenOf(t *testing.T, c contract) golden {
	t.Helper()
	at, err := time.Parse(time.RFC3339, c.Appended)
	if err != nil {
		t.Fatal(err)
	}
	var row event.Row
	if err := event.NewDecoder(stream()).Decode([]byte(c.Key), []byte(c.Value), at, &row); err != nil {
		t.Fatal(err)
	}
	if _, err := row.Event(event.Partition{}); err != nil {
		t.Fatal(err)
	}
	g := golden{
		Company: row.Company, Subject: row.Subject, Source: row.Source, ID: row.ID, Type: row.Type, Version: row.Version,
		Zone: row.Zone, Time: time.UnixMilli(row.Time).UTC().Format(time.RFC3339Nano), Ext: row.Ext,
	}
	for i, v := range row.Text {
		if v != "" {
			set(&g.Text, event.Text(i).String(), v)
		}
	}
	for i, v := range row.Number {
		if v.Valid {
			set(&g.Number, event.Number(i).String(), v.Value)
		}
	}
	return g
}

func set[V any](m *map[string]V, name string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[name] = v
}

// contractOf returns the first contract of a type: its examples, in an envelope with everything and in the barest one.
func contractOf(t *testing.T, typ *event.Type) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	bare := `{"data":%s,"subject":"s-1","type":"` + typ.Name + `","id":"e-2","source":"pbx","time":"2024-03-04T09:58:59.9999+08:00","specversion":"1.0"}`
	for _, example := range typ.Examples {
		for _, value := range []string{typ.ExampleEvent(example), fmt.Sprintf(bare, example)} {
			c := contract{Key: "s-1", Value: value, Appended: appended.Format(time.RFC3339)}
			c.Row = goldenOf(t, c)
			if err := enc.Encode(c); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Bytes()
}
