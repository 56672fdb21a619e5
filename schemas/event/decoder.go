package event

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must be readable on a machine that has no zone files

	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads the records of one stream into rows. It rejects whatever the schema does not allow, so that nothing later
// has to doubt a value. It keeps scratch memory between calls and belongs to one goroutine.
type Decoder struct {
	stream   Stream
	zones    map[string]bool // zones found valid
	texts    textPool
	walkers  [3]walker        // envelope, data, members of a list
	values   []jsontext.Value // members of data
	members  []jsontext.Value // members of an object in a list
	kept     []member
	ext      []byte
	scratch  []byte
	unknown  int64
	envelope envelope
	quick    quick
}

type member struct {
	name  string
	value jsontext.Value
}

// envelope holds the raw attributes of one record between the two passes over it.
type envelope struct {
	values [len(attributes)]jsontext.Value
}

// attributes are the CloudEvents attributes that are read; zone is an extension of ours.
var attributes = [...]string{"specversion", "id", "source", "type", "subject", "time", "data", "dataschema", "datacontenttype", "zone"}

const (
	attrSpecversion = iota
	attrID
	attrSource
	attrType
	attrSubject
	attrTime
	attrData
	attrDataschema
	attrContentType
	attrZone

	requiredAttributes = attrData + 1
)

// earliest is the first instant that ClickHouse's DateTime64 can hold.
var earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// NewDecoder returns a decoder for the records of a valid stream.
func NewDecoder(s Stream) *Decoder {
	return &Decoder{stream: s, zones: map[string]bool{s.Zone: true}, quick: newQuick(s)}
}

// Company returns the company of the decoder's stream.
func (d *Decoder) Company() string { return d.stream.Company }

// TakeUnknown returns how many members that no schema knows were dropped since the last call.
func (d *Decoder) TakeUnknown() int64 {
	n := d.unknown
	d.unknown = 0
	return n
}

// Decode reads one record into row, all but its Offset. The error is always an [*Invalid]. The row does not refer to key
// or value afterwards; after an error it is of no use.
func (d *Decoder) Decode(key, value []byte, appended time.Time, row *Row) error {
	if size := len(key) + len(value); size > d.stream.MaxBytes {
		return invalid(TooLarge, "%d bytes, at most %d", size, d.stream.MaxBytes)
	}
	if d.quickly(key, value, appended.UnixMilli(), row) {
		return nil
	}
	return d.strictly(key, value, appended.UnixMilli(), row)
}

// strictly reads any record, through the JSON library.
func (d *Decoder) strictly(key, value []byte, appended int64, row *Row) error {
	if i := notUTF8At(value); i >= 0 {
		return invalid(InvalidUTF8, "at byte %d: not UTF-8", i)
	}
	if err := d.readEnvelope(value); err != nil {
		return err
	}
	*row = Row{Company: d.stream.Company, AppendTime: appended}
	t, err := d.fillEnvelope(key, row)
	if err != nil {
		return err
	}
	if err := d.readData(t); err != nil {
		return err
	}
	return d.fillData(t, row)
}

func (d *Decoder) readEnvelope(value []byte) error {
	e := &d.envelope
	clear(e.values[:])
	return d.walkers[0].object(value, true, func(name, v jsontext.Value) error {
		i := slices.IndexFunc(attributes[:], func(a string) bool { return a == string(name) })
		if i < 0 {
			d.unknown++
			return nil
		}
		e.values[i] = v
		return nil
	})
}

// fillEnvelope checks the attributes from the outside in and returns the event's type.
func (d *Decoder) fillEnvelope(key []byte, row *Row) (*Type, error) {
	for i, name := range attributes[:requiredAttributes] {
		if v := d.envelope.values[i]; v == nil || v.Kind() == 'n' {
			return nil, invalid(MissingField, "%s", name)
		}
	}
	if v, err := d.attribute(attrSpecversion); err != nil || v != "1.0" {
		return nil, cmpErr(err, invalid(InvalidValue, "specversion: want \"1.0\""))
	}
	var errs [5]error
	row.ID, errs[0] = d.attribute(attrID)
	row.Source, errs[1] = d.attribute(attrSource)
	row.Type, errs[2] = d.attribute(attrType)
	row.Subject, errs[3] = d.attribute(attrSubject)
	row.Zone, errs[4] = d.zone()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(key, []byte(row.Subject)) {
		return nil, wrongKey(key, row.Subject)
	}
	t, err := d.typeOf(row)
	if err != nil {
		return nil, err
	}
	row.Time, err = d.time(row.AppendTime)
	return t, err
}

// attribute returns a text attribute, "" when it is absent. CloudEvents lets a producer write an absent attribute as null.
func (d *Decoder) attribute(i int) (string, error) {
	v := d.envelope.values[i]
	if v == nil || v.Kind() == 'n' && i >= requiredAttributes {
		return "", nil
	}
	f := field{name: attributes[i], kind: kindText, maxLen: defaultMaxLen}
	if i < requiredAttributes {
		f.minLen = 1
	}
	b, err := d.text(&f, v)
	if err != nil {
		return "", err
	}
	if i == attrID || i == attrSubject {
		return d.texts.unique(b), nil
	}
	return d.texts.repeated(b), nil
}

func (d *Decoder) zone() (string, error) {
	z, err := d.attribute(attrZone)
	if err != nil || z == "" {
		return d.stream.Zone, err
	}
	if d.zones[z] {
		return z, nil
	}
	if !zoneExists(z) {
		return "", invalid(InvalidValue, "zone %.64q: not an IANA zone", z)
	}
	d.zones[z] = true
	return z, nil
}

func (d *Decoder) typeOf(row *Row) (*Type, error) {
	t, ok := types[row.Type]
	if !ok {
		return nil, invalid(UnknownType, "%.64q", row.Type)
	}
	if ct, err := d.attribute(attrContentType); err != nil || ct != "" && ct != "application/json" {
		return nil, cmpErr(err, invalid(InvalidValue, "datacontenttype: want application/json"))
	}
	schema, err := d.attribute(attrDataschema)
	if err != nil {
		return nil, err
	}
	row.Version = t.Version
	if schema == "" || schema == t.dataSchema {
		return t, nil
	}
	rest, ok := strings.CutPrefix(schema, schemaPrefix+t.Name+":")
	if !ok {
		return nil, invalid(InvalidValue, "dataschema: want %s", t.DataSchema())
	}
	if rest != strconv.Itoa(int(t.Version)) {
		return nil, invalid(UnknownVersion, "%s version %.16q, known is %d", t.Name, rest, t.Version)
	}
	return t, nil
}

// time reads the time attribute and holds it against the stream's bounds. The bounds stand around the append time, not the
// clock, so that reading the record again decides the same.
func (d *Decoder) time(appended int64) (int64, error) {
	at, err := d.instant("time", d.envelope.values[attrTime])
	if err != nil {
		return 0, err
	}
	ms, s := at.UnixMilli(), &d.stream
	first := earliest
	if s.Backward > 0 {
		first = appended - s.Backward.Milliseconds()
	}
	if ms < first || ms > appended+s.Forward.Milliseconds() {
		return 0, invalid(TimeOutOfBounds, "%s is outside %s to %s", formatMilli(ms), formatMilli(first),
			formatMilli(appended+s.Forward.Milliseconds()))
	}
	return ms, nil
}

func formatMilli(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
