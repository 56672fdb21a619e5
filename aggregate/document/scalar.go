package document

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// Title is a name in the languages that people read.
type Title struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Title returns the two names at a required key.
func (o *Object) Title(key string) Title {
	t := o.Object(key)
	if t == nil {
		return Title{}
	}
	title := Title{ZH: t.Text("zh"), EN: t.Text("en")}
	t.Done()
	return title
}

// Text returns a text that is not empty.
func (o *Object) Text(key string) string {
	v := o.Want(key, Text)
	switch {
	case v == nil:
		return ""
	case strings.TrimSpace(v.Text) == "":
		o.Reader.Problem(v.At, "%s: the text is empty", key)
	}
	return v.Text
}

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	namePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)
)

// ID returns a name that a path and a command line can hold, in small letters.
func (o *Object) ID(key string) string {
	return o.matching(key, idPattern, "small letters, digits and '-'")
}

// Name returns a name as people print it on a card, such as a grade.
func (o *Object) Name(key string) string {
	return o.matching(key, namePattern, "letters, digits and '-'")
}

func (o *Object) matching(key string, pattern *regexp.Regexp, want string) string {
	v := o.Want(key, Text)
	if v == nil {
		return ""
	}
	if !pattern.MatchString(v.Text) {
		o.Reader.Problem(v.At, "%s: %q: want a letter, then %s", key, v.Text, want)
	}
	return v.Text
}

// OneOf returns a text that must be one of the known ones.
func (o *Object) OneOf(key string, known ...string) string {
	if v := o.Want(key, Text); v != nil {
		return o.Reader.OneOf(v, key, known)
	}
	return ""
}

// OneOfOr returns a text that must be one of the known ones, or the default where the key is absent.
func (o *Object) OneOfOr(key, absent string, known ...string) string {
	if !o.Has(key) {
		return absent
	}
	return o.OneOf(key, known...)
}

// Bool returns true or false, and false where the key is absent.
func (o *Object) Bool(key string) bool {
	if !o.Has(key) {
		return false
	}
	v := o.Want(key, Bool)
	return v != nil && v.Text == "true"
}

// maxNumber bounds points and percentages; the schema states the same.
const maxNumber = 100_000

// Points returns points from 0 on.
func (o *Object) Points(key string) amount.Points {
	v := o.Want(key, Number)
	if v == nil {
		return 0
	}
	p, err := amount.ParsePoints(v.Text)
	if err != nil || p < 0 || p > maxNumber*100 {
		o.Reader.Problem(v.At, "%s: %s: want 0 to %d with at most two places", key, v.Text, maxNumber)
	}
	return p
}

// Percent returns a percentage as a ratio.
func (o *Object) Percent(key string) amount.Ratio {
	zero := amount.Ratio{Num: 0, Den: 1}
	v := o.Want(key, Number)
	if v == nil {
		return zero
	}
	p, err := amount.ParsePercent(v.Text)
	if err != nil || p.Cmp(zero) < 0 || p.Cmp(amount.Ratio{Num: maxNumber, Den: 100}) > 0 {
		o.Reader.Problem(v.At, "%s: %s: want 0 to %d with at most four places", key, v.Text, maxNumber)
		return zero
	}
	return p
}

// Integer returns a whole number within bounds.
func (o *Object) Integer(key string, least, most int) int {
	v := o.Want(key, Number)
	if v == nil {
		return 0
	}
	n, err := strconv.Atoi(v.Text)
	if err != nil || n < least || n > most {
		o.Reader.Problem(v.At, "%s: %s: want a whole number from %d to %d", key, v.Text, least, most)
	}
	return n
}

// Scalar returns what parse makes of the scalar of a required key, the zero value where there is none.
func Scalar[T any](o *Object, key string, k Kind, parse func(string) (T, error)) T {
	var none T
	v := o.Want(key, k)
	if v == nil {
		return none
	}
	value, err := parse(v.Text)
	if err != nil {
		o.Reader.Problem(v.At, "%s: %v", key, err)
		return none
	}
	return value
}

// IDs returns what the members of a list are called.
func IDs[T any](all []T, id func(T) string) []string {
	var names []string
	for _, v := range all {
		names = append(names, id(v))
	}
	return names
}

// Texts returns the members of an enumeration as texts.
func Texts[T ~string](all []T) []string { return IDs(all, func(v T) string { return string(v) }) }
