package event

// quickList reads a list, writes it the one way in which lists are stored, and notes where.
func (d *Decoder) quickList(b []byte, p int, f *field, where *span) (empty bool, end int) {
	if at(b, p) != '[' {
		return false, -1
	}
	q := &d.quick
	from := len(q.lists)
	q.lists = append(q.lists, '[')
	p, c := token(b, p+1)
	n := 0
	for ; c != ']' || n > 0; n++ {
		if n == maxList {
			return false, -1
		}
		if p = q.element(b, p, f); p < 0 {
			return false, -1
		}
		if p, c = token(b, p); c == ']' {
			n++
			break
		}
		if c != ',' {
			return false, -1
		}
		q.lists = append(q.lists, ',')
		p, _ = token(b, p+1)
	}
	if n < f.minItems {
		return false, -1
	}
	q.lists = append(q.lists, ']')
	*where = span{from, len(q.lists)}
	return n == 0, p + 1
}

func (q *quick) element(b []byte, p int, f *field) int {
	if f.item == nil {
		return q.object(b, p, f.shape)
	}
	end := quickScalarEnd(b, p, f.item)
	if end >= 0 {
		q.lists = append(q.lists, b[p:end]...)
	}
	return end
}

// object reads a flat object of a list and writes its members by their names.
func (q *quick) object(b []byte, p int, s *shape) int {
	if at(b, p) != '{' {
		return -1
	}
	learned, seen, member := q.habits(s), uint64(0), s.start()
	for c := byte(','); c == ','; {
		if p, c = token(b, p+1); c != '"' {
			return -1
		}
		if member, p = s.name(b, p, member, learned); p < 0 || member == s.stranger() || seen>>member&1 != 0 {
			return -1
		}
		seen |= 1 << member
		end := quickScalarEnd(b, p, &s.fields[member])
		if end < 0 {
			return -1
		}
		q.elements[member] = span{p, end}
		if p, c = token(b, end); c != ',' && c != '}' {
			return -1
		}
	}
	if seen&s.required != s.required {
		return -1
	}
	sep := byte('{')
	for _, i := range s.byName {
		if seen>>i&1 == 0 {
			continue
		}
		q.lists = append(append(q.lists, sep), s.labels[i].text...)
		q.lists = append(q.lists, b[q.elements[i].from:q.elements[i].to]...)
		sep = ','
	}
	q.lists = append(q.lists, '}')
	return p + 1
}
