package workflow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// identities says which names are one person's: under the folded name of an account stand those of the people whose it is.
// An account that several people share stands for each of them, which makes none of them another.
type identities map[string][]string

func identify(accounts map[string][]string) identities {
	ids := identities{}
	for person, others := range accounts {
		for _, account := range others {
			account = foldName(account)
			ids[account] = append(ids[account], foldName(person))
		}
	}
	return ids
}

// of returns a function that reports whether a name is that of the same person, as far as any of all knows.
func of(name string, all ...identities) func(other string) bool {
	mine := []string{foldName(name)}
	for _, ids := range all {
		mine = append(mine, ids[mine[0]]...)
	}
	isMine := func(n string) bool { return slices.Contains(mine, n) }
	return func(other string) bool {
		other = foldName(other)
		return isMine(other) || slices.ContainsFunc(all, func(ids identities) bool { return slices.ContainsFunc(ids[other], isMine) })
	}
}

// foldName returns what names have in common that are written alike: in capitals or not, in full or half width, with composed
// accents or not, with characters between that nobody sees or not. A rule that keeps somebody from deciding about themselves
// must not hang on such things. Look-alikes of several scripts, such as a Latin and a Cyrillic o, stay different: to refuse
// them would take a table of what looks like what, and refuse honest names.
func foldName(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || unicode.IsUpper(r) }) {
		return s // most names: folding a log reads millions
	}
	s = cases.Fold().String(norm.NFKC.String(s))
	return norm.NFKC.String(strings.Map(dropIgnorable, s))
}

func dropIgnorable(r rune) rune {
	if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return -1
	}
	return r
}
