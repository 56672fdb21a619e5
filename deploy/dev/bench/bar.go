package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar is a progress bar on standard error, nil when nobody is looking. Its ETA follows from how far it is and how long
// that took, and total is what will be reached, so both are honest.
type bar struct{ p *progressbar.ProgressBar }

func newBar(what string, total int64) *bar {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	return &bar{progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
}

func (b *bar) set(done int64) {
	if b != nil {
		_ = b.p.Set64(done) // an error of drawing concerns nobody
	}
}

func (b *bar) close() {
	if b != nil {
		_ = b.p.Clear()
		_ = b.p.Exit()
	}
}
