package ingest

import (
	"context"
	"runtime/pprof"
)

// The stages of the pipeline as a profile of the processor's time names them, under the label "stage". What the store does
// with a batch it labels itself.
var (
	stageFetch  = stage("fetch")
	stageDecode = stage("decode")
)

func stage(name string) context.Context {
	return pprof.WithLabels(context.Background(), pprof.Labels("stage", name))
}
