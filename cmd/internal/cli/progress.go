package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// barPause is the least time between two drawings of a bar.
const barPause = 100 * time.Millisecond

// newBar returns a progress bar on standard error, or, when nobody is looking, nil, on which [bar.set] does nothing:
// a log is no place for a bar.
func newBar(env Env, total int64, what string, bytes bool) *bar {
	if !isTerminal(env.Err) {
		return nil
	}
	return &bar{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(env.Err),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(barPause),
		progressbar.OptionClearOnFinish(),
	)}
}

// bar is a progress bar, or nil.
type bar struct{ p *progressbar.ProgressBar }

// set tells how far it is. An error of drawing concerns nobody.
func (b *bar) set(done int64) {
	if b != nil {
		_ = b.p.Set64(done)
	}
}

// close removes the bar.
func (b *bar) close() {
	if b != nil {
		_ = b.p.Clear()
		_ = b.p.Exit()
	}
}

// fetchBar is a bar for each step of fetching the engine. Without a terminal the log says that it is being fetched.
type fetchBar struct {
	env  Env
	step string
	bar  *bar
}

func newFetchBar(env Env) *fetchBar { return &fetchBar{env: env} }

// report is an embedded.Progress.
func (f *fetchBar) report(step string, done, total int64) {
	if step != f.step {
		f.close()
		f.step, f.bar = step, newBar(f.env, total, "engine: "+step, true)
	}
	f.bar.set(done)
}

func (f *fetchBar) close() {
	f.bar.close()
	f.bar = nil
}
