package clickhouse_test

import (
	"testing"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// BenchmarkEncodeEvents sorts and encodes batches of 100,000 events, without a server.
func BenchmarkEncodeEvents(b *testing.B) {
	batch := batchOf(main0, event.Range{First: 0, Last: rowsPerBatch - 1})
	var w proto.Buffer
	b.ReportAllocs()
	for b.Loop() {
		clickhouse.EncodeEvents(batch, &w)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(batch.Rows.Len()), "ns/row")
}

func TestEncodingAllocatesForBatchesNotForRows(t *testing.T) {
	batch := batchOf(main0, event.Range{First: 0, Last: 9_999})
	var w proto.Buffer
	if each := testing.AllocsPerRun(20, func() { clickhouse.EncodeEvents(batch, &w) }) / float64(batch.Rows.Len()); each > 0.01 {
		t.Errorf("%.3f allocations a row, want at most 0.01", each)
	}
}
