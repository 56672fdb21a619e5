package calendar

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // zones must be readable on a machine that has no zone files
)

// zones caches what time.LoadLocation parsed: it would read the zone anew for every call of a month.
var zones sync.Map // name → *time.Location

// Zone returns the zone with an IANA name such as "Asia/Jerusalem". "" and "Local", which mean whatever machine this is,
// are no zones.
func Zone(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("zone %q: want an IANA zone such as Asia/Shanghai", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	zones.Store(name, loc)
	return loc, nil
}
