package rule

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// measured is a metric that a rule asks for.
type measured struct {
	query metric.Query
	doc   metric.Doc
}

func readMeasure(o *document.Object) measured {
	n := o.Object("measure")
	if n == nil {
		return measured{}
	}
	return measureOf(n)
}

func measureOf(o *document.Object) measured {
	m := measured{query: metric.ReadQuery(o)}
	if found, ok := metric.Find(m.query.Metric); ok {
		m.doc = found.Doc()
	}
	if m.doc.Per == metric.PerTeam {
		o.Reader.Problem(o.Node.At, "metric %q is measured per team: no agent has a value", m.doc.ID)
	}
	o.Done()
	return m
}

// checkCustomers tells kinds of customers in the settings of a rule's measures that the policy does not declare: under a
// misspelt one the target would be another without anybody noticing.
func checkCustomers(o *document.Object, declared []string) {
	if len(declared) == 0 {
		return
	}
	var measures []*document.Node
	if e := o.Node.Entry("measure"); e != nil {
		measures = append(measures, e.Value)
	}
	if e := o.Node.Entry("measures"); e != nil {
		measures = append(measures, e.Value.Items...)
	}
	for _, m := range measures {
		if e := m.Entry("by_kind"); e != nil {
			for _, kind := range e.Value.Entries {
				if !slices.Contains(declared, kind.Key) {
					o.Reader.Problem(kind.At, "by_kind: %v", &document.Unknown{What: "kind of customer", Name: kind.Key, Known: declared})
				}
			}
		}
	}
}

func (m measured) queries() []metric.Query { return []metric.Query{m.query} }

// percentage reports whether the metric's values are read in percent.
func (m measured) percentage() bool { return m.doc.Unit == metric.Percent }

// duration reports whether the metric's values are durations, in milliseconds.
func (m measured) duration() bool { return m.doc.Unit == metric.Milliseconds }

// bound returns how a bound of the metric's values is read.
func (m measured) bound() func(*document.Object, string) amount.Ratio {
	switch {
	case m.percentage():
		return Percent
	case m.duration():
		return milliseconds
	}
	return Points
}

// milliseconds reads a duration such as 40s or 24h.
func milliseconds(o *document.Object, key string) amount.Ratio {
	d := document.Scalar(o, key, document.Text, func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 || d%time.Millisecond != 0 {
			return 0, fmt.Errorf("%q: want a duration such as 40s or 24h", s)
		}
		return d, nil
	})
	return amount.Ratio{Num: d.Milliseconds(), Den: 1}
}

// seconds shows milliseconds as seconds with one place.
func seconds(r amount.Ratio) string { return amount.Ratio{Num: r.Num, Den: r.Den * 1000}.Decimal(1) }

// words shows a value as people read it, always with what it was made of, and so that it can be told from the bounds that
// it is compared with.
func (m measured) words(v metric.Value, bounds ...amount.Ratio) document.Title {
	r, ok := v.Ratio()
	switch {
	case !ok:
		return document.Title{ZH: "无数据", EN: "no value"}
	case m.percentage():
		return titled("%s %%（%d/%d）", "%s %% (%d of %d)", r.PercentBeside(bounds...), v.Num, v.Den)
	case m.duration():
		return titled("%s 秒（共 %d 次）", "%s s (of %d)", seconds(r), v.Sample)
	case m.doc.Unit == metric.OutOf100: // the sums are of no scale that people know
		return titled("%s（共 %d 次）", "%s (of %d)", r.Decimal(2), v.Sample)
	case v.Den == 1:
		return titled("%d", "%d", v.Num)
	}
	return titled("%s（%d/%d）", "%s (%d ÷ %d)", r.Decimal(2), v.Num, v.Den)
}

// small reports whether the value rests on fewer cases than the limit.
func (m measured) small(v metric.Value, limit int64) bool {
	return m.percentage() && v.Sample < limit
}

// noValue says what becomes of an item about which nothing was measured.
type noValue string

const (
	keepPoints  noValue = "keep"
	losePoints  noValue = "lose"
	blockPoints noValue = "block"
)

func readNoValue(o *document.Object, absent noValue) noValue {
	return noValue(o.OneOfOr("no_value", string(absent), string(keepPoints), string(losePoints), string(blockPoints)))
}

var noValueKey = Key{"no_value", "keep, lose or block", false, "what happens when nothing was measured: keep the points (default), lose them, or wait for a person's word"}

var measureKey = Key{"measure", "metric with its settings", true, "what is measured; see the reference of metrics"}

// ratioText is a ratio without a fraction that is zero, for prose: 98 or 97.5.
func ratioText(r amount.Ratio) string {
	v := amount.Points(0)
	if p, err := amount.ParsePoints(r.Percent(2)); err == nil {
		v = p
	}
	return fmt.Sprintf("%s %%", Short(v))
}
