package nlp

import (
	"bytes"
	"compress/flate"
	"io"
	"math"
)

// network is what remains of perceptrons after training: their hidden layers side by side, so that its logits are the mean
// of theirs, and weights in a few bits each. Training drops a fifth of the features and half of the hidden units at random;
// to what has learnt to do without, rounding is no harm.
type network struct {
	hidden     int       // units, a multiple of 8
	step       float32   // what 1 in an embedding's byte is worth
	embeddings []uint64  // a row in bytes for each feature
	projection []float32 // a row for each dimension of a meaning
	shift      []float32
	out        outLayer
	bias       []float32
}

// stepsPerSpread is how finely embeddings are quantised: a step is the standard deviation divided by it.
const stepsPerSpread = 6

// join makes a network of perceptrons with the same options.
func join(members []*perceptron) *network {
	each := len(members[0].shift)
	h := each * len(members)
	n := &network{hidden: h, bias: make([]float32, len(members[0].bias))}
	wide := func(table func(*perceptron) []float32, factor float32) []float32 {
		rows := len(table(members[0])) / each
		if rows == 0 {
			return nil
		}
		w := make([]float32, rows*h)
		for m, p := range members {
			for r := range rows {
				for i, v := range table(p)[r*each : (r+1)*each] {
					w[r*h+m*each+i] = v * factor
				}
			}
		}
		return w
	}
	share := 1 / float32(len(members))
	n.shift = wide(func(p *perceptron) []float32 { return p.shift }, 1)
	n.projection = wide(func(p *perceptron) []float32 { return p.projection }, 1)
	n.out = newOutLayer(wide(func(p *perceptron) []float32 { return p.out }, share), h)
	for _, p := range members {
		axpy(share, p.bias, n.bias)
	}
	n.quantise(wide(func(p *perceptron) []float32 { return p.embeddings }, 1))
	return n
}

func (n *network) quantise(embeddings []float32) {
	n.step = float32(math.Sqrt(float64(dot(embeddings, embeddings))/float64(max(1, len(embeddings))))) / stepsPerSpread
	if n.step == 0 {
		n.step = 1
	}
	n.embeddings = make([]uint64, len(embeddings)/8)
	for i, v := range embeddings {
		setByte(n.row(int32(i/n.hidden)), i%n.hidden, v/n.step)
	}
}

// row returns the embeddings of a feature.
func (n *network) row(id int32) []uint64 { return row(n.embeddings, id, n.hidden/8) }

// arrange puts the features in an order of theirs.
func (n *network) arrange(order []int32) {
	embeddings := make([]uint64, 0, len(n.embeddings))
	for _, id := range order {
		embeddings = append(embeddings, n.row(id)...)
	}
	n.embeddings = embeddings
}

// score returns the logit of each class.
func (n *network) score(x vector, meaning []float32) []float32 {
	return n.scoreIn(new(room), x, meaning)
}

// scoreIn is score in a room: its next use overwrites what it returned.
func (n *network) scoreIn(r *room, x vector, meaning []float32) []float32 {
	sum := append(r.hidden[:0], n.shift...)
	r.hidden = sum
	lanes := sized(&r.lanes, n.hidden/4)
	for b, ids := range x.ids {
		for len(ids) > 0 {
			k := min(len(ids), rowsOfByte)
			clear(lanes)
			addBytes(lanes, n.embeddings, ids[:k])
			addLanes(sum, lanes, byteZero*k, x.scale[b]*n.step)
			ids = ids[k:]
		}
	}
	for d, v := range meaning {
		axpy(v, n.projection[d*n.hidden:][:n.hidden], sum)
	}
	logits := sized(&r.logits, 4*laneWords(len(n.bias)))
	r.logits = logits
	copy(logits, n.bias)
	n.out.add(r, logits, sum)
	return logits[:len(n.bias)]
}

// fileZero is what stands for 0 in the bytes of embeddings in a file.
const fileZero = 128

// encode writes the network with its features in an order. The bytes of embeddings are distributed as on a bell curve, which
// a Huffman code makes use of.
func (n *network) encode(e *encoder, order []int32) {
	e.uint(uint64(n.hidden))
	e.float32(n.step)
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.HuffmanOnly) // fails only if the level is none
	row := make([]byte, n.hidden)
	for _, id := range order {
		for i := range row {
			row[i] = byte(fileZero + byteOf(n.row(id), i))
		}
		_, _ = w.Write(row) // to memory: cannot fail
	}
	_ = w.Close()
	e.bytes(packed.Bytes())
	for _, list := range [][]float32{n.projection, n.shift, n.out.weights(n.hidden, len(n.bias)), n.bias} {
		encodeList(e, list, (*encoder).float32)
	}
}

// maxHidden is more hidden units than any training makes.
const maxHidden = 1 << 10

// decodeNetwork reads the network of so many features, dimensions of a meaning and classes.
func decodeNetwork(d *decoder, features, meaning, classes int) *network {
	n := &network{hidden: int(min(d.uint(), maxHidden)), step: d.finite()}
	packed := d.bytes()
	size := features * n.hidden
	if n.hidden == 0 || n.hidden%8 != 0 || size > 9*len(packed)+64 { // a Huffman code has at least a bit for a byte
		d.fail()
		return n
	}
	unpacked := make([]byte, size)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(packed)), unpacked); err != nil {
		d.fail()
		return n
	}
	n.embeddings = make([]uint64, size/8)
	for i, b := range unpacked {
		setByte(n.row(int32(i/n.hidden)), i%n.hidden, float32(b)-fileZero)
	}
	var out []float32
	for _, part := range []struct {
		to   *[]float32
		size int
	}{{&n.projection, meaning * n.hidden}, {&n.shift, n.hidden}, {&out, classes * n.hidden}, {&n.bias, classes}} {
		if *part.to = decodeList(d, 4, (*decoder).finite); len(*part.to) != part.size {
			d.fail()
		}
	}
	n.out = newOutLayer(out, n.hidden)
	return n
}
