package doctor

import (
	"context"
	"runtime"
)

// binaryVersion says who is asking: a report is read later, by somebody else.
func binaryVersion(_ context.Context, p *patient) ([]Finding, error) {
	return []Finding{well("", "deskpulse %s, %s, %s/%s", p.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)}, nil
}
