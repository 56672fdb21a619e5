package event

// Batch is what one insert carries: every record of a run of offsets of one partition, each either a row or a rejection.
type Batch struct {
	Partition Partition
	Range     Range
	Rows      Rows       // accepted events, ascending by offset
	Rejected  []Rejected // invalid records, ascending by offset
	Bytes     int64      // keys and values of the records read, for back-pressure
}

// Absent returns how many offsets of the range held no record: control records, aborted transactions, compaction.
func (b *Batch) Absent() int64 {
	return b.Range.Len() - int64(b.Rows.Len()) - int64(len(b.Rejected))
}

// Applied is a row of the table `batches`: the proof that a range is in ClickHouse, and how it is made up.
// Range.Len() = Accepted + Rejected + Absent + Lost.
type Applied struct {
	Partition Partition
	Range     Range
	Accepted  int64  // rows in `events`
	Rejected  int64  // rows in `rejected`
	Absent    int64  // offsets without a record: control records, aborted transactions, compaction
	Lost      int64  // offsets that retention removed before they were read
	TopicID   string // Kafka's id of the topic they were read of, as a UUID; "" if the broker has none
}

// Rejected is a record that could not become an event, kept with its bytes so that it can be looked at and sent again.
type Rejected struct {
	Offset     int64
	AppendTime int64  // broker append time, Unix milliseconds
	Company    string // the stream's company
	Reason     Reason
	Detail     string // what exactly, for a person: the field and what was expected
	Key, Value []byte // the original bytes
	Origin     string // of a record sent again, where it was first rejected: stream/epoch/partition/offset; else ""
}
