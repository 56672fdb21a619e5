package event

// MaxKnown is the most texts a decoder remembers.
const MaxKnown = maxKnown

// KnownTexts returns how many texts a decoder remembers.
func KnownTexts(d *Decoder) int { return len(d.texts.known) }
