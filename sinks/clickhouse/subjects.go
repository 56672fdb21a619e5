package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed subjects.sql
	subjectsSQL string
	//go:embed subjects_named.sql
	subjectsNamedSQL string
)

// Query chooses subjects.
type Query struct {
	// Company is whose events to read.
	Company string
	// Types are the types of events of which a subject must have one.
	Types []string
	// From and To bound when it happened: From included, To not.
	From, To time.Time
	// Or are types and times of which a subject may have an event instead.
	Or []When
	// Subjects are the subjects to read. If there are any, types and times do not count. Their events are all in memory at
	// once.
	Subjects []string
}

// When is events of some types in a time.
type When struct {
	// Types are the types.
	Types []string
	// From and To bound when they happened: From included, To not.
	From, To time.Time
}

// whens returns all types and times that choose a subject.
func (q Query) whens() []When { return append([]When{{q.Types, q.From, q.To}}, q.Or...) }

// fill puts the conditions of all types and times into a query: what they are bound to is numbered like them.
func (q Query) fill(sql string) string {
	var chosen, counted []string
	for i := range q.whens() {
		condition := strings.ReplaceAll("type IN {types#:Array(String)} AND occurred_at >= fromUnixTimestamp64Milli({from#:Int64}, 'UTC')"+
			" AND occurred_at < fromUnixTimestamp64Milli({to#:Int64}, 'UTC')", "#", strconv.Itoa(i))
		chosen, counted = append(chosen, condition), append(counted, "countIf("+condition+")")
	}
	return strings.NewReplacer("{chosen}", strings.Join(chosen, " OR "), "{counted}", strings.Join(counted, ", ")).Replace(sql)
}

// Subjects streams every event, of all types and times, of each subject that has an event of one of the types at one of
// the times, or that the query names: one slice per subject, subjects in order of their ids, events by time, source, id
// and position, repeated copies included.
//
// The slice, and the Content of its events, may be used until the next one is asked for; it may be appended to and changed.
// Texts and Data stay good; but whoever keeps a text of a call, a message or a presence keeps those of thousands of events with
// it: clone what is to be kept for long. Memory is some 50 MB: two ranges of ids of 100,000 events each, or a subject that has more. What is
// inserted while it reads may be seen or not. After an error nothing follows.
func (s *Store) Subjects(ctx context.Context, q Query) iter.Seq2[[]event.Event, error] {
	return s.subjects(ctx, q, chunkRows)
}

func (s *Store) subjects(ctx context.Context, q Query, chunkRows int64) iter.Seq2[[]event.Event, error] {
	return func(yield func([]event.Event, error) bool) {
		if err := s.eachSubject(ctx, q, chunkRows, func(events []event.Event) bool { return yield(events, nil) }); err != nil {
			yield(nil, explain(fmt.Sprintf("read subjects of %q", q.Company), err))
		}
	}
}

// eachSubject hands over one subject after the other. It returns nil when the caller has had enough.
func (s *Store) eachSubject(ctx context.Context, q Query, chunkRows int64, yield func([]event.Event) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	chunks := make(chan chunk) // one is read by us while the next one is received
	free := make(chan *eventColumns, blocksKept)
	ended := make(chan error, 1)
	go func() {
		defer close(chunks)
		ended <- s.readChunks(ctx, q, chunkRows, chunks, free)
	}()
	defer func() { // nothing is left behind: the query ends with its connection
		cancel()
		for range chunks {
		}
	}()
	t := typer{yield: func(events []event.Event) bool { return ctx.Err() == nil && yield(events) }}
	for c := range chunks {
		more, err := t.chunk(c)
		if err != nil {
			return err
		}
		if !more { // the caller has had enough, or ctx has ended
			return ctx.Err()
		}
		for _, block := range c {
			select {
			case free <- block:
			default:
			}
		}
	}
	return <-ended
}

// blocksKept is how many blocks are kept to be used again.
const blocksKept = 32

// chunk is the rows of a range of ids, in no order.
type chunk []*eventColumns

// readChunks sends one range of ids after the other until there are no more or ctx ends.
func (s *Store) readChunks(ctx context.Context, q Query, chunkRows int64, chunks chan<- chunk, free <-chan *eventColumns) (err error) {
	defer func() {
		if ended := ctx.Err(); ended != nil { // the reason of whatever went wrong
			err = ended
		}
	}()
	ranges, err := s.ranges(ctx, q, chunkRows)
	if err != nil || len(ranges) == 0 {
		return err
	}
	n, err := dialNative(ctx, s.cfg)
	if err != nil {
		return err
	}
	defer n.conn.Close()
	defer n.watch(ctx)()
	for _, r := range ranges {
		body, parameters := q.statement(r)
		if err := n.query(nativeQuery{body: body, settings: chunkSettings, parameters: parameters}); err != nil {
			return err
		}
		c, err := n.readChunk(free)
		if err != nil {
			return err
		}
		select {
		case chunks <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// readChunk reads the answer to a query.
func (n *native) readChunk(free <-chan *eventColumns) (chunk, error) {
	var c chunk
	for {
		b, more, err := n.next()
		if err != nil || !more {
			return c, err
		}
		var block *eventColumns
		select {
		case block = <-free:
		default:
			block = newEventColumns()
		}
		if err := n.readBlock(b, block.columns); err != nil {
			return c, err
		}
		block.rows = b.Rows
		c = append(c, block)
	}
}

// chunkSettings let the server send few large blocks, so that each brings its dictionaries for many rows. The index is not to
// be asked about the set of chosen subjects: of a range of ids the set has most, and the index takes longer to say so than
// reading does.
var chunkSettings = []proto.Setting{
	{Key: "max_block_size", Value: "65409"},
	{Key: "max_threads", Value: "2"},
	{Key: "use_index_for_in_with_subqueries", Value: "0"},
}

// statement returns the query of a range in SQL and what is bound to it.
func (q Query) statement(r idRange) (string, []proto.Parameter) {
	company := parameter("company", q.Company)
	if len(q.Subjects) > 0 {
		return subjectsNamedSQL, []proto.Parameter{company, {Key: "subjects", Value: inQuotes(arrayOf(q.Subjects))}}
	}
	all := []proto.Parameter{company, parameter("low", r.low), parameter("high", r.high)}
	for i, w := range q.whens() {
		n := strconv.Itoa(i)
		all = append(all, proto.Parameter{Key: "types" + n, Value: inQuotes(arrayOf(w.Types))},
			parameter("from"+n, strconv.FormatInt(w.From.UnixMilli(), 10)), parameter("to"+n, strconv.FormatInt(w.To.UnixMilli(), 10)))
	}
	return q.fill(subjectsSQL), all
}

// A parameter is a text in quotes; what is in the quotes is a value as a tab-separated file would have it. In an array the
// texts are in quotes of their own.
var (
	escaper = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`)
	quoter  = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
)

func inQuotes(text string) string { return "'" + quoter.Replace(text) + "'" }

func parameter(name, text string) proto.Parameter {
	return proto.Parameter{Key: name, Value: inQuotes(escaper.Replace(text))}
}

func arrayOf(texts []string) string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = inQuotes(text)
	}
	return "[" + strings.Join(all, ",") + "]"
}
