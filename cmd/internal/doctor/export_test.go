package doctor

import kafkago "github.com/segmentio/kafka-go"

// Release judges a version of ClickHouse.
func Release(version string) Finding { return release(version) }

// Space judges a disk with so many bytes free, kept, and grown by in a day.
func Space(free, kept, aDay uint64) Finding {
	return disk{free: free, size: 1 << 40, kept: kept, aDay: aDay}.judge("d")
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
