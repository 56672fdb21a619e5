package kafka

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/deploy/loopback"
)

// properties is the content of a broker's configuration file.
func (n *node) properties() string {
	replicas := strconv.Itoa(n.cluster.cfg.Brokers)
	inSync := strconv.Itoa(n.cluster.cfg.Brokers/2 + 1)
	p := map[string]string{
		"process.roles":                  "broker,controller",
		"node.id":                        strconv.Itoa(n.index),
		"controller.quorum.voters":       n.cluster.voters(),
		"controller.listener.names":      "CONTROLLER",
		"listeners":                      fmt.Sprintf("PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d", n.port, n.controller),
		"advertised.listeners":           fmt.Sprintf("PLAINTEXT://127.0.0.1:%d", n.port),
		"listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"log.dirs":                       filepath.Join(n.dir, "data"),

		"auto.create.topics.enable":  "false",
		"default.replication.factor": replicas,
		"min.insync.replicas":        inSync,
		"num.partitions":             "1",

		"offsets.topic.replication.factor":                 replicas,
		"offsets.topic.num.partitions":                     "4",
		"transaction.state.log.replication.factor":         replicas,
		"transaction.state.log.min.isr":                    inSync,
		"transaction.state.log.num.partitions":             "4",
		"share.coordinator.state.topic.replication.factor": replicas,
		"share.coordinator.state.topic.min.isr":            inSync,

		// Tests kill members and brokers, and do not want to wait for it to be noticed.
		"group.initial.rebalance.delay.ms": "0",
		"group.min.session.timeout.ms":     "1000",
		"broker.session.timeout.ms":        "3000",
		"broker.heartbeat.interval.ms":     "500",
		"controlled.shutdown.enable":       "false", // it asks a controller, which may be ending too

		// As small as it still works.
		"num.network.threads":            "2",
		"num.io.threads":                 "2",
		"num.replica.fetchers":           "1",
		"background.threads":             "2",
		"log.cleaner.dedupe.buffer.size": "2097152",
		"log.cleaner.io.buffer.size":     "65536",
		"log.segment.bytes":              "67108864",
		"offsets.topic.segment.bytes":    "8388608",
		"metadata.log.segment.bytes":     "8388608",
		"log.index.size.max.bytes":       "1048576",
	}
	maps.Copy(p, n.cluster.cfg.Properties)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&out, "%s=%s\n", name, p[name])
	}
	return out.String()
}

// voters lists the controllers, as every one of them wants to know.
func (c *Cluster) voters() string {
	var out []string
	for _, n := range c.nodes {
		out = append(out, fmt.Sprintf("%d@127.0.0.1:%d", n.index, n.controller))
	}
	return strings.Join(out, ",")
}

// freePorts chooses n different free loopback ports.
func freePorts(n int) (ports []int, err error) {
	for range n {
		listener, err := loopback.Listen()
		if err != nil {
			return nil, fmt.Errorf("choose port: %w", err)
		}
		defer listener.Close() // only at the end, so that none is chosen twice
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
