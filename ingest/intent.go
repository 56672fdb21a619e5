package ingest

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// intentFormat is the metadata of a committed offset while a range is being written. It tells the next owner of the
// partition exactly which offsets may be in ClickHouse already, and therefore which tokens were used. The epoch belongs
// to it: after a topic was recreated the old intent says nothing about the new offsets.
const (
	intentFormat  = "epoch %d intent %d-%d"
	settledFormat = "epoch %d" // nothing is pending
)

func formatIntent(epoch uint32, r event.Range) string {
	return fmt.Sprintf(intentFormat, epoch, r.First, r.Last)
}

func formatSettled(epoch uint32) string { return fmt.Sprintf(settledFormat, epoch) }

func settled(metadata string, epoch *uint32) bool {
	_, err := fmt.Sscanf(metadata, settledFormat, epoch)
	return err == nil && formatSettled(*epoch) == metadata
}

// CommittedIn returns the committed offset if it was committed in this epoch, -1 otherwise: what is below it must be in
// `batches`.
func CommittedIn(epoch uint32, offset int64, metadata string) int64 {
	var e uint32
	_, pending, err := parseIntent(metadata, epoch)
	if err == nil && (pending || settled(metadata, &e) && e == epoch) {
		return offset
	}
	return -1
}

// parseIntent returns the range named by the metadata, ok=false when no range of this epoch is pending.
func parseIntent(metadata string, epoch uint32) (r event.Range, ok bool, err error) {
	var e uint32
	if metadata == "" || settled(metadata, &e) {
		return r, false, nil
	}
	if _, err := fmt.Sscanf(metadata, intentFormat, &e, &r.First, &r.Last); err != nil || formatIntent(e, r) != metadata || r.Len() < 1 {
		return r, false, fmt.Errorf("offset metadata %.64q is not ours: the consumer group is used by another program", metadata)
	}
	return r, e == epoch, nil
}
