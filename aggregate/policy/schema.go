package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// fragment is a part of a JSON Schema.
type fragment = map[string]any

// Schema returns the JSON Schema (draft 2020-12) of a policy file, made of [Language], [rule.Kinds] and the catalogue of
// metrics, so that an editor knows what the loader knows. The loader checks more: what a path leads to, whether a predicate
// is one, whether a grade can be reached. The error says that a type is in no table.
func Schema() ([]byte, error) {
	s := schema{defs: scalars()}
	for _, o := range Language() {
		switch o.Name {
		case "rule":
			s.rules()
		case "grade":
			s.defs["grade"] = ladder(s.object(o.Doc, o.Keys), "points")
		default:
			s.defs[o.Name] = s.object(o.Doc, o.Keys)
		}
	}
	s.defs["template"] = fragment{"oneOf": []any{ref("checklist"), ref("form")}}
	s.measures()
	root := s.defs["policy"].(fragment)
	delete(s.defs, "policy")
	root["$schema"], root["$id"], root["title"] = "https://json-schema.org/draft/2020-12/schema", "urn:deskpulse:policy:1", "deskpulse policy"
	root["$defs"] = s.defs
	if s.err != nil {
		return nil, s.err
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

// schema collects the definitions; the first error stays.
type schema struct {
	defs fragment
	err  error
}

// scalars are the types that are no objects of the language, by the name that keys give them.
func scalars() fragment {
	text := fragment{"type": "string", "pattern": `\S`}
	return fragment{
		"text":        text,
		"id":          fragment{"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
		"name":        fragment{"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]*$"},
		"title":       closed(fragment{"zh": ref("text"), "en": ref("text")}, "zh", "en"),
		"date":        fragment{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
		"currency":    fragment{"type": "string", "pattern": "^[A-Z]{3}$"},
		"points":      number(0.01, 100_000),
		"money":       number(0.01, 1_000_000),
		"percent":     number(0.0001, 100_000),
		"count":       fragment{"type": "integer", "minimum": 0},
		"duration":    fragment{"type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"},
		"patch":       fragment{"type": "object", "minProperties": 1, "propertyNames": fragment{"not": fragment{"pattern": "^(" + strings.Join(fixed, "|") + ")(\\.|$)"}}},
		"target":      target(fragment{}),
		"kind-target": target(fragment{"promise": fragment{"enum": []string{"replaces", "earlier", "ignored"}}}),
	}
}

func ref(name string) fragment { return fragment{"$ref": "#/$defs/" + name} }

func number(step float64, most int) fragment {
	return fragment{"type": "number", "minimum": 0, "maximum": most, "multipleOf": step}
}

// closed is an object with these keys and no others.
func closed(properties fragment, want ...string) fragment {
	o := fragment{"type": "object", "additionalProperties": false, "properties": properties}
	if len(want) > 0 {
		o["required"] = slices.Sorted(slices.Values(want))
	}
	return o
}

// target is exactly one of the ways to write how long, and what else may stand beside it.
func target(beside fragment) fragment {
	properties := fragment{"wall": ref("duration"), "working": ref("duration"), "working_days": fragment{"type": "integer", "minimum": 1, "maximum": 366}}
	var one []any
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		one = append(one, fragment{"required": []string{key}})
	}
	maps.Copy(properties, beside)
	o := closed(properties)
	o["oneOf"] = one
	return o
}

func listOf(member any) fragment { return fragment{"type": "array", "items": member} }

// ladder adds that an operator and its bound come together.
func ladder(o fragment, bound string) fragment {
	o["dependentRequired"] = fragment{"operator": []string{bound}, bound: []string{"operator"}}
	return o
}

func (s *schema) object(doc string, keys []rule.Key) fragment {
	properties := fragment{}
	var want []string
	for _, k := range keys {
		p := fragment{"description": k.Doc}
		for key, value := range s.of(k.Type) {
			p[key] = value
		}
		properties[k.Name] = p
		if k.Required {
			want = append(want, k.Name)
		}
	}
	o := closed(properties, want...)
	o["description"] = doc
	return o
}

// rules adds a definition for each kind of rule: the keys that every rule has and those of the kind.
func (s *schema) rules() {
	var kinds []any
	for _, doc := range rule.Kinds() {
		name := doc.Kind + "-rule"
		o := s.object(doc.Summary.EN, slices.Concat(ruleObject.Keys[:len(ruleObject.Keys)-1], doc.Keys))
		o["properties"].(fragment)["kind"] = fragment{"const": doc.Kind}
		o["required"] = append(o["required"].([]string), "kind")
		s.defs[name] = o
		kinds = append(kinds, ref(name))
	}
	s.defs["rule"] = fragment{"oneOf": kinds}
}

// measures adds a definition of a metric with the settings that it reads.
func (s *schema) measures() {
	known := map[string]metric.Setting{}
	for _, setting := range metric.AllSettings() {
		known[setting.Key] = setting
	}
	var measures []any
	for _, m := range metric.All() {
		doc := m.Doc()
		keys := []rule.Key{{Name: "metric", Type: doc.ID, Required: required, Doc: doc.Title.EN}}
		for _, key := range doc.Settings {
			keys = append(keys, rule.Key{Name: key, Type: known[key].Values, Doc: known[key].Doc})
		}
		measures = append(measures, s.object(doc.Summary.EN, keys))
	}
	s.defs["measure"] = fragment{"oneOf": measures}
}

// special are the types that are spelled out as a sentence or by an example.
var special = map[string]fragment{
	"{zh, en}":                 ref("title"),
	"percentage":               ref("percent"),
	"whole number":             ref("count"),
	"id of a template":         ref("id"),
	"path to value":            ref("patch"),
	"metric with its settings": ref("measure"),
	"true, false":              {"type": "boolean"},
	"{from: 8, until: 23}":     closed(fragment{"from": hour(0, 23), "until": hour(1, 24)}, "from", "until"),
	"{shopper: {working_days: 5, promise: earlier}, …}": {"type": "object", "additionalProperties": ref("kind-target")},
	"{wall: 12h}, {working: 2h} or {working_days: 5}":   ref("target"),
	"metric per day worked, with its settings":          ref("measure"),
	"list of metrics with their settings":               atLeastOne(listOf(ref("measure"))),
	"{duty, min_days}":                                  closed(fragment{"duty": ref("id"), "min_days": fragment{"type": "integer", "minimum": 0, "maximum": 31}}, "duty", "min_days"),
	"list of {id, title, from, to}": listOf(closed(fragment{"id": ref("id"), "title": ref("title"), "from": ref("points"), "to": ref("points")},
		"id", "title", "from", "to")),
	"list of {points} or {money}":               atLeastOne(listOf(fragment{"oneOf": []any{closed(fragment{"points": ref("points")}, "points"), closed(fragment{"money": ref("money")}, "money")}})),
	"list of {name, operator, percent, points}": steps("percent", ref("percent"), ">=", ">"),
	"list of {name, operator, value, points}":   steps("value", fragment{"type": []string{"number", "string"}}, ">=", ">", "<=", "<"),
}

func hour(least, most int) fragment {
	return fragment{"type": "integer", "minimum": least, "maximum": most}
}

func atLeastOne(list fragment) fragment {
	list["minItems"] = 1
	return list
}

// steps is a ladder of at least two.
func steps(bound string, value fragment, operators ...string) fragment {
	step := ladder(closed(fragment{"name": ref("name"), "operator": fragment{"enum": operators}, bound: value, "points": ref("points")}, "name", "points"), bound)
	return fragment{"type": "array", "minItems": 2, "items": step}
}

// of returns the schema of a type as keys name it.
func (s *schema) of(kind string) fragment {
	var least, most int
	member, isList := strings.CutPrefix(kind, "list of ")
	switch known, ok := special[kind]; {
	case ok:
		return known
	case s.named(kind):
		return ref(kind)
	case strings.HasPrefix(kind, "CEL over "):
		return ref("text")
	case strings.HasPrefix(kind, "a duration such as "):
		return ref("duration")
	case isList:
		return s.list(member)
	case strings.HasPrefix(kind, "[") && strings.Contains(kind, "…"):
		return listOf(ref("text"))
	case strings.HasPrefix(kind, "["):
		list := listOf(fragment{"enum": words(strings.Trim(kind, "[]"))})
		list["uniqueItems"] = true
		return list
	}
	if n, err := fmt.Sscanf(kind, "whole number, %d to %d", &least, &most); n == 2 && err == nil {
		return hour(least, most)
	}
	if all := words(kind); len(all) > 0 {
		return fragment{"enum": all}
	}
	if s.err == nil {
		s.err = fmt.Errorf("schema of a policy: type %q is in no table", kind)
	}
	return nil
}

func (s *schema) named(kind string) bool {
	_, ok := s.defs[kind]
	return ok || kind == "template" || slices.ContainsFunc(Language(), func(o Object) bool { return o.Name == kind })
}

func (s *schema) list(member string) fragment {
	if all, ok := enumerations[member]; ok {
		return atLeastOne(fragment{"type": "array", "uniqueItems": true, "items": fragment{"enum": all}})
	}
	list := listOf(s.of(member))
	switch member {
	case "section", "item", "rule", "group", "check", "reading":
		return atLeastOne(list)
	case "grade":
		list["minItems"] = 2
	}
	return list
}

// words returns the members of an enumeration such as `month, year or any`, nil where something else stands there.
func words(kind string) []string {
	all := strings.Split(strings.ReplaceAll(strings.ReplaceAll(kind, " or ", ", "), `"`, ""), ", ")
	for i, w := range all {
		all[i] = strings.TrimSpace(w)
		if strings.ContainsAny(w, " {}[]…") {
			return nil
		}
	}
	return document.Texts(all)
}
