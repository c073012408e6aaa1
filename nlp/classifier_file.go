package nlp

func (c *classifier) encode(e *encoder) {
	c.vocabulary.encode(e)
	c.linear.encode(e)
	for _, v := range [...]float64{c.calibration.sharpness, c.calibration.slope, c.calibration.shift, c.calibration.threshold} {
		e.float(v)
	}
}

// decodeClassifier reads a classifier of so many classes.
func decodeClassifier(d *decoder, classes int) *classifier {
	c := &classifier{vocabulary: decodeVocabulary(d)}
	c.linear = decodeLinear(d, c.vocabulary.size, classes)
	c.calibration = calibration{sharpness: d.float(), slope: d.float(), shift: d.float(), threshold: d.float()}
	return c
}

// encode writes the keys in the order of their numbers. That is ascending, so that their differences are short.
func (v *vocabulary) encode(e *encoder) {
	keys := make([]uint64, v.size)
	for i, k := range v.keys {
		if k != 0 {
			keys[v.ids[i]] = k
		}
	}
	before := uint64(0)
	encodeList(e, keys, func(e *encoder, k uint64) {
		e.uint(k - before)
		before = k
	})
}

func decodeVocabulary(d *decoder) *vocabulary {
	before := uint64(0)
	return newVocabulary(decodeList(d, 1, func(d *decoder) uint64 {
		step := d.uint()
		if step == 0 || before+step < before {
			d.fail() // keys ascend
		}
		before += step
		return before
	}))
}

func (m *linear) encode(e *encoder) {
	encodeList(e, m.bias, (*encoder).float32)
	before := int32(0)
	encodeList(e, m.first, func(e *encoder, v int32) {
		e.uint(uint64(v - before))
		before = v
	})
	encodeList(e, m.class, func(e *encoder, v uint16) { e.uint(uint64(v)) })
	encodeList(e, m.weights, (*encoder).float32)
}

func decodeLinear(d *decoder, features, classes int) *linear {
	m := &linear{bias: decodeList(d, 4, (*decoder).float32)}
	total := uint64(0)
	m.first = decodeList(d, 1, func(d *decoder) int32 {
		if total += d.uint(); total > maxModel {
			d.fail()
			total = 0
		}
		return int32(total)
	})
	m.class = decodeList(d, 1, func(d *decoder) uint16 {
		c := d.uint()
		if c >= uint64(classes) {
			d.fail()
		}
		return uint16(c)
	})
	m.weights = decodeList(d, 4, (*decoder).float32)
	if len(m.bias) != classes || len(m.first) != features+1 || len(m.class) != len(m.weights) || int(total) != len(m.weights) {
		d.fail()
	}
	return m
}
