//go:build !race

// The race detector allocates on its own account, so allocations are counted without it.

package kafka_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// TestRecordSetAllocations: reading costs no allocation per record, and none per batch once the buffers are there.
func TestRecordSetAllocations(t *testing.T) {
	for codec, name := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		t.Run(name, func(t *testing.T) {
			data := benchSet(t, int16(codec))
			var s kafka.RecordSet
			var r kafka.Record
			perSet := testing.AllocsPerRun(20, func() {
				for s.Reset(data, 0, nil, testLimit); s.Next(&r); {
				}
			})
			if perRecord := perSet / benchRecords; perRecord > 0.01 {
				t.Errorf("%v allocations a record", perRecord)
			}
		})
	}
}
