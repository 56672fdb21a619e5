package faults_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
)

// point is one run of the suite: servers, load and processes, and the faults that strike one after the other.
type point struct {
	Index      int
	Broker     brokerKind
	Topic      topicKind
	Partitions int
	Processes  int
	Faults     []planned
	Seed       uint64 // of the load and of the choices while striking
}

// planned is one fault of a point.
type planned struct {
	Kind string
	Step step // at which it strikes, "" if it has none
	When when
}

func (f planned) String() string {
	if f.Step == "" {
		return f.Kind
	}
	return strings.Join([]string{f.Kind, string(f.When), string(f.Step)}, " ")
}

// hash tells whether two points are the same.
func (p point) hash() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // it has no field that cannot be written
	}
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:6])
}

// chain is how many faults a point has on average, in tenths; between one and four.
const chain = 28

// plan draws n points: the kinds of broker in turn, every step as often as every other on each of them, and the faults
// that belong to no step as their weights say, each at least once in all. The same seed gives the same points.
func plan(seed uint64, n int) []point {
	rng := rand.New(rand.NewPCG(seed, 2))
	points := make([]point, n)
	brokers := brokerKinds()
	for i := range points {
		points[i] = point{Index: i, Broker: brokers[i%len(brokers)], Seed: rng.Uint64()}
	}
	for i, b := range brokers {
		var own []*point
		for j := range points {
			if points[j].Broker == b {
				own = append(own, &points[j])
			}
		}
		deal(rng, own, deck(rng, b, i, len(own)*chain/10))
	}
	for i := range points {
		points[i].surroundings(rng)
	}
	return points
}

// deck is the faults of all points with one kind of broker, in random order. Turn is the number of the kind of broker: of
// the faults that come less than once each kind of broker gets its share.
func deck(rng *rand.Rand, b brokerKind, turn, slots int) []planned {
	var steps [][]kind // the kinds that strike at one step
	var others []kind
	weights := 0
	at := make(map[step]int)
	for _, k := range kinds() {
		switch i, ok := at[k.step]; {
		case !k.on(b):
		case k.step == "":
			others = append(others, k)
			weights += k.weight
		case ok:
			steps[i] = append(steps[i], k)
		default:
			at[k.step] = len(steps)
			steps = append(steps, []kind{k})
		}
	}
	var out []planned
	for i, k := range others {
		count := slots * k.weight * othersShare / (100 * weights)
		if count == 0 && i%len(k.brokers()) == turn%len(k.brokers()) {
			count = 1
		}
		for range count {
			out = append(out, k.planned())
		}
	}
	for _, s := range steps {
		rng.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	}
	rng.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	for i := 0; len(out) < slots; i++ {
		s := steps[i%len(steps)]
		out = append(out, s[i/len(steps)%len(s)].planned())
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// othersShare is how many of a hundred faults belong to no step.
const othersShare = 22

// deal gives every point one fault and the rest to points drawn by lot, four to each at most, and no point two kinds that
// want servers of their own, because such a point is slow.
func deal(rng *rand.Rand, points []*point, deck []planned) {
	for i, f := range deck {
		if i < len(points) {
			points[i].Faults = append(points[i].Faults, f)
			continue
		}
		room := slices.DeleteFunc(slices.Clone(points), func(p *point) bool { return !p.takes(f) })
		if len(room) > 0 {
			p := room[rng.IntN(len(room))]
			p.Faults = append(p.Faults, f)
		}
	}
}

func (p *point) takes(f planned) bool {
	if len(p.Faults) >= 4 {
		return false
	}
	k := kindOf(f)
	for _, has := range p.Faults {
		h := kindOf(has)
		if h.alone() && k.alone() || has.Kind == f.Kind && f.Step == "" {
			return false
		}
	}
	return true
}

// surroundings draws topic, partitions and processes, as far as the faults leave a choice.
func (p *point) surroundings(rng *rand.Rand) {
	topics := []topicKind{plainTopic, gzipTopic, snappyTopic, lz4Topic, zstdTopic, transactionalTopic, transactionalTopic, compactedTopic, compactedTopic}
	p.Topic = topics[rng.IntN(len(topics))]
	p.Partitions, p.Processes = 2+rng.IntN(4), 2+rng.IntN(2)
	for _, f := range p.Faults {
		if kindOf(f).plain {
			p.Topic = plainTopic
		}
	}
}
