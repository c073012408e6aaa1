package nlp

import (
	"math"
	"math/bits"
	"slices"
	"sync"
)

// Feature is a property of something that is to be labelled, as a hash: see [NewFeature].
type Feature uint64

// NewFeature returns the feature of a kind and its parts. Kinds keep apart what is written alike.
func NewFeature(kind string, parts ...string) Feature {
	f := Feature(hashString(hashStart, kind))
	for _, p := range parts {
		f = f.And(p)
	}
	return f
}

// And returns the feature of the same kind with one more part.
func (f Feature) And(part string) Feature {
	return Feature(hashString((uint64(f)^0xff)*hashPrime, part))
}

// With returns the feature in the company of something: another feature for each.
func (f Feature) With(company string) Feature {
	return Feature(hashString(hashWord(hashStart, uint64(f)), company))
}

// key is what a labeller knows of a feature: 32 bits are enough to tell some hundred thousand apart.
func (f Feature) key() uint32 { return uint32(mix(uint64(f))) }

// Labeller gives labels to what has features: one of its labels, or as many as fit. It is a linear model, trained by [FitLabeller];
// it is immutable and safe for concurrent use.
type Labeller struct {
	labels []string   // sorted
	base   []float32  // by label: the score of what has no feature that is known
	rows   []labelRow // by key, and one behind the last
	pages  []int32    // rows whose keys' uppermost bits are i are rows[pages[i]:pages[i+1]]
	shift  int        // a key's uppermost bits are key>>shift
	cells  []labelCell
	step   float32 // what a unit of a cell's weight is worth
	rooms  sync.Pool
}

// labelRow says where the cells of a feature are: they end where those of the next row begin.
type labelRow struct {
	key   uint32
	first int32
}

// labelCell is the weight of a feature in a label. There are a million of them: three bytes take no padding.
type labelCell [3]byte

func newLabelCell(label uint16, weight int8) labelCell {
	return labelCell{byte(label), byte(label >> 8), byte(weight)}
}

func (c labelCell) label() uint16 { return uint16(c[0]) | uint16(c[1])<<8 }

func (c labelCell) weight() int8 { return int8(c[2]) }

// index makes the pages, of some four rows each.
func (l *Labeller) index() {
	rows := l.rows[:len(l.rows)-1]
	n := bits.Len(uint(len(rows) / 4))
	l.shift = 32 - n
	l.pages = make([]int32, 1<<n+1)
	page := 0
	for i, r := range rows {
		for ; page <= int(r.key>>l.shift); page++ {
			l.pages[page] = int32(i)
		}
	}
	for ; page < len(l.pages); page++ {
		l.pages[page] = int32(len(rows))
	}
}

// of returns the cells of a feature, none if no example had it.
func (l *Labeller) of(f Feature) []labelCell {
	key := f.key()
	page := key >> l.shift
	for i := l.pages[page]; i < l.pages[page+1]; i++ {
		if l.rows[i].key == key {
			return l.cellsOf(int(i))
		}
	}
	return nil
}

func (l *Labeller) cellsOf(row int) []labelCell {
	return l.cells[l.rows[row].first:l.rows[row+1].first]
}

// Labels returns all that there are, sorted.
func (l *Labeller) Labels() []string { return l.labels }

// Tally is how much some features speak for each label, in the order of the labels: what several questions have in common is added up
// once. The empty one is of no feature.
type Tally []float32

// Tally adds up what features say.
func (l *Labeller) Tally(features []Feature) Tally {
	return l.add(make([]float32, len(l.labels)), nil, features)
}

// scores is Tally in a room of l.rooms, with what has been added up before.
func (l *Labeller) scores(before Tally, features []Feature) *[]float32 {
	room, ok := l.rooms.Get().(*[]float32)
	if !ok {
		room = new([]float32)
	}
	*room = l.add(sized(room, len(l.labels)), before, features)
	return room
}

// add adds the weights of features up by label. Those that no example had count for nothing.
func (l *Labeller) add(scores []float32, before Tally, features []Feature) []float32 {
	if before == nil {
		before = l.base
	}
	copy(scores, before)
	for _, f := range features {
		for _, c := range l.of(f) {
			scores[c.label()] += l.step * float32(c.weight())
		}
	}
	return scores
}

