package event

// Text names a hot text column of the table `events`. A type's fields share them, so that a query over calls need not
// parse JSON; what has no hot column goes into the column `ext`.
type Text uint8

// The hot text columns, in table order.
const (
	TextAgent Text = iota
	TextTeam
	TextQueue
	TextDirection
	TextOutcome
	TextColumns // how many there are
)

var textNames = [TextColumns]string{"agent", "team", "queue", "direction", "outcome"}

// String returns the column's name in ClickHouse.
func (t Text) String() string { return textNames[t] }

// Number names a hot integer column of the table `events`. NULL means not reported, which is not 0.
type Number uint8

// The hot integer columns, in table order; all durations are milliseconds.
const (
	NumberWaitMS Number = iota
	NumberTalkMS
	NumberWrapUpMS
	NumberColumns // how many there are
)

var numberNames = [NumberColumns]string{"wait_ms", "talk_ms", "wrap_up_ms"}

// String returns the column's name in ClickHouse.
func (n Number) String() string { return numberNames[n] }

// NullInt64 is an integer that may not have been reported.
type NullInt64 struct {
	Value int64
	Valid bool
}

// Row is an event as the table `events` stores it.
type Row struct {
	Company    string
	Subject    string // column conversation_id
	Source     string
	ID         string // column event_id
	Type       string
	Version    uint16 // of the type's schema
	Zone       string
	Time       int64 // column occurred_at, Unix milliseconds
	Offset     int64
	AppendTime int64 // column appended_at, Unix milliseconds
	Text       [TextColumns]string
	Number     [NumberColumns]NullInt64
	Ext        string // canonical JSON object of the fields without a column, "" when there are none
	Origin     string // of a record sent again, where it was first rejected: stream/epoch/partition/offset; else ""
}
