package event

import (
	"iter"
	"slices"
)

// Rows are the accepted events of a batch, column by column: 100,000 rows of their own would be 27 MB with 1.5 million
// pointers for the collector of garbage to follow, and a block for ClickHouse is made of columns anyway. All columns have
// the same length. Rows are added by Add only and read in place; the zero Rows are empty.
type Rows struct {
	Company    Codes
	Subject    Texts
	Source     Codes
	ID         Texts
	Type       Codes
	Version    []uint16
	Zone       Codes
	Time       []int64 // Unix milliseconds
	Offset     []int64
	AppendTime []int64 // Unix milliseconds
	Text       [TextColumns]Codes
	Number     [NumberColumns]Numbers
	Ext        Texts
	Origin     Codes
}

// Len returns how many rows there are.
func (r *Rows) Len() int { return len(r.Offset) }

// Add copies a row behind the others.
func (r *Rows) Add(row *Row) {
	r.Company.add(row.Company)
	r.Subject.add(row.Subject)
	r.Source.add(row.Source)
	r.ID.add(row.ID)
	r.Type.add(row.Type)
	r.Version = append(r.Version, row.Version)
	r.Zone.add(row.Zone)
	r.Time = append(r.Time, row.Time)
	r.Offset = append(r.Offset, row.Offset)
	r.AppendTime = append(r.AppendTime, row.AppendTime)
	for i := range row.Text {
		r.Text[i].add(row.Text[i])
	}
	for i := range row.Number {
		r.Number[i].add(row.Number[i])
	}
	r.Ext.add(row.Ext)
	r.Origin.add(row.Origin)
}

// codes yields the columns of texts that come again.
func (r *Rows) codes(yield func(*Codes) bool) {
	for _, c := range []*Codes{&r.Company, &r.Source, &r.Type, &r.Zone, &r.Origin} {
		if !yield(c) {
			return
		}
	}
	for i := range r.Text {
		if !yield(&r.Text[i]) {
			return
		}
	}
}

// At returns a copy of row i, whose texts are its own. It is not for the hot path.
func (r *Rows) At(i int) Row {
	row := Row{
		Company: r.Company.At(i), Subject: string(r.Subject.At(i)), Source: r.Source.At(i), ID: string(r.ID.At(i)),
		Type: r.Type.At(i), Version: r.Version[i], Zone: r.Zone.At(i),
		Time: r.Time[i], Offset: r.Offset[i], AppendTime: r.AppendTime[i],
		Ext: string(r.Ext.At(i)), Origin: r.Origin.At(i),
	}
	for c := range row.Text {
		row.Text[c] = r.Text[c].At(i)
	}
	for c := range row.Number {
		row.Number[c] = r.Number[c].At(i)
	}
	return row
}

// All returns the rows in order, each as At does.
func (r *Rows) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range r.Len() {
			if !yield(r.At(i)) {
				return
			}
		}
	}
}

// Where returns the rows whose offset keep wants, in their order.
func (r *Rows) Where(keep func(offset int64) bool) Rows {
	var out Rows
	for i, offset := range r.Offset {
		if keep(offset) {
			row := r.At(i)
			out.Add(&row)
		}
	}
	return out
}

// Grow makes room for so many more rows: for texts as long as most are.
func (r *Rows) Grow(rows int) {
	for c := range r.codes {
		c.Keys = slices.Grow(c.Keys, rows)
	}
	for _, t := range []*Texts{&r.Subject, &r.ID, &r.Ext} {
		*t = Texts{slices.Grow(t.Bytes, usualText*rows), slices.Grow(t.Ends, rows)}
	}
	for i := range r.Number {
		r.Number[i] = Numbers{slices.Grow(r.Number[i].Null, rows), slices.Grow(r.Number[i].Values, rows)}
	}
	r.Version, r.Time = slices.Grow(r.Version, rows), slices.Grow(r.Time, rows)
	r.Offset, r.AppendTime = slices.Grow(r.Offset, rows), slices.Grow(r.AppendTime, rows)
}

// usualText is the length of a text of which there are many, in bytes.
const usualText = 24

// Reset empties the rows and keeps their memory for the next ones.
func (r *Rows) Reset() {
	for c := range r.codes {
		c.reset()
	}
	for _, t := range []*Texts{&r.Subject, &r.ID, &r.Ext} {
		*t = Texts{t.Bytes[:0], t.Ends[:0]}
	}
	for i := range r.Number {
		r.Number[i] = Numbers{r.Number[i].Null[:0], r.Number[i].Values[:0]}
	}
	r.Version, r.Time, r.Offset, r.AppendTime = r.Version[:0], r.Time[:0], r.Offset[:0], r.AppendTime[:0]
}

// Room returns the bytes that the rows take in memory, with the room that their columns keep for more.
func (r *Rows) Room() int64 {
	room := 2*cap(r.Version) + 8*(cap(r.Time)+cap(r.Offset)+cap(r.AppendTime))
	for c := range r.codes {
		room += c.room()
	}
	for _, t := range []*Texts{&r.Subject, &r.ID, &r.Ext} {
		room += cap(t.Bytes) + 4*cap(t.Ends)
	}
	for i := range r.Number {
		room += cap(r.Number[i].Null) + 8*cap(r.Number[i].Values)
	}
	return int64(room)
}

// RoomFor returns the bytes that Grow takes for so many rows, about.
func RoomFor(rows int) int64 {
	const codes, numbers, texts = 5 + int(TextColumns), int(NumberColumns), 3
	return int64(rows) * int64(4*codes+9*numbers+(4+usualText)*texts+3*8+2)
}

// Texts is a column of texts that differ from row to row, one behind the other.
type Texts struct {
	Bytes []byte
	Ends  []uint32 // per row: where its text ends
}

// At returns the text of row i, a part of the column.
func (t *Texts) At(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = t.Ends[i-1]
	}
	return t.Bytes[begin:t.Ends[i]:t.Ends[i]]
}

func (t *Texts) add(s string) {
	t.Bytes = append(t.Bytes, s...)
	t.Ends = append(t.Ends, uint32(len(t.Bytes))) // a batch is never near 4 GB: see MaxBatchBytes
}

// MaxBatchBytes is the largest batch that may be asked for, in bytes of keys and values: the columns of its texts count
// with 32 bits.
const MaxBatchBytes = 1 << 30

// Numbers is a column of integers that may not have been reported.
type Numbers struct {
	Null   []uint8 // 1 where there is none
	Values []int64
}

// At returns the integer of row i.
func (n *Numbers) At(i int) NullInt64 { return NullInt64{Value: n.Values[i], Valid: n.Null[i] == 0} }

func (n *Numbers) add(v NullInt64) {
	if !v.Valid {
		n.Null, n.Values = append(n.Null, 1), append(n.Values, 0)
		return
	}
	n.Null, n.Values = append(n.Null, 0), append(n.Values, v.Value)
}

// RowsOf returns copies of the rows.
func RowsOf(rows ...Row) Rows {
	var out Rows
	for i := range rows {
		out.Add(&rows[i])
	}
	return out
}
