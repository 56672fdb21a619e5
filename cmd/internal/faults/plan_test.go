package faults_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
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
	Large      bool `json:",omitempty"` // with the product's own sizes of batches
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
const chain = 34

// A fault that belongs to no step comes so often in so many faults on one kind of broker, at least.
const (
	leastOthers = 3
	othersSlots = 500
)

// plan draws n points: the kinds of broker in turn, every step as often as every other on each of them, and the faults
// that belong to no step as their weights say, each at least once in all. The same seed gives the same points.
func plan(seed uint64, n int) []point {
	rng := rand.New(rand.NewPCG(seed, 2))
	points := make([]point, n)
	brokers := brokerKinds()
	for i := range points {
		points[i] = point{Index: i, Broker: brokers[i%len(brokers)], Large: i%largeEvery == largeEvery-1, Seed: rng.Uint64()}
	}
	for i, b := range brokers {
		var own []*point
		for j := range points {
			if points[j].Broker == b {
				own = append(own, &points[j])
			}
		}
		for _, p := range own {
			if p.Large {
				p.Faults = append(p.Faults, planned{Kind: largeCut})
			}
		}
		deal(rng, own, deck(rng, b, i, len(own)*chain/10))
	}
	for i := range points {
		points[i].surroundings(rng)
	}
	return points
}

// deck is the faults of all points with one kind of broker, in random order, but those first that want servers of their
// own. Turn is the number of the kind of broker: of what comes less than once each kind of broker gets its share.
func deck(rng *rand.Rand, b brokerKind, turn, slots int) []planned {
	steps, others, weights := choices(b)
	var out []planned
	for _, k := range others {
		count := slots * k.weight * othersShare / (100 * weights)
		count = max(count, leastOthers*slots/othersSlots)
		if count == 0 && k.number()%len(k.brokers()) == slices.Index(k.brokers(), b) {
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
	out = append(out, oneOfEach(steps, turn)...)
	for i := 0; len(out) < slots; i++ {
		s := steps[i%len(steps)]
		out = append(out, s[i/len(steps)%len(s)].planned())
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	slices.SortStableFunc(out, func(a, b planned) int {
		return cmp.Compare(rank(kindOf(a)), rank(kindOf(b)))
	})
	return out
}

// rank is the order in which faults are dealt: what finds room in few points comes first.
func rank(k kind) int {
	if k.alone() {
		return 0
	}
	return 1
}

// choices are the kinds of fault that a kind of broker allows: those of each step, and the others with their weights added.
func choices(b brokerKind) (steps [][]kind, others []kind, weights int) {
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
	return steps, others, weights
}

// oneOfEach returns, of every third name of a fault that strikes at steps, one: together the kinds of broker get them all.
func oneOfEach(steps [][]kind, turn int) (out []planned) {
	first := make(map[string]kind)
	for _, s := range steps {
		for _, k := range s {
			if _, ok := first[k.name]; !ok {
				first[k.name] = k
			}
		}
	}
	for i, name := range slices.Sorted(maps.Keys(first)) {
		if i%len(brokerKinds()) == turn {
			out = append(out, first[name].planned())
		}
	}
	return out
}

// othersShare is how many of a hundred faults belong to no step.
const othersShare = 18

// deal gives every point one fault and the rest to points drawn by lot, four to each at most, and no point two kinds that
// want servers of their own, because such a point is slow.
func deal(rng *rand.Rand, points []*point, deck []planned) {
	for _, f := range deck {
		fewest := 4
		for _, p := range points {
			if p.takes(f) {
				fewest = min(fewest, len(p.Faults))
			}
		}
		room := slices.DeleteFunc(slices.Clone(points), func(p *point) bool {
			return !p.takes(f) || fewest == 0 && len(p.Faults) > 0 // nobody gets two before everybody has one
		})
		if len(room) > 0 {
			p := room[rng.IntN(len(room))]
			p.Faults = append(p.Faults, f)
		}
	}
	for _, p := range points {
		rng.Shuffle(len(p.Faults), func(i, j int) { p.Faults[i], p.Faults[j] = p.Faults[j], p.Faults[i] })
	}
}

func (p *point) takes(f planned) bool {
	if len(p.Faults) >= 4 {
		return false
	}
	k := kindOf(f)
	for _, has := range p.Faults {
		h := kindOf(has)
		if h.alone() && k.alone() || h.sole && k.sole || has.Kind == f.Kind && f.Step == "" {
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
	if p.Large {
		p.Partitions = largePartitions
		if p.Topic == compactedTopic { // the cleaner would leave little of it
			p.Topic = plainTopic
		}
	}
	for _, f := range p.Faults {
		if k := kindOf(f); k.plain || k.lasting && p.Topic == compactedTopic {
			p.Topic = plainTopic
		}
	}
}
