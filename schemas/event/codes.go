package event

import "unsafe"

// Codes is a column of texts that come again and again: the distinct texts, and each row's place among them.
type Codes struct {
	Values []string // distinct; the first is "" as soon as there is a row
	Keys   []uint32 // per row: its text's place in Values

	last  string // the text of the row before
	key   uint32 // its place
	index map[string]uint32
	bytes int // of the distinct texts
	seen  []seenText
}

// seenText remembers the place of a text by where its bytes lie. The decoder hands out a repeated text always from the
// same place, so that finding it again takes no hashing and no comparing.
type seenText struct {
	text string
	key  uint32
}

const seenTexts = 1024

// At returns the text of row i.
func (c *Codes) At(i int) string { return c.Values[c.Keys[i]] }

func (c *Codes) add(s string) {
	if len(s) != len(c.last) || unsafe.StringData(s) != unsafe.StringData(c.last) || len(c.Values) == 0 {
		c.last, c.key = s, c.find(s)
	}
	c.Keys = append(c.Keys, c.key)
}

func (c *Codes) find(s string) uint32 {
	if len(s) == 0 && len(c.Values) > 0 {
		return 0
	}
	// Texts are at least 8 bytes apart where they lie, mostly 16.
	at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	if c.seen == nil {
		c.seen = make([]seenText, seenTexts)
	}
	slot := &c.seen[(at>>4^at>>12)%seenTexts]
	if len(slot.text) == len(s) && unsafe.StringData(slot.text) == unsafe.StringData(s) && len(s) > 0 {
		return slot.key
	}
	key := c.place(s)
	*slot = seenText{s, key}
	return key
}

// place returns the place of a text among the distinct ones.
func (c *Codes) place(s string) uint32 {
	if c.index == nil {
		c.index = map[string]uint32{}
	}
	if len(c.Values) == 0 {
		c.Values = append(c.Values, "")
		c.index[""] = 0
	}
	key, ok := c.index[s]
	if !ok {
		key = uint32(len(c.Values))
		c.index[s] = key
		c.Values = append(c.Values, s)
		c.bytes += len(s)
	}
	return key
}

func (c *Codes) reset() {
	clear(c.index)
	clear(c.Values)
	clear(c.seen)
	c.Values, c.Keys, c.last, c.key, c.bytes = c.Values[:0], c.Keys[:0], "", 0, 0
}

// room is the bytes that the column takes, with the room that it keeps. A distinct text has an entry in the index too, which
// is as large as the list and stays when it is emptied; an index is half full or more.
func (c *Codes) room() int {
	const text, entry, seen = 16, 50, 24
	return 4*cap(c.Keys) + (text+entry)*cap(c.Values) + c.bytes + seen*cap(c.seen)
}
