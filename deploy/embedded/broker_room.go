package embedded

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// room keeps the broker from writing to a full disk, which it does not survive in good order: it answers that a commit
// is stored which is not, leaves half an entry in the file of commits, behind which nothing is found again, and takes
// the repetition of a batch that it could not write for one that it has. So records are refused, with an error upon
// which clients try again, while there is still space for commits and topics, and those before there is none at all.
//
// Another program may fill the rest of the disk in between. Then the broker is broken: its files and what it has in
// memory differ. It takes nothing more, and whoever runs it is told to start it again, which reads what is on disk.
type room struct {
	dir     string
	reserve uint64
	logger  *slog.Logger
	failed  chan struct{} // closed when the broker is broken

	mu    sync.Mutex // guards what follows
	err   error
	short bool
	said  time.Time
}

func newRoom(dir string, reserve int64, logger *slog.Logger) *room {
	return &room{dir: dir, reserve: uint64(max(reserve, 0)), logger: logger, failed: make(chan struct{})}
}

// forState is kept for commits and topics when records are refused already.
func (r *room) forState() uint64 { return r.reserve / 4 }

// sayEvery is the pause between two lines about the same full disk.
const sayEvery = time.Minute

// guard makes a cluster refuse what there is no room for. A refused request has changed nothing.
func (r *room) guard(cluster *kfake.Cluster) {
	cluster.Fault(
		kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.KafkaStorageError, Count: -1, When: r.lacksForRecords},
		kfake.Fault{Keys: stateKeys, Err: kerr.KafkaStorageError, Count: -1, When: r.lacksForState},
	)
}

// stateKeys are the other requests that write, apart from those of members, which are written again upon every join.
var stateKeys = []kmsg.Key{
	kmsg.OffsetCommit, kmsg.OffsetDelete, kmsg.TxnOffsetCommit, kmsg.CreateTopics, kmsg.CreatePartitions, kmsg.DeleteTopics,
	kmsg.DeleteRecords, kmsg.InitProducerID, kmsg.AddPartitionsToTxn, kmsg.AddOffsetsToTxn, kmsg.EndTxn,
	kmsg.AlterConfigs, kmsg.IncrementalAlterConfigs,
}

// lacksForRecords reports whether a produce request does not fit. The batches are written as they are, and an index
// beside them.
func (r *room) lacksForRecords(request kmsg.Request) bool {
	bytes := uint64(0)
	if produce, ok := request.(*kmsg.ProduceRequest); ok {
		for _, topic := range produce.Topics {
			for _, p := range topic.Partitions {
				bytes += uint64(len(p.Records)) + indexBytes
			}
		}
	}
	return r.lacks(r.reserve, bytes, true)
}

// indexBytes bounds what the broker writes for a batch beside its bytes.
const indexBytes = 64

func (r *room) lacksForState(kmsg.Request) bool { return r.lacks(r.forState(), indexBytes, false) }

// lacks reports whether the disk would have less than a reserve left after so many bytes. Records are what decides whether
// the disk is called full.
func (r *room) lacks(reserve, bytes uint64, records bool) bool {
	if r.broken() != nil {
		return true
	}
	if r.reserve == 0 {
		return false
	}
	free, _, err := DiskSpace(r.dir)
	lacks := err != nil || free < reserve+bytes
	if lacks || records {
		r.tell(lacks, free, err)
	}
	return lacks
}

// tell logs that the disk is full, now and then, and when it is not any more.
func (r *room) tell(lacks bool, free uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case lacks && time.Since(r.said) >= sayEvery:
		r.said = time.Now()
		if err == nil {
			err = &fullError{dir: r.dir, free: free, want: r.reserve}
		}
		r.logger.Error("broker takes no more records until there is room", "err", err)
	case !lacks && r.short:
		r.said = time.Time{}
		r.logger.Info("broker takes records again", "free", megabytes(free))
	}
	r.short = lacks
}

// broken says why the broker takes nothing more for good; nil while it does.
func (r *room) broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// watch looks for a failed write in what the broker logs, which is the only place where it says so.
func (r *room) watch(format string, args ...any) {
	if !strings.HasPrefix(format, "persist ") && !strings.HasPrefix(format, "rebuildSegments ") {
		return
	}
	cause := fmt.Errorf(format, args...)
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			cause = explained(r.dir, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = fmt.Errorf("broker cannot write its log, and takes nothing more until it is started again; "+
			"what it acknowledged is on disk: %w", cause)
		close(r.failed)
	}
}
