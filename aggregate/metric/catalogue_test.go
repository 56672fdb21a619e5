package metric_test

import (
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// Every metric is described well enough for the reference, found by its id, and reads only settings that there are.
func TestCatalogue(t *testing.T) {
	known := document.IDs(metric.AllSettings(), func(s metric.Setting) string { return s.Key })
	for _, m := range metric.All() {
		d := m.Doc()
		for name, v := range map[string]string{"title zh": d.Title.ZH, "title en": d.Title.EN, "summary zh": d.Summary.ZH, "summary en": d.Summary.EN,
			"unit": string(d.Unit), "better": string(d.Better), "per": string(d.Per), "numerator": d.Numerator, "credit": d.Credit,
			"maturity": d.Maturity, "evidence": d.Evidence} {
			if v == "" {
				t.Errorf("metric %q: %s is missing", d.ID, name)
			}
		}
		if (d.Denominator == "") != (d.Fixed == 1) {
			t.Errorf("metric %q: a count has no denominator, anything else has one", d.ID)
		}
		if found, ok := metric.Find(d.ID); !ok || found != m {
			t.Errorf("metric %q is not found by its id", d.ID)
		}
		for _, key := range d.Settings {
			if !slices.Contains(known, key) {
				t.Errorf("metric %q: setting %q does not exist", d.ID, key)
			}
		}
		for _, name := range d.Types {
			if !slices.ContainsFunc(event.Types(), func(t *event.Type) bool { return t.Name == name }) {
				t.Errorf("metric %q: type of event %q does not exist", d.ID, name)
			}
		}
		if q := (metric.Query{Metric: d.ID}); q.Key() != (metric.Query{Metric: d.ID, Settings: d.Default}).Key() {
			t.Errorf("metric %q: no settings %s are not its own %s", d.ID, q.Key(), d.Text(d.Default))
		}
	}
	if m, ok := metric.Find("calls"); ok {
		t.Errorf("found %v", m)
	}
}

// The ids are in policies, so none may go or change without anybody noticing.
func TestCatalogueIDs(t *testing.T) {
	want := []string{
		"abandon_rate", "absent_days", "answer_ask_ratio", "calls_answered", "calls_per_workday", "days_worked", "early_leave_count",
		"email_on_time", "exam_score", "finding_count", "first_response_time", "followup_on_time", "handle_time", "incident_count",
		"inquiry_on_time", "late_count", "leave_count", "leave_days", "occupancy", "quality_score", "reopen_rate", "reply_rate_within",
		"resolution_time", "response_time", "review_count", "satisfaction", "service_level",
	}
	if diff := cmp.Diff(document.IDs(metric.All(), func(m metric.Metric) string { return m.Doc().ID }), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}
