package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// leastClickHouse is the oldest release that has every setting and function that is used.
var leastClickHouse = [2]int{25, 8}

// storeServer asks the server for its version.
func storeServer(ctx context.Context, p *patient) ([]Finding, error) {
	store, err := clickhouse.Open(p.Config.ClickHouse)
	if err == nil {
		p.store = store
		err = store.Ping(ctx)
	}
	var answer *clickhouse.Error
	switch {
	case err == nil:
	case errors.As(err, &answer) && answer.Code == 81: // UNKNOWN_DATABASE
		return nil, awayError{err, "run `deskpulse migrate`, which makes the database"}
	case errors.As(err, &answer) && answer.Code != 0:
		return nil, awayError{err, "correct clickhouse.user and the password, or let that user in from this machine"}
	default:
		return nil, awayError{err, "start ClickHouse, or correct clickhouse.addresses and clickhouse.tls"}
	}
	version, _, err := p.store.Clock(ctx)
	if err != nil {
		return nil, err
	}
	return []Finding{release(version)}, nil
}

func release(version string) Finding {
	var got [2]int
	_, err := fmt.Sscanf(version, "%d.%d", &got[0], &got[1])
	if err != nil || got[0] < leastClickHouse[0] || got[0] == leastClickHouse[0] && got[1] < leastClickHouse[1] {
		return Finding{
			State: Problem, Found: "ClickHouse " + version, Want: fmt.Sprintf("%d.%d or later", leastClickHouse[0], leastClickHouse[1]),
			Do: "upgrade the server: the delivery contract needs settings that it does not have",
		}
	}
	return well("", "ClickHouse %s", version)
}

// storeClock compares the server's clock with ours. It is read between two looks at ours, so that the way there and back
// counts as doubt and not as skew; the shortest of three ways says most.
func storeClock(ctx context.Context, p *patient) ([]Finding, error) {
	var skew, doubt time.Duration
	for try := range 3 {
		before := p.Now()
		_, server, err := p.store.Clock(ctx)
		if err != nil {
			return nil, err
		}
		after := p.Now()
		if half := after.Sub(before) / 2; try == 0 || half < doubt {
			skew, doubt = server.Sub(before.Add(half)), half
		}
	}
	return []Finding{apart(skew, doubt)}, nil
}

func apart(skew, doubt time.Duration) Finding {
	found := fmt.Sprintf("the server is %v %s this machine, give or take %v",
		skew.Abs().Round(time.Millisecond), map[bool]string{true: "behind", false: "ahead of"}[skew < 0], doubt.Round(time.Millisecond))
	if skew.Abs() > mostSkew+doubt {
		return Finding{
			State: Warning, Found: found, Want: "clocks within a second",
			Do: "set both clocks by NTP (chronyc tracking): no number depends on the server's, but a log of two clocks misleads",
		}
	}
	return well("", "%s", found)
}
