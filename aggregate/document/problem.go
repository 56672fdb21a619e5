package document

import (
	"fmt"
	"strings"
)

// Position is a place in a file; both count from 1.
type Position struct {
	Line, Column int
}

// Problem is one thing wrong with a file.
type Problem struct {
	Position
	Message string
}

// Invalid says everything that is wrong with a file.
type Invalid struct {
	File     string
	Problems []Problem
}

// Error returns one line for each problem, as "file:line:column: message".
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.File, p.Line, p.Column, p.Message)
	}
	return strings.Join(lines, "\n")
}

// Unknown says that nothing has the name that was asked for, and which names there are.
type Unknown struct {
	What  string // "policy", "decision", "reading", "item"
	Name  string
	Known []string
}

// Error returns what is unknown, the name that was probably meant, and all there are.
func (e *Unknown) Error() string {
	known := "there are none"
	if len(e.Known) > 0 {
		known = "there are: " + strings.Join(e.Known, ", ")
	}
	return fmt.Sprintf("unknown %s %q%s; %s", e.What, e.Name, Suggest(e.Name, e.Known), known)
}

// Suggest returns ` (did you mean "x"?)` for the known name that is nearest, or "" when none is near.
func Suggest(name string, known []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := distance(name, k); k != "" && d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the number of letters to insert, delete, replace or swap with the next one to make b of a (optimal string
// alignment). Swapped letters are one slip of the fingers.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) {
		rows[0][j+1] = j + 1
	}
	for i := range len(a) {
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			rows[i+1][j+1] = min(rows[i][j]+cost, rows[i][j+1]+1, rows[i+1][j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				rows[i+1][j+1] = min(rows[i+1][j+1], rows[i-1][j-1]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
