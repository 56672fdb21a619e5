package doctor

import (
	"context"
	"fmt"
	"strconv"
)

// replication is how the tables of the contract are kept on several servers.
type replication struct {
	addresses int
	all, some bool   // of the tables are replicated
	replicas  uint64 // servers
	quorum    string // insert_quorum of the user's profile
	maySync   bool   // the user may wait until a server is up to date
}

// storeReplicas looks whether several servers hold the same rows, and how many have them when an insert is acknowledged.
func storeReplicas(ctx context.Context, p *patient) ([]Finding, error) {
	r := replication{addresses: len(p.Config.ClickHouse.Addresses)}
	var err error
	if r.all, r.some, r.replicas, err = p.store.Replication(ctx); err != nil {
		return nil, err
	}
	if r.maySync, err = p.store.MaySync(ctx); err != nil {
		return nil, err
	}
	settings, err := p.store.Settings(ctx, "insert_quorum")
	if err != nil {
		return nil, err
	}
	for _, s := range settings {
		r.quorum = s.Value
	}
	return []Finding{r.judge()}, nil
}

func (r replication) judge() Finding {
	const quorum = "ALTER USER … SETTINGS insert_quorum = 'auto'"
	switch {
	case r.some && !r.all:
		return Finding{
			State: Problem, Found: "of events, rejected and batches some are replicated and some are not", Want: "all of them, or none",
			Do: "make the others replicated too: a server would have ranges without their rows",
		}
	case !r.all && r.addresses > 1:
		return Finding{
			State: Problem, Found: fmt.Sprintf("%d addresses, and tables that are not replicated", r.addresses), Want: "one address, or replicated tables",
			Do: "name one server in clickhouse.addresses: each would get rows that the others lack, and recovery would insert them again",
		}
	case r.all && r.addresses > 1 && !r.maySync:
		return Finding{
			State: Problem, Found: "may not bring a server up to date", Want: "SYSTEM SYNC REPLICA on the database",
			Do: "GRANT SYSTEM SYNC REPLICA ON the database TO the user: recovery needs it where there are several addresses",
		}
	case r.all && r.replicas > 1 && !r.majority():
		return Finding{
			State: Warning, Found: fmt.Sprintf("insert_quorum=%s, %d replicas: an insert is acknowledged before most have it", r.quorum, r.replicas),
			Want: "insert_quorum=auto", Do: quorum + ": else rows whose offsets are committed are lost with the disk of one server",
		}
	case r.all:
		return well("", "replicated, %d replicas, insert_quorum=%s", r.replicas, r.quorum)
	}
	return well("", "one server, not replicated")
}

// majority reports whether an acknowledged insert is on most replicas.
func (r replication) majority() bool {
	n, err := strconv.ParseUint(r.quorum, 10, 64)
	return r.quorum == "auto" || err == nil && 2*n > r.replicas
}
