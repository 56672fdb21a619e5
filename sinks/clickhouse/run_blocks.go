package clickhouse

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// runAgent names a run and whose rows are laid out.
type runAgent struct {
	month workflow.MonthID
	run   string
	agent string
}

// agentColumns begin every row of a run's three tables.
type agentColumns struct {
	runColumns
	agent *texts
}

func addAgent(b *block) agentColumns {
	return agentColumns{addRunPlace(b), add(b, "agent", new(texts))}
}

func (c agentColumns) Append(a runAgent) {
	c.runColumns.Append(a.month, a.run)
	c.agent.Append(a.agent)
}

// cardBlock is a block for the table `cards`.
type cardBlock struct {
	block
	agent            agentColumns
	name             *texts
	team             *dictionary
	total            *nullInt64s
	grade            *dictionary
	pay              *nullInt64s
	missing          *proto.ColInt64
	hash, serialized *texts
}

func newCardBlock() *cardBlock {
	c := new(cardBlock)
	b := &c.block
	c.agent = addAgent(b)
	c.name = add(b, "name", new(texts))
	c.team = add(b, "team", new(dictionary))
	c.total = add(b, "total", new(nullInt64s))
	c.grade = add(b, "grade", new(dictionary))
	c.pay = add(b, "pay", new(nullInt64s))
	c.missing = add(b, "missing", new(proto.ColInt64))
	c.hash = add(b, "hash", new(texts))
	c.serialized = add(b, "card", new(texts))
	return c
}

func (c *cardBlock) Append(at runAgent, card *score.Card, serialized []byte, hash string) {
	c.agent.Append(at)
	c.name.Append(card.Name)
	c.team.Append(card.Team)
	c.total.Append(nullable(card.Total))
	c.grade.Append(card.Grade)
	c.pay.Append(nullable(card.Pay))
	c.missing.Append(int64(len(card.Missing)))
	c.hash.Append(hash)
	c.serialized.Append(string(serialized))
}

// hashOf is what a card is known by: SHA-256 of its JSON, in hex.
func hashOf(serialized []byte) string {
	sum := sha256.Sum256(serialized)
	return hex.EncodeToString(sum[:])
}

// nullable turns an amount that may be missing into a column's value.
func nullable[T amount.Points | amount.Money](v *T) event.NullInt64 {
	if v == nil {
		return event.NullInt64{}
	}
	return event.NullInt64{Value: int64(*v), Valid: true}
}

// lineBlock is a block for the table `lines`.
type lineBlock struct {
	block
	agent                  agentColumns
	line                   *proto.ColUInt32
	section, item, rule    *dictionary
	titleZH, titleEN       *dictionary
	status                 *dictionary
	points, taken          *nullInt64s
	numerator, denominator *nullInt64s
	small                  *proto.ColBool
	textZH, textEN         *texts
	claimedBy, decisions   *proto.ColArr[string]
	evidenceTotal          *proto.ColInt64
}

func newLineBlock() *lineBlock {
	l := new(lineBlock)
	b := &l.block
	l.agent = addAgent(b)
	l.line = add(b, "line", new(proto.ColUInt32))
	l.section = add(b, "section", new(dictionary))
	l.item = add(b, "item", new(dictionary))
	l.rule = add(b, "rule", new(dictionary))
	l.titleZH = add(b, "title_zh", new(dictionary))
	l.titleEN = add(b, "title_en", new(dictionary))
	l.status = add(b, "status", new(dictionary))
	l.points = add(b, "points", new(nullInt64s))
	l.taken = add(b, "taken", new(nullInt64s))
	l.numerator = add(b, "numerator", new(nullInt64s))
	l.denominator = add(b, "denominator", new(nullInt64s))
	l.small = add(b, "small_sample", new(proto.ColBool))
	l.textZH = add(b, "text_zh", new(texts))
	l.textEN = add(b, "text_en", new(texts))
	l.claimedBy = add(b, "claimed_by", new(proto.ColStr).Array())
	l.decisions = add(b, "decisions", new(proto.ColStr).Array())
	l.evidenceTotal = add(b, "evidence_total", new(proto.ColInt64))
	return l
}

func (c *lineBlock) Append(at runAgent, number int, l *score.Line) {
	c.agent.Append(at)
	c.line.Append(uint32(number))
	c.section.Append(l.Section)
	c.item.Append(l.Item)
	c.rule.Append(l.Rule)
	c.titleZH.Append(l.Title.ZH)
	c.titleEN.Append(l.Title.EN)
	c.status.Append(string(l.Status))
	known := l.Status != score.StatusMissing // what is missing is not 0
	c.points.Append(event.NullInt64{Value: int64(l.Points), Valid: known})
	c.taken.Append(event.NullInt64{Value: int64(l.Taken), Valid: known})
	var numerator, denominator event.NullInt64
	if l.Value != nil {
		numerator = event.NullInt64{Value: l.Value.Num, Valid: true}
		denominator = event.NullInt64{Value: l.Value.Den, Valid: true}
	}
	c.numerator.Append(numerator)
	c.denominator.Append(denominator)
	c.small.Append(l.Small)
	c.textZH.Append(l.Text.ZH)
	c.textEN.Append(l.Text.EN)
	c.claimedBy.Append(l.ClaimedBy)
	c.decisions.Append(l.Decisions)
	c.evidenceTotal.Append(int64(l.EvidenceTotal))
}

// evidenceBlock is a block for the table `evidence`.
type evidenceBlock struct {
	block
	agent        agentColumns
	line, number *proto.ColUInt32
	date         *proto.ColDate32
	source       *dictionary
	subject, id  *texts
	against      *proto.ColBool
	note         *texts
}

func newEvidenceBlock() *evidenceBlock {
	e := new(evidenceBlock)
	b := &e.block
	e.agent = addAgent(b)
	e.line = add(b, "line", new(proto.ColUInt32))
	e.number = add(b, "number", new(proto.ColUInt32))
	e.date = add(b, "date", new(proto.ColDate32))
	e.source = add(b, "source", new(dictionary))
	e.subject = add(b, "subject", new(texts))
	e.id = add(b, "id", new(texts))
	e.against = add(b, "against", new(proto.ColBool))
	e.note = add(b, "note", new(texts))
	return e
}

func (c *evidenceBlock) Append(at runAgent, line, number int, e *metric.Evidence) {
	c.agent.Append(at)
	c.line.Append(uint32(line))
	c.number.Append(uint32(number))
	*c.date = append(*c.date, date32(e.Date))
	c.source.Append(e.Source)
	c.subject.Append(e.Subject)
	c.id.Append(e.ID)
	c.against.Append(e.Bad)
	c.note.Append(e.Note)
}

// date32 is a date as the days since 1970.
func date32(d calendar.Date) proto.Date32 {
	return proto.Date32(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}
