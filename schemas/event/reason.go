package event

// Reason says why a record was rejected. The set is closed: it labels metrics and groups dead letters.
type Reason string

// The reasons, from the record as a whole to a single value, and last the one that no look at the record tells.
const (
	TooLarge        Reason = "too_large"          // the record exceeds the size limit
	WrongKey        Reason = "wrong_key"          // the Kafka key is not the event's subject
	InvalidUTF8     Reason = "invalid_utf8"       // not UTF-8
	DuplicateKey    Reason = "duplicate_key"      // one object names a member twice
	InvalidJSON     Reason = "invalid_json"       // not one JSON object; an unpaired surrogate
	MissingField    Reason = "missing_field"      // a required member is absent or null
	WrongType       Reason = "wrong_type"         // a member has another JSON type than the schema says
	InvalidValue    Reason = "invalid_value"      // right type, but outside the schema's values
	FieldTooLong    Reason = "field_too_long"     // a text exceeds its limit
	UnknownType     Reason = "unknown_type"       // no such type of event
	UnknownVersion  Reason = "unknown_version"    // the type has no such version
	TimeOutOfBounds Reason = "time_out_of_bounds" // the time is outside the stream's bounds around the append time
	Refused         Reason = "refused"            // a valid event that ClickHouse does not take: a constraint, say
)

// Reasons lists every reason in the order above.
func Reasons() []Reason {
	return []Reason{TooLarge, WrongKey, InvalidUTF8, DuplicateKey, InvalidJSON, MissingField, WrongType,
		InvalidValue, FieldTooLong, UnknownType, UnknownVersion, TimeOutOfBounds, Refused}
}

// Invalid is the error of a record that cannot become an event.
type Invalid struct {
	Reason Reason
	Detail string
}

// Error returns the reason and the detail.
func (e *Invalid) Error() string { return string(e.Reason) + ": " + e.Detail }
