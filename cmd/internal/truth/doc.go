// Package truth proves that what is decoded, folded and measured is what happened. It holds tests only.
//
// The generator of simulated months counts each agent's truth while it makes a month up, by rules of its own that share no
// code with the decoder, the fold, the calendar or the metrics. So where the two agree, for every agent and every metric,
// neither has a mistake that the other does not have too. The month is given as badly as a log may give it: in any order,
// with copies, contradictions and broken records, and some of it once more.
//
// It stands under cmd because nothing below may import both the generator and the metrics.
package truth
