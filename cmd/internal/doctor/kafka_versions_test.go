package doctor_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
)

// TestBrokerIsOld has brokers of the last release without something that is needed, and of the first with all.
func TestBrokerIsOld(t *testing.T) {
	noCommit := kversion.V2_7_0()
	noCommit.SetMaxKeyVersion(kmsg.OffsetCommit.Int16(), 1) // no release lacks this alone
	for _, row := range []struct {
		name     string
		versions *kversion.Versions
		state    doctor.State
		word     string
	}{
		{"0.10.2", kversion.V0_10_2(), doctor.Problem, "use Apache Kafka 0.11 or later"},
		{"2.2", kversion.V2_2_0(), doctor.Problem, "use Apache Kafka 2.3 or later"},
		{"no ranges in commits", noCommit, doctor.Problem, "use Apache Kafka 0.9 or later"},
		{"2.7", kversion.V2_7_0(), doctor.Warning, "use Apache Kafka 2.8 or later"},
		{"3.0", kversion.V3_0_0(), doctor.Warning, "use Apache Kafka 3.1 or later"},
		{"3.1", kversion.V3_1_0(), doctor.OK, "speaks all that is needed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.fake(kfake.MaxVersions(row.versions))
			want(t, w.examine(0), doctor.Kafka, "versions", row.state, row.word)
		})
	}
}

// TestBrokersDiffer has a cluster in the middle of its upgrade: the second broker is of an older release, which has all
// that is needed.
func TestBrokersDiffer(t *testing.T) {
	w := newWorld(t)
	cluster := w.fake(kfake.NumBrokers(2))
	want(t, w.examine(0), doctor.Kafka, "versions", doctor.OK, "speaks all that is needed")
	cluster.ControlKey(kmsg.ApiVersions.Int16(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if cluster.CurrentNode() != 1 {
			return nil, nil, false
		}
		res := req.ResponseKind().(*kmsg.ApiVersionsResponse)
		kversion.V3_1_0().EachMaxKeyVersion(func(key, version int16) {
			res.ApiKeys = append(res.ApiKeys, kmsg.ApiVersionsResponseApiKey{ApiKey: key, MaxVersion: version})
		})
		return res, nil, true
	})
	r := w.examine(0)
	want(t, r, doctor.Kafka, "versions", doctor.Warning, "finish the upgrade")
	if f := find(r, doctor.Kafka, "versions"); f.Object != "broker 1" {
		t.Errorf("got %+v, want it about broker 1", f)
	}
}
