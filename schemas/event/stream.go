package event

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Stream is one topic and how its events are read.
type Stream struct {
	Name     string        // part of every position; never changed while data of it is kept
	Topic    string        // Kafka topic
	Company  string        // whose events they are
	Zone     string        // IANA zone of events that name none
	Epoch    uint32        // raised when the topic was recreated
	Backward time.Duration // how far before its append time an event may lie, 0 for any distance
	Forward  time.Duration // how far after its append time an event may lie
	Keep     []string      // data members kept although the schema does not know them
	MaxBytes int           // largest key and value of a record together
}

// Defaults of a stream's limits.
const (
	DefaultBackward = 40 * 24 * time.Hour
	DefaultForward  = 10 * time.Minute
	DefaultMaxBytes = 1 << 20
)

// Validate returns every fault of the stream at once.
func (s Stream) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("stream %q: "+format, append([]any{s.Name}, args...)...))
		}
	}
	check(plainName(s.Name), "name: want letters, digits, '-', '_' and '.'")
	check(s.Topic != "", "topic: missing")
	check(plainName(s.Company), "company %q: want letters, digits, '-', '_' and '.'", s.Company)
	check(s.Backward >= 0, "backward %s: negative", s.Backward)
	check(s.Forward >= 0, "forward %s: negative", s.Forward)
	check(s.MaxBytes > 0, "max_bytes %d: not positive", s.MaxBytes)
	check(zoneExists(s.Zone), "zone %q: want an IANA zone such as Asia/Shanghai", s.Zone)
	return errors.Join(errs...)
}

// zoneExists reports whether the name is that of an IANA zone. Machines have more files among their zones than those
// (the machine's own zone, copies that count leap seconds): the same record would be valid on one machine and not on
// another.
func zoneExists(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	switch top {
	case "", "Local", "localtime", "posix", "posixrules", "right":
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// plainName reports whether a name can stand in a query id, a path and a label without quoting.
func plainName(s string) bool {
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 100
}
