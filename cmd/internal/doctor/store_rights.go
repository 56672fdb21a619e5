package doctor

import (
	"context"
	"fmt"
	"strings"
)

// storeGrants asks for every right that deskpulse uses, so that it is not missed in the middle of a recovery.
func storeGrants(ctx context.Context, p *patient) ([]Finding, error) {
	grants, err := p.store.Grants(ctx)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, g := range grants {
		if g.Granted {
			continue
		}
		what := g.Privileges
		if strings.HasSuffix(what, " ON *") {
			what = strings.TrimSuffix(what, "*") + p.Config.ClickHouse.Database + ".*"
		}
		out = append(out, Finding{
			Object: p.Config.ClickHouse.User, State: Problem, Found: "may not " + g.Purpose, Want: what,
			Do: fmt.Sprintf("GRANT %s TO %s", what, p.Config.ClickHouse.User),
		})
	}
	if len(out) == 0 {
		out = append(out, well(p.Config.ClickHouse.User, "has all %d rights", len(grants)))
	}
	return out, nil
}

// insertNeeds are settings that an insert brings with it.
var insertNeeds = []string{"async_insert", "insert_deduplicate", "insert_deduplication_token", "max_execution_time", "max_insert_block_size",
	"max_partitions_per_insert_block", "min_insert_block_size_bytes", "min_insert_block_size_rows", "timeout_overflow_mode", "receive_timeout"}

// storeSettings wants a profile in which an insert may bring its settings: without them the server cuts blocks, or answers
// before a row is stored. What the profile itself sets does not matter then.
func storeSettings(ctx context.Context, p *patient) ([]Finding, error) {
	settings, err := p.store.Settings(ctx, append([]string{"readonly"}, insertNeeds...)...)
	if err != nil {
		return nil, err
	}
	var fixed []string
	known := map[string]bool{}
	for _, s := range settings {
		known[s.Name] = true
		if s.Name == "readonly" && s.Value != "0" {
			return []Finding{{
				Object: p.Config.ClickHouse.User, State: Problem, Found: "readonly=" + s.Value + " in its profile", Want: "readonly=0",
				Do: "give the user a profile that may write: it inserts and migrates",
			}}, nil
		}
		if s.Name != "readonly" && (s.Readonly || s.Min != "" || s.Max != "") {
			fixed = append(fixed, s.Name)
		}
	}
	for _, name := range insertNeeds {
		if !known[name] {
			return []Finding{{State: Problem, Found: "the server does not know " + name, Want: "ClickHouse 25.8 or later", Do: "upgrade the server"}}, nil
		}
	}
	if len(fixed) > 0 {
		return []Finding{{
			Object: p.Config.ClickHouse.User, State: Problem, Found: "the profile has constraints on " + strings.Join(fixed, ", "),
			Want: "settings that an insert may change", Do: "remove these constraints from the profile of the user",
		}}, nil
	}
	return []Finding{well(p.Config.ClickHouse.User, "an insert may bring its %d settings", len(insertNeeds))}, nil
}
