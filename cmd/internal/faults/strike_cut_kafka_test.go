package faults_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// cutKafka cuts the connection of one request to a broker: before the broker has heard of it, in the middle of the answer,
// or when the broker has done it and nobody has heard so.
type cutKafka struct {
	key   kmsg.Key
	when  proxy.Moment
	proxy *proxy.Kafka
}

func kafkaCuts() []kind {
	var out []kind
	for _, c := range []struct {
		when proxy.Moment
		keys []kmsg.Key // Produce carries the copies of rejected records
	}{
		{proxy.Before, []kmsg.Key{kmsg.OffsetCommit, kmsg.OffsetCommit, kmsg.Fetch, kmsg.Produce, kmsg.Heartbeat}},
		{proxy.During, []kmsg.Key{kmsg.OffsetCommit, kmsg.Fetch, kmsg.Fetch}},
		{proxy.Answered, []kmsg.Key{kmsg.OffsetCommit, kmsg.OffsetCommit, kmsg.Fetch, kmsg.Produce, kmsg.Heartbeat}},
	} {
		out = append(out, kind{name: fmt.Sprintf("cut Kafka %s a request", cutWords(c.when)), weight: 3,
			make: func(rng *rand.Rand) fault { return &cutKafka{key: drawn(rng, c.keys...), when: c.when} }})
	}
	return out
}

func (f *cutKafka) prepare(t *testing.T, r *run) { f.proxy = kafkaProxy(t, r) }

func (f *cutKafka) strike(t *testing.T, _ *run) {
	await(t, f.proxy.AtRequest(f.key, f.when, nil), f.key.Name()+" through the proxy")
	t.Logf("cut %s %s", cutWords(f.when), f.key.Name())
}

// kafkaProxy puts proxies between every process started from now on and all brokers.
func kafkaProxy(t *testing.T, r *run) *proxy.Kafka {
	t.Helper()
	p, err := proxy.StartKafka(r.spec.Brokers...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	r.spec.Brokers = p.Addrs()
	return p
}
