package event

import "encoding/binary"

// quickInstant reads the time of RFC 3339 in the shapes that producers write: a year from 1900 on, at most nine digits of a
// second's fraction, Z or an offset. It returns Unix milliseconds, digits beyond them cut off; false leaves the text to
// package time.
func quickInstant(b []byte) (ms int64, ok bool) {
	const date, shortest = len("2006-01-02"), len("2006-01-02T15:04:05Z")
	if len(b) < shortest || b[date] != 'T' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	days, ok := quickDate(b[:date])
	hour, minute, second := twoDigits(b, 11), twoDigits(b, 14), twoDigits(b, 17)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	rest := b[shortest-1:]
	fraction := int64(0)
	if rest[0] == '.' {
		if fraction, rest = quickFraction(rest[1:]); len(rest) == 0 {
			return 0, false
		}
	}
	offset, ok := quickOffset(rest)
	return ((days*24+int64(hour))*60+int64(minute)-offset)*60_000 + int64(second)*1000 + fraction, ok
}

// quickFraction reads one to nine digits and returns the milliseconds; there is no rest where there are other than that.
func quickFraction(b []byte) (ms int64, rest []byte) {
	n := 0
	for ; n < len(b) && b[n]-'0' <= 9; n++ {
		if n < 3 {
			ms = ms*10 + int64(b[n]-'0')
		}
	}
	switch n {
	case 0:
		return 0, nil
	case 1:
		ms *= 100
	case 2:
		ms *= 10
	}
	if n > 9 {
		return 0, nil
	}
	return ms, b[n:]
}

// quickOffset reads Z or an offset and returns its minutes.
func quickOffset(b []byte) (minutes int64, ok bool) {
	if len(b) == 1 {
		return 0, b[0] == 'Z'
	}
	if len(b) != len("+08:00") || b[3] != ':' {
		return 0, false
	}
	hour, minute := twoDigits(b, 1), twoDigits(b, 4)
	minutes = int64(hour*60 + minute)
	if b[0] == '-' {
		minutes = -minutes
	}
	return minutes, (b[0] == '+' || b[0] == '-') && hour <= 23 && minute <= 59
}

// quickDate reads "2006-01-02" from the year 1900 on and returns the days since 1970.
func quickDate(b []byte) (days int64, ok bool) {
	if len(b) != len("2006-01-02") || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	year, month, day := 100*twoDigits(b, 0)+twoDigits(b, 2), twoDigits(b, 5), twoDigits(b, 8)
	if year < 1900 || year > 9999 || month-1 > 11 || day == 0 || day > daysIn(year, month) {
		return 0, false
	}
	return daysBefore(year, month) + int64(day) - 1, true
}

// quickMonth reports whether the text is a month from 1900 on, "2006-01".
func quickMonth(b []byte) bool {
	if len(b) != len("2006-01") || b[4] != '-' {
		return false
	}
	year, month := 100*twoDigits(b, 0)+twoDigits(b, 2), twoDigits(b, 5)
	return year >= 1900 && year <= 9999 && month-1 <= 11
}

// twoDigits returns the number that two digits write, 10000 and more for anything else.
func twoDigits(b []byte, p int) uint {
	const none = 10_000
	w := binary.LittleEndian.Uint16(b[p:])
	tens, ones := uint(byte(w)-'0'), uint(byte(w>>8)-'0')
	if tens > 9 || ones > 9 {
		return none
	}
	return 10*tens + ones
}

func daysIn(year, month uint) uint {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	}
	return 30 + (month+month>>3)&1 // odd months until July, even ones from August on
}

// daysBefore returns the days from 1970 until the first day of a month. The year begins in March, so that the leap day is
// its last one; the days before a month are then those of months of 30.6 days, rounded.
func daysBefore(year, month uint) int64 {
	if month < 3 {
		month += 12
		year--
	}
	const until1970 = 719_468 // days from the first of March of the year 0
	return int64(365*year+year/4-year/100+year/400+(153*(month-3)+2)/5) - until1970
}