// unlikely is the score from which on down a label is not looked at.
const unlikely = -8

// Probability returns how probable one label is, in a labeller of many.
func (l *Labeller) Probability(features []Feature, label string) float64 {
	i, ok := slices.BinarySearch(l.labels, label)
	if !ok {
		return 0
	}
	room := l.scores(nil, features)
	defer l.rooms.Put(room)
	return 1 / (1 + math.Exp(-float64((*room)[i])))
}

// encode writes the labeller: what is alike stands together, so that it packs well.
func (l *Labeller) encode(e *encoder) {
	encodeList(e, l.labels, (*encoder).string)
	for _, b := range l.base {
		e.float32(b)
	}
	e.float32(l.step)
	rows := l.rows[:len(l.rows)-1]
	e.uint(uint64(len(rows)))
	before := uint32(0)
	for _, r := range rows {
		e.uint(uint64(r.key - before))
		before = r.key
	}
	for i := range rows {
		e.uint(uint64(len(l.cellsOf(i))))
	}
	for i := range rows {
		label := uint16(0)
		for _, c := range l.cellsOf(i) {
			e.uint(uint64(c.label() - label))
			label = c.label()
		}
	}
	for _, c := range l.cells {
		e.buf = append(e.buf, byte(c.weight()))
	}
}

// decodeLabeller reads what encode wrote.
func decodeLabeller(d *decoder) *Labeller {
	l := &Labeller{labels: decodeList(d, 1, (*decoder).string)}
	l.base = make([]float32, len(l.labels))
	for i := range l.base {
		l.base[i] = d.finite()
	}
	l.step = d.finite()
	l.decodeRows(d)
	l.decodeCells(d)
	if d.err != nil {
		return &Labeller{rows: make([]labelRow, 1), pages: make([]int32, 2), shift: 32}
	}
	l.index()
	return l
}

func (l *Labeller) decodeRows(d *decoder) {
	n := d.length(2)
	l.rows = make([]labelRow, n+1)
	key := uint64(0)
	for i := range n {
		step := d.uint()
		if key += step; step > math.MaxUint32 || key > math.MaxUint32 || step == 0 && i > 0 {
			d.fail()
			return
		}
		l.rows[i].key = uint32(key)
	}
	all := 0
	for i := range n {
		if all += d.length(2); all > len(d.buf) {
			d.fail()
			return
		}
		l.rows[i+1].first = int32(all)
	}
}

func (l *Labeller) decodeCells(d *decoder) {
	n := int(l.rows[len(l.rows)-1].first)
	if d.err != nil || n > len(d.buf)/2 {
		d.fail()
		return
	}
	l.cells = make([]labelCell, n)
	for i := range l.rows[:len(l.rows)-1] {
		label := uint64(0)
		for j := l.rows[i].first; j < l.rows[i+1].first; j++ {
			if label += d.uint(); label >= uint64(len(l.labels)) {
				d.fail()
				return
			}
			l.cells[j] = newLabelCell(uint16(label), 0)
		}
	}
	for j, w := range d.take(n) {
		l.cells[j][2] = w
	}
}

// MarshalBinary returns the labeller as [UnmarshalLabeller] reads it. The same labeller gives the same bytes.
func (l *Labeller) MarshalBinary() ([]byte, error) {
	var e encoder
	l.encode(&e)
	return pack(e.buf)
}

// maxLabeller is how many bytes a labeller has at most, unpacked.
const maxLabeller = 16 << 20

// UnmarshalLabeller reads what [Labeller.MarshalBinary] wrote.
func UnmarshalLabeller(data []byte) (*Labeller, error) {
	body, err := unpack(data, maxLabeller)
	if err != nil {
		return nil, err
	}
	d := decoder{buf: body}
	l := decodeLabeller(&d)
	if len(d.buf) > 0 {
		d.fail()
	}
	if d.err != nil {
		return nil, d.err
	}
	return l, nil
}
