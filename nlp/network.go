package nlp

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"math"

	"gonum.org/v1/gonum/blas"
)

// network is what remains of perceptrons after training: their hidden layers side by side, so that its logits are the mean
// of theirs, and the embeddings in a byte each.
//
// Eight embeddings lie in a word of 64 bits. Words are added as they are, and their odd bytes once more as four numbers of
// 16 bits, without which the sum of the words is that of the even ones. That is as fast as floating point with vector
// instructions, and takes a quarter of the memory.
type network struct {
	hidden     int       // units, a multiple of 8
	step       float32   // what a unit of an embedding's byte is worth
	embeddings []uint64  // a row for each feature; bytes are 128 more than what they stand for
	projection []float32 // a row for each dimension of a meaning
	shift      []float32
	out        []float32 // a row for each class
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
	n.out = wide(func(p *perceptron) []float32 { return p.out }, share)
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
	var eight [8]byte
	for i := range n.embeddings {
		for j, v := range embeddings[8*i : 8*i+8] {
			eight[j] = byte(128 + min(max(math.Round(float64(v/n.step)), -127), 127))
		}
		n.embeddings[i] = binary.LittleEndian.Uint64(eight[:])
	}
}

// row returns the embeddings of a feature.
func (n *network) row(id int32) []uint64 {
	words := n.hidden / 8
	return n.embeddings[int(id)*words:][:words]
}

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
	sum, lanes := append(r.hidden[:0], n.shift...), sized(&r.lanes, n.hidden/4)
	r.hidden = sum
	for b, ids := range x.ids {
		const most = 256 // of a byte go into 16 bits
		for len(ids) > 0 {
			k := min(len(ids), most)
			n.add(sum, lanes, ids[:k], x.scale[b]*n.step)
			ids = ids[k:]
		}
	}
	if len(meaning) > 0 {
		asm.Sgemv(blas.Trans, len(meaning), n.hidden, 1, n.projection, n.hidden, meaning, 1, 1, sum, 1)
	}
	for i, v := range sum {
		sum[i] = max(v, 0)
	}
	r.logits = append(r.logits[:0], n.bias...)
	asm.Sgemv(blas.NoTrans, len(n.bias), n.hidden, 1, n.out, n.hidden, sum, 1, 1, r.logits, 1)
	return r.logits
}

// add adds scale times the embeddings of features. Lanes are room to work in.
func (n *network) add(sum []float32, lanes []uint64, ids []int32, scale float32) {
	const even = 0x00ff00ff00ff00ff
	words := n.hidden / 8
	clear(lanes)
	sums, odds := lanes[:words], lanes[words:2*words]
	rest := ids
	for ; len(rest) >= 4; rest = rest[4:] { // four rows in one go: their memory is fetched at the same time
		a := n.row(rest[0])
		b, c, d, sums, odds := n.row(rest[1])[:len(a)], n.row(rest[2])[:len(a)], n.row(rest[3])[:len(a)], sums[:len(a)], odds[:len(a)]
		for i, w := range a {
			x, y, z := b[i], c[i], d[i]
			sums[i] += w + x + y + z
			odds[i] += w>>8&even + x>>8&even + y>>8&even + z>>8&even
		}
	}
	for _, id := range rest {
		row := n.row(id)
		sums, odds := sums[:len(row)], odds[:len(row)]
		for i, w := range row {
			sums[i] += w
			odds[i] += w >> 8 & even
		}
	}
	middle := float32(128 * len(ids))
	for i := range words {
		b := odds[i]
		a := sums[i] - b<<8
		to := sum[8*i : 8*i+8]
		for j := 0; j < 8; j += 2 {
			to[j] += scale * (float32(a&0xffff) - middle)
			to[j+1] += scale * (float32(b&0xffff) - middle)
			a >>= 16
			b >>= 16
		}
	}
}

// encode writes the network with its features in an order. The bytes of embeddings are distributed as on a bell curve, which
// a Huffman code makes use of.
func (n *network) encode(e *encoder, order []int32) {
	e.uint(uint64(n.hidden))
	e.float32(n.step)
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.HuffmanOnly) // fails only if the level is none
	var eight [8]byte
	for _, id := range order {
		for _, word := range n.row(id) {
			binary.LittleEndian.PutUint64(eight[:], word)
			_, _ = w.Write(eight[:]) // to memory: cannot fail
		}
	}
	_ = w.Close()
	e.bytes(packed.Bytes())
	for _, list := range [][]float32{n.projection, n.shift, n.out, n.bias} {
		encodeList(e, list, (*encoder).float32)
	}
}

// maxHidden is more hidden units than any training makes.
const maxHidden = 1 << 13

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
	for i := range n.embeddings {
		n.embeddings[i] = binary.LittleEndian.Uint64(unpacked[8*i:])
	}
	for _, part := range []struct {
		to   *[]float32
		size int
	}{{&n.projection, meaning * n.hidden}, {&n.shift, n.hidden}, {&n.out, classes * n.hidden}, {&n.bias, classes}} {
		if *part.to = decodeList(d, 4, (*decoder).finite); len(*part.to) != part.size {
			d.fail()
		}
	}
	return n
}
