package doctor

import (
	"context"
	"fmt"
	"time"
)

// deadlines looks at how an insert fits into the group's times. What is wrong for certain the configuration refuses;
// this is about what is too close. A member that is cut off in mid-insert costs a recovery, and no row.
func deadlines(_ context.Context, p *patient) ([]Finding, error) {
	insert, group := p.Config.ClickHouse.InsertDeadline, p.Config.Group
	found := fmt.Sprintf("insert %v < session %v, rebalance %v, less heartbeat %v", insert, group.SessionTimeout, group.RebalanceTimeout,
		group.HeartbeatInterval)
	if insert+2*time.Second > group.Lease() {
		return []Finding{{
			State: Warning, Found: found, Want: "two seconds between an insert's deadline and the group's times less a heartbeat",
			Do: "lower clickhouse.insert_deadline, or raise group.session_timeout and group.rebalance_timeout",
		}}, nil
	}
	return []Finding{well("", "%s", found)}, nil
}
