// Package secret is the type of passwords in a configuration: whatever prints the configuration does not print them.
package secret

// Text is a string that does not print. Convert it to a string where it is needed.
type Text string

// String returns "<secret>", or nothing if there is none.
func (t Text) String() string {
	if t == "" {
		return ""
	}
	return "<secret>"
}

// GoString keeps %#v from printing the secret.
func (t Text) GoString() string { return t.String() }

// MarshalText keeps encoders and loggers from printing the secret.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
