package event

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

func invalid(r Reason, format string, args ...any) *Invalid {
	return &Invalid{Reason: r, Detail: fmt.Sprintf(format, args...)}
}

// cmpErr returns the first error that is one.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// syntax turns an error of the JSON library into a rejection.
func syntax(err error) error {
	if own := new(Invalid); errors.As(err, &own) {
		return own
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return invalid(DuplicateKey, "%s", position(err))
	}
	return invalid(InvalidJSON, "%s", position(err))
}

// position names where the text broke, without repeating the record's bytes.
func position(err error) string {
	se := new(jsontext.SyntacticError)
	if !errors.As(err, &se) {
		return fmt.Sprintf("%.128s", err)
	}
	where := ""
	if se.JSONPointer != "" { // which is that of the record as a whole
		where = fmt.Sprintf(", %.128s", "in "+strconv.Quote(string(se.JSONPointer)))
	}
	what := fmt.Sprintf("%.128s", se.Err)
	if strings.Contains(what, `'\ufeff'`) {
		what += " (a byte order mark, BOM, which JSON may not have)"
	}
	return fmt.Sprintf("at byte %d%s: %s", se.ByteOffset, where, what)
}

// other says what stands in the place of the object or array that is wanted. The library guesses what that is by its first
// byte: `not JSON` begins as null does, and a line of a log as a number.
func (w *walker) other(wanted, got jsontext.Kind) *Invalid {
	values := 0
	_, err := w.dec.ReadValue()
	for ; err == nil; values++ {
		_, err = w.dec.ReadValue()
	}
	switch {
	case errors.Is(err, io.EOF) && values > 1:
		return invalid(InvalidJSON, "want %s, got several values", describe(wanted))
	case errors.Is(err, io.EOF), errors.Is(err, jsontext.ErrDuplicateName):
		return invalid(InvalidJSON, "want %s, got %s", describe(wanted), describe(got))
	}
	return invalid(InvalidJSON, "want %s, got text that is not JSON: %s", describe(wanted), position(err))
}

// wrongKey says what the key is instead of the subject. Kafka knows records without a key, and keys of no bytes.
func wrongKey(key []byte, subject string) *Invalid {
	switch {
	case key == nil:
		return invalid(WrongKey, "the record has no key, subject %.64q", subject)
	case len(key) == 0:
		return invalid(WrongKey, "the key is empty, subject %.64q", subject)
	}
	return invalid(WrongKey, "key %.64q, subject %.64q", key, subject)
}

// notUTF8At returns where the first byte stands that is no UTF-8, -1 when there is none.
func notUTF8At(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
}
