package event

import "fmt"

// What tells the log that is in Kafka from the one whose records were applied. Ingest halts a partition for each of these
// reasons, and a proof names them. Each function returns nil where nothing speaks against the log, else an error that says
// what to do.

// SameTopic compares the id of the topic whose records were applied with the id of the one in Kafka. Either may be empty:
// ranges of an older build and brokers before 2.8 say nothing.
func SameTopic(applied, there string) error {
	if applied == "" || there == "" || applied == there {
		return nil
	}
	return fmt.Errorf("what is applied was read of topic %s, the one in Kafka is %s: the topic was recreated; %s", applied, there, raiseEpoch)
}

// SameEnd wants the log to reach everything before next, the first offset that is not applied.
func SameEnd(end, next int64) error {
	if end >= next {
		return nil
	}
	return fmt.Errorf("the log ends at %d, but everything before %d is applied: the topic was recreated or its end was lost, "+
		"and what is written at these offsets now is not read; %s", end, next, raiseEpoch)
}

// SameRecord compares the append times, in Unix milliseconds, of the record that was applied at an offset and of the one in
// Kafka: a log that lost its end, or one that was recreated, may have grown past what is applied since.
func SameRecord(offset, applied, there int64) error {
	if applied == there {
		return nil
	}
	return fmt.Errorf("the record at offset %d in Kafka is not the one that was applied: the topic was recreated or its end was lost; %s",
		offset, raiseEpoch)
}

const raiseEpoch = "raise the stream's epoch to read it as a new one"
