package doctor

import (
	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Release judges a version of ClickHouse.
func Release(version string) Finding { return release(version) }

// Space judges a disk with so many bytes free, and grown by in a day.
func Space(free, aDay uint64) Finding { return disk{free: free, size: 1 << 40, aDay: aDay}.judge("d") }

// Kept judges a disk of a size of which so many bytes are kept.
func Kept(size, kept uint64) Finding {
	return reserve(well("d", "much"), clickhouse.Disk{Name: "d", Size: size, Kept: kept})
}

// Copied judges a topic with so many copies of each record, on so many brokers.
func Copied(copies int, least string, brokers int) Finding {
	return copied(topic{
		Topic:    kafkago.Topic{Name: "t", Partitions: []kafkago.Partition{{Replicas: make([]kafkago.Broker, copies)}}},
		settings: map[string]string{"min.insync.replicas": least},
	}, brokers)
}

// Partitions judges a topic of one partition with so many copies, in sync, and led or not.
func Partitions(copies, inSync int, led bool) Finding {
	p := kafkago.Partition{Replicas: make([]kafkago.Broker, copies), Isr: make([]kafkago.Broker, inSync)}
	if led {
		p.Leader.Host = "h"
	}
	return partitions(kafkago.Topic{Name: "t", Partitions: []kafkago.Partition{p}})
}

// Replicas judges how tables are replicated.
func Replicas(addresses int, all, some bool, replicas uint64, quorum string) Finding {
	return replication{addresses, all, some, replicas, quorum, true}.judge()
}

// Unsynced judges two replicas that may not be brought up to date.
func Unsynced() Finding { return replication{2, true, true, 2, "auto", false}.judge() }

// Rejected judges a stream of which so many records became events and so many did not.
func Rejected(accepted, rejected int64) Finding {
	return turnedAway("calls", clickhouse.StreamCount{Accepted: accepted, Rejected: rejected}, nil)
}

// Grown is the growth of tables of a size.
var Grown = grown
