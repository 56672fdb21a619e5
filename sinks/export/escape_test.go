package export_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// filler puts something into every field of a card, each text another one.
type filler struct {
	text string // the format of texts, with their number
	n    int
}

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case calendar.Date:
		v.Set(reflect.ValueOf(calendar.Date{Year: 2024, Month: time.March, Day: 1 + f.n%28}))
		return
	case calendar.Month:
		v.Set(reflect.ValueOf(march))
		return
	case amount.Points, amount.Money:
		v.SetInt(int64(f.n))
		return
	case time.Time:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf(f.text, f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic("a card has a " + v.Kind().String())
	}
}

func filled(text string) score.Card {
	var c score.Card
	f := filler{text: text}
	f.fill(reflect.ValueOf(&c).Elem())
	return c
}

// texts returns every text of a card's JSON, of titles the one in the language.
func texts(t *testing.T, c score.Card, lang string) []string {
	t.Helper()
	src, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(src, &tree); err != nil {
		t.Fatal(err)
	}
	var all []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for key, e := range v {
				if _, title := v["zh"]; !title || key == lang {
					walk(e)
				}
			}
		}
	}
	walk(tree)
	return all
}

// Everything that a card says in JSON stands on the page, in either language, and in no other place than where texts
// stand: not one of the marks that markup is made of comes through.
func TestCardEscapes(t *testing.T) {
	p, cards := zhao(t)
	for _, text := range []string{
		`</style></title><script>alert(%d)</script>`, `" onload="alert(%d)`, `' x='%d`, "`;%d//", `&lt;b&gt;%d`, `*/}body{%d}/*`, "-->\u202e<!--%d", `{{.Agent}}%d`, `javascript:alert(%d)`,
		`\"};@import 'x%d'`,
	} {
		c := filled(text)
		c.Total, c.Pay = points(1700), money(25000)
		for _, lang := range []export.Lang{export.ZH, export.EN} {
			m := month(p, len(cards))
			m.Lang, m.Company = lang, fmt.Sprintf(text, 0)
			got := page(t, c, m)
			for _, want := range append(texts(t, c, string(lang)), m.Company) {
				want = strings.TrimPrefix(want, "-")
				if !strings.Contains(html.UnescapeString(got), want) {
					t.Fatalf("%s: %q is not on the page", lang, want)
				}
			}
			structure(t, got)
			if lang == export.ZH {
				show(t, "hostile.html", []byte(got))
			}
		}
	}
}

// tag matches a tag as a browser would find it.
var tag = regexp.MustCompile(`<(/?)([a-zA-Z!?][a-zA-Z0-9-]*)([^>]*)>`)

// attributes matches those that the page has: none of them runs or fetches anything, and nothing ends their quotes.
var attributes = regexp.MustCompile(`^( (lang|charset|name|content|class|role|aria-label|data-id|scope|colspan|style)="[^"<>]*")*$`)

// void are the elements that have no end.
var void = map[string]bool{"meta": true, "col": true}

// structure checks that the page is made of our tags alone, each with its end, has nothing that runs or is fetched, and
// says what its tables mean.
func structure(t *testing.T, page string) {
	t.Helper()
	known := strings.Fields("html head meta title style body header h1 h2 p dl dt dd div small section table thead tbody tr th td code ul li b span main footer colgroup col caption")
	page, ok := strings.CutPrefix(page, "<!DOCTYPE html>\n")
	if !ok {
		t.Error("no document type")
	}
	var open []string
	for _, m := range tag.FindAllStringSubmatch(page, -1) {
		name := m[2]
		switch {
		case !contains(known, name):
			t.Fatalf("a tag %q", m[0])
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("%s ends in %v", m[0], open)
			}
			open = open[:len(open)-1]
		case !void[name]:
			open = append(open, name)
		}
		if name == "th" && m[1] == "" && !strings.Contains(m[3], "scope=") {
			t.Errorf("%s has no scope", m[0])
		}
		if !attributes.MatchString(m[3]) || strings.Contains(m[3], "style=\"") && name != "col" {
			t.Errorf("%s has an attribute that is not ours", m[0])
		}
	}
	if len(open) > 0 {
		t.Errorf("%v have no end", open)
	}
	style := page[strings.Index(page, "<style>"):strings.Index(page, "</style>")]
	if strings.Contains(style, "url(") || strings.Contains(style, "@import") || strings.Count(style, "{") != strings.Count(style, "}") {
		t.Errorf("the style sheet fetches something or is broken")
	}
	if n := strings.Count(page, "<h1>"); n != 1 {
		t.Errorf("%d main headings", n)
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// The steps from all points to the total add up on every card, whatever its lines say.
func TestWhyAddsUp(t *testing.T) {
	p, cards := zhao(t)
	step := regexp.MustCompile(`<b>([−+=]?) ?([0-9.]+)</b>`)
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		c := find(t, cards, "zhao")
		c.Lines, c.Sections = append([]score.Line{}, c.Lines...), append([]score.SectionScore{}, c.Sections...)
		var total amount.Points
		for i := range c.Sections {
			c.Sections[i].Points = points(amount.Points(r.Int64N(3000)))
			total += *c.Sections[i].Points
		}
		for i := range c.Lines {
			if c.Lines[i].Status == score.StatusTakes {
				c.Lines[i].Taken = amount.Points(-r.Int64N(500))
			}
		}
		c.Carried = []score.Carried{{Agent: "zhao", From: march, Points: amount.Points(r.Int64N(400) - 200)}}
		total += c.Carried[0].Points + amount.Points(r.Int64N(3)*100)
		c.Total = &total
		got := page(t, c, month(p, len(cards)))
		got = html.UnescapeString(got[strings.Index(got, `<p class="why">`):])
		sum := amount.Points(0)
		for _, m := range step.FindAllStringSubmatch(got[:strings.Index(got, "</p>")], -1) {
			v, err := amount.ParsePoints(m[2])
			if err != nil {
				t.Fatal(err)
			}
			switch m[1] {
			case "−":
				sum -= v
			case "=":
				if v != sum || v != total {
					t.Fatalf("steps come to %s, the page says %s, the total is %s", sum, v, total)
				}
				sum = -1
			default:
				sum += v
			}
		}
		if sum != -1 {
			t.Fatal("no total")
		}
	}
}
