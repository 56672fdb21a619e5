package ingest

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// intentFormat is the metadata of a committed offset while a range is being written. It tells the next owner of the
// partition exactly which offsets may be in ClickHouse already, and therefore which tokens were used.
const intentFormat = "intent %d-%d"

func formatIntent(r event.Range) string { return fmt.Sprintf(intentFormat, r.First, r.Last) }

// parseIntent returns the range named by the metadata, ok=false when no range is pending.
func parseIntent(metadata string) (r event.Range, ok bool, err error) {
	if metadata == "" {
		return r, false, nil
	}
	if _, err := fmt.Sscanf(metadata, intentFormat, &r.First, &r.Last); err != nil || formatIntent(r) != metadata || r.Len() < 1 {
		return r, false, fmt.Errorf("offset metadata %.64q is not ours: the consumer group is used by another program", metadata)
	}
	return r, true, nil
}
