package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// From how much free space on a disk is a warning, and a problem, whatever its size; and for how many days of growth as in
// the last one there must be room.
const (
	littleSpace = 5 << 30
	noSpace     = 1 << 30
	enoughDays  = 14
)

// disk is a disk that something grows on.
type disk struct {
	free, size uint64 // bytes; free is what may still be used
	aDay       uint64 // bytes by which it grew in the last day
}

// judge says for how long that is enough.
func (d disk) judge(object string) Finding {
	found := fmt.Sprintf("%s of %s free", gigabytes(d.free), gigabytes(d.size))
	days := uint64(0)
	if d.aDay > 0 {
		days = d.free / d.aDay
		found += fmt.Sprintf(", enough for %d days as the last", days)
	}
	var state State
	switch {
	case d.free < noSpace, d.aDay > 0 && days < 1:
		state = Problem
	case d.free < littleSpace, d.aDay > 0 && days < enoughDays:
		state = Warning
	default:
		return well(object, "%s", found)
	}
	return Finding{
		Object: object, State: state, Found: found, Want: fmt.Sprintf("%s, and room for %d days", gigabytes(littleSpace), enoughDays),
		Do: "make room, or use a larger disk: inserts and records are refused before it is full, and wait",
	}
}

func gigabytes(n uint64) string { return fmt.Sprintf("%d.%d GB", n>>30, n%(1<<30)*10>>30) }

// storeDisks looks at the server's disks, and how fast the tables grow.
func storeDisks(ctx context.Context, p *patient) ([]Finding, error) {
	disks, err := p.store.Disks(ctx)
	if err != nil {
		return nil, err
	}
	aDay, err := p.growth(ctx)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, d := range disks {
		f := disk{d.Free, d.Size, aDay}.judge(d.Name)
		if f.State == OK {
			f = reserve(f, d)
		}
		out = append(out, f)
	}
	return out, nil
}

// boundless is from what size on a disk is object storage, which has no end.
const boundless = 1 << 60

// reserve warns where the server would fill a disk to the last byte.
func reserve(f Finding, d clickhouse.Disk) Finding {
	if d.Kept > 0 || d.Size >= boundless {
		return f
	}
	return Finding{
		Object: d.Name, State: Warning, Found: f.Found + ", of which the server keeps none", Want: "some space that inserts leave alone",
		Do: "set keep_free_space_bytes of that disk, to 1 GB or so: where the last byte is used up merges fail, and so does dropping old data",
	}
}

// growth is the number of bytes by which the tables grew in the last day: their size, by the share of records that are
// new. Where nothing was applied it is none.
func (p *patient) growth(ctx context.Context) (uint64, error) {
	tables, _, _, err := p.store.Parts(ctx)
	if err != nil {
		return 0, err
	}
	lately, ever, err := p.store.Growth(ctx, p.Now().Add(-24*time.Hour))
	if err != nil {
		return 0, err
	}
	var bytes uint64
	for _, t := range tables {
		bytes += t.Bytes
	}
	return grown(bytes, lately, ever), nil
}

// grown is the share of the bytes that belongs to the latest of all records.
func grown(bytes uint64, lately, ever int64) uint64 {
	if ever <= 0 {
		return 0
	}
	return uint64(float64(bytes) * float64(lately) / float64(ever))
}

// homeDisk looks at the disk of the data folder. Broker and engine share it.
func homeDisk(_ context.Context, p *patient) ([]Finding, error) {
	free, size, err := embedded.DiskSpace(p.Data)
	if err != nil {
		return nil, err
	}
	return []Finding{disk{free: free, size: size}.judge(p.Data)}, nil
}
