// Package progress draws how far a benchmark is.
package progress

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar is a progress bar on standard error, nil when nobody is looking. Its ETA follows from how far it is and how long
// that took, and total is what will be reached, so both are honest.
type Bar struct{ p *progressbar.ProgressBar }

// New begins a bar of what is done, up to total; nil where standard error is no terminal.
func New(what string, total int64) *Bar {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	return &Bar{progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
}

// Set says how much is done.
func (b *Bar) Set(done int64) {
	if b != nil {
		_ = b.p.Set64(done) // an error of drawing concerns nobody
	}
}

// Close removes the bar.
func (b *Bar) Close() {
	if b != nil {
		_ = b.p.Clear()
		_ = b.p.Exit()
	}
}
