package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// fillSheet fills in a score sheet as a kind supervisor would: near the most that a rule gives. What a card can only do
// without is waived. The same seed says the same about the same person.
func fillSheet(sheet string, seed uint64) (string, error) {
	rows, err := csv.NewReader(strings.NewReader(sheet)).ReadAll()
	if err != nil {
		return "", fmt.Errorf("read score sheet: %w", err)
	}
	if len(rows) == 0 {
		return "", errors.New("score sheet: it is empty")
	}
	at := func(column string) int { return slices.Index(rows[0], column) }
	agent, rule, wanted, points, reason := at("agent"), at("rule"), at("wanted"), at("points"), at("reason")
	if min(agent, rule, wanted, points, reason) < 0 {
		return "", fmt.Errorf("score sheet: want the columns agent, rule, wanted, points and reason, not %q", rows[0])
	}
	for _, row := range rows[1:] {
		row[points], row[reason] = judge(row[wanted], chance(seed, row[agent], row[rule]))
	}
	var out strings.Builder
	err = csv.NewWriter(&out).WriteAll(rows)
	return out.String(), err
}

// judge says what is wanted: "0-8" is a range of points, "words" are words, "waived" is that the card does without.
func judge(wanted string, chance uint64) (points, reason string) {
	least, most, isRange := strings.Cut(wanted, "-")
	low, err1 := strconv.ParseFloat(least, 64)
	high, err2 := strconv.ParseFloat(most, 64)
	switch {
	case isRange && err1 == nil && err2 == nil:
		const half = 0.5 // of a point is as fine as people judge
		return strconv.FormatFloat(max(low, high-half*float64(chance%6)), 'f', -1, 64), "as seen in the month"
	case wanted == "words":
		return "", "talked over with the agent"
	}
	return "waived", "nothing to judge in the month"
}

// chance is a number that follows from the seed and from what is judged.
func chance(seed uint64, of ...string) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, seed, of) // never fails
	return h.Sum64() >> 8   // the low bits mix least
}
