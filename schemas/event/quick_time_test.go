package event_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestQuickDatesAreThoseOfPackageTime(t *testing.T) {
	years := []int{0, 1, 999, 1899, 9990, 9996, 9999}
	for year := 1900; year <= 2500; year++ { // leap days of four hundred years, and more
		years = append(years, year)
	}
	for _, year := range years {
		for month := range 14 {
			for day := range 33 {
				text := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				want, err := time.Parse(time.DateOnly, text)
				days, ok := event.QuickDate(text)
				if ok != (err == nil && year >= 1900) || ok && days != want.Unix()/86400 {
					t.Fatalf("%s: got day %d, %t; want %s, %v", text, days, ok, want, err)
				}
			}
			text := fmt.Sprintf("%04d-%02d", year, month)
			if _, err := time.Parse("2006-01", text); event.QuickMonth(text) != (err == nil && year >= 1900) {
				t.Fatalf("%s: got %t, want %v", text, event.QuickMonth(text), err)
			}
		}
	}
}

func TestQuickInstants(t *testing.T) {
	for text, want := range map[string]bool{
		"2024-03-04T01:59:00Z":                true,
		"2024-03-04T01:59:00.5Z":              true,
		"2024-03-04T01:59:00.05Z":             true,
		"2024-03-04T01:59:00.500Z":            true,
		"2024-03-04T01:59:00.999999999+08:00": true,
		"2024-03-04T01:59:00-23:59":           true,
		"2024-03-04T01:59:00+00:00":           true,
		"2024-03-04T01:59:00-00:00":           true,
		"2024-02-29T23:59:59Z":                true,
		"2000-02-29T00:00:00Z":                true,
		"1900-01-01T00:00:00+23:59":           true,
		"1969-12-31T23:59:59.999999Z":         true,
		"9999-12-31T23:59:59.999Z":            true,
		"":                                    false,
		"2024-03-04T01:59:00":                 false,
		"2024-03-04T01:59:00.Z":               false,
		"2024-03-04T01:59:00.":                false,
		"2024-03-04T01:59:00.5":               false,
		"2024-03-04T01:59:00,5Z":              false,
		"2024-03-04T01:59:00.1234567890Z":     false, // a time, but one for package time
		"1899-12-31T23:59:59Z":                false, // so is this one
		"2024-03-04t01:59:00Z":                false,
		"2024-03-04T01:59:00z":                false,
		"2024-03-04 01:59:00Z":                false,
		"2024-03-04T24:00:00Z":                false,
		"2024-03-04T23:60:00Z":                false,
		"2016-12-31T23:59:60Z":                false,
		"2024-02-30T01:59:00Z":                false,
		"2023-02-29T01:59:00Z":                false,
		"1900-02-29T01:59:00Z":                false,
		"2024-03-04T1:59:00Z":                 false,
		"2024-03-04T01:59:00+24:00":           false,
		"2024-03-04T01:59:00+08:60":           false,
		"2024-03-04T01:59:00+0800":            false,
		"2024-03-04T01:59:00+08":              false,
		"2024-03-04T01:59:00*08:00":           false,
		"2024-03-04T01:59:00+08-00":           false,
		"2024-03-04T01:59:00Z ":               false,
		"2024-03-04T01:59:00ZZ":               false,
		"2024/03/04T01:59:00Z":                false,
		"2024-03-04T01:59:0\xb9Z":             false,
	} {
		if _, ok := event.QuickInstant(text); ok != want {
			t.Errorf("%q: got %t, want %t", text, ok, want)
		}
		checkInstant(t, text)
	}
}

// checkInstant fails when the quick reader takes a time that the strict one does not, or reads another one.
func checkInstant(t *testing.T, text string) bool {
	t.Helper()
	got, ok := event.QuickInstant(text)
	want, err := event.ParseInstant(text)
	if ok && (err != nil || got != want) {
		t.Errorf("%q: got %d, want %d, %v", text, got, want, err)
	}
	return ok
}

// TestQuickInstantsAreThoseOfPackageTime writes random times in every shape, and breaks every second one.
func TestQuickInstantsAreThoseOfPackageTime(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 0xbb67ae8584caa73b))
	first, last := time.Date(1900, 1, 3, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	for range 300_000 {
		zone := time.FixedZone("", 60*(random.IntN(2*1439+1)-1439))
		at := time.Unix(first+random.Int64N(last-first), random.Int64N(1e9)).In([]*time.Location{time.UTC, zone}[random.IntN(2)])
		text := []byte(at.Format([]string{time.RFC3339, time.RFC3339Nano, "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000000Z07:00"}[random.IntN(4)]))
		if !checkInstant(t, string(text)) {
			t.Fatalf("%s: not taken", text)
		}
		for range random.IntN(3) {
			text[random.IntN(len(text))] = "0123456789-+:.TZtz, \xc2"[random.IntN(21)]
		}
		checkInstant(t, string(text))
	}
}
