package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
)

// decisions looks at the topic that is the log of record: one partition, as their order decides, and kept for ever.
func decisions(_ context.Context, p *patient) ([]Finding, error) {
	name := p.Config.Decisions
	t, ok := p.topics[name]
	if !ok || t.settings == nil {
		return nil, nil // the check of the topics has said so
	}
	var out []Finding
	if n := len(t.Partitions); n != 1 {
		out = append(out, Finding{
			Object: name, State: Problem, Found: fmt.Sprintf("%d partitions", n), Want: "one, because their order is what decides",
			Do: "make another topic with one partition and name it under `decisions`: partitions cannot be taken away",
		})
	}
	want := app.DecisionSettings()
	for _, setting := range slices.Sorted(maps.Keys(want)) {
		if got := t.settings[setting]; !app.Settled(setting, got, want[setting]) {
			out = append(out, Finding{
				Object: name, State: Problem, Found: setting + "=" + got, Want: setting + "=" + want[setting],
				Do: alter(name, setting+"="+want[setting]),
			})
		}
	}
	if len(out) == 0 {
		out = append(out, well(name, "one partition, kept for ever"))
	}
	return out, nil
}
