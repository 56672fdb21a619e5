package doctor

import (
	"context"
	"fmt"
	"strconv"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// session wants the brokers to accept the group's session timeout: else no process can join.
func session(ctx context.Context, p *patient) ([]Finding, error) {
	settings, err := p.brokerSettings(ctx)
	if err != nil {
		return nil, err
	}
	least, ok1 := number(settings, "group.min.session.timeout.ms")
	most, ok2 := number(settings, "group.max.session.timeout.ms")
	if !ok1 || !ok2 {
		return []Finding{well("", "the broker names no bounds")}, nil
	}
	asked, low, high := p.Config.Group.SessionTimeout, time.Duration(least)*time.Millisecond, time.Duration(most)*time.Millisecond
	if asked < low || asked > high {
		return []Finding{{
			State: Problem, Found: fmt.Sprintf("group.session_timeout is %v, the brokers accept %v to %v", asked, low, high),
			Want: "a timeout within these", Do: "change group.session_timeout, with group.rebalance_timeout and clickhouse.insert_deadline",
		}}, nil
	}
	return []Finding{well("", "%v, within %v to %v", asked, low, high)}, nil
}

// offsetsKept warns where the group's offsets are forgotten sooner than a long weekend is over. Then the table `batches`
// says where to go on, so nothing is lost; but nobody else sees how far the group is.
func offsetsKept(ctx context.Context, p *patient) ([]Finding, error) {
	const name, least = "offsets.retention.minutes", 4 * 24 * time.Hour
	settings, err := p.brokerSettings(ctx)
	if err != nil {
		return nil, err
	}
	minutes, ok := number(settings, name)
	if kept := time.Duration(minutes) * time.Minute; ok && kept < least {
		return []Finding{{
			State: Warning, Found: fmt.Sprintf("%s=%d", name, minutes), Want: fmt.Sprintf("%d or more, four days", int(least.Minutes())),
			Do: "raise " + name + " in the brokers' configuration",
		}}, nil
	}
	return []Finding{well("", "%s=%s", name, settings[name])}, nil
}

// brokerSettings are those of the first broker.
func (p *patient) brokerSettings(ctx context.Context) (map[string]string, error) {
	if len(p.brokers) == 0 {
		return nil, nil
	}
	id := strconv.Itoa(p.brokers[0].ID)
	all, err := p.settings(ctx, kafkago.ResourceTypeBroker, id)
	return all[id], err
}
