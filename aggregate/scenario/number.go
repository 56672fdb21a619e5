package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// How a scenario says how many and how much.

// maxCount bounds how many of something one statement makes: a month of the largest team's work, and no machine's end.
const maxCount = 100_000

func (a *args) count(least int) int {
	return parsed(a, fmt.Sprintf("a whole number from %d to %d", least, maxCount), func(s string) (int, bool) {
		s = plain(s)
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= least && n <= maxCount && strconv.Itoa(n) == s
	})
}

func (a *args) points() amount.Points {
	return parsed(a, "points such as 6 or 1.50", func(s string) (amount.Points, bool) {
		p, err := amount.ParsePoints(plain(s))
		return p, err == nil
	})
}

// grouped is a number with commas between thousands.
var grouped = regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)

// plain takes the commas between thousands out of a number.
func plain(s string) string {
	if grouped.MatchString(s) {
		return strings.ReplaceAll(s, ",", "")
	}
	return s
}

// code is the code of a currency.
var code = regexp.MustCompile(`^[A-Z]{3}$`)

// renminbi is the currency that a sign stands for.
const renminbi = "CNY"

// money reads an amount, which may say its currency: "1,200", "¥1200", "1200元", "1200 CNY". Whether that is the policy's is
// looked up when there is one.
func (a *args) money() amount.Money {
	w, _ := a.peek()
	currency := word{at: w.at}
	m := parsed(a, "an amount of money such as 99.99", func(s string) (amount.Money, bool) {
		digits := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, "¥"), "￥"), "元")
		if digits != s {
			currency.text = renminbi
		}
		m, err := amount.ParseMoney(plain(digits))
		return m, err == nil
	})
	if next, ok := a.peek(); ok && !next.quoted && currency.text == "" && code.MatchString(next.text) {
		a.next++
		currency = next
	}
	if currency.text != "" && !a.failed {
		a.p.s.currencies = append(a.p.s.currencies, currency)
	}
	return m
}

// isNumber reports whether a word is a number without anything else.
func isNumber(s string) bool {
	_, err := amount.ParsePoints(s)
	return err == nil
}
