package nlp

import (
	"encoding/binary"
	"errors"
	"math"
)

// encoder writes the parts of a model, one behind the other. It cannot fail.
type encoder struct{ buf []byte }

func (e *encoder) int(v int)       { e.buf = binary.AppendVarint(e.buf, int64(v)) }
func (e *encoder) uint(v uint64)   { e.buf = binary.AppendUvarint(e.buf, v) }
func (e *encoder) hash(v uint64)   { e.buf = binary.LittleEndian.AppendUint64(e.buf, v) }
func (e *encoder) float(v float64) { e.hash(math.Float64bits(v)) }
func (e *encoder) float32(v float32) {
	e.buf = binary.LittleEndian.AppendUint32(e.buf, math.Float32bits(v))
}

func (e *encoder) bytes(v []byte) {
	e.uint(uint64(len(v)))
	e.buf = append(e.buf, v...)
}

func (e *encoder) string(v string) {
	e.uint(uint64(len(v)))
	e.buf = append(e.buf, v...)
}

// encodeList writes a slice: its length, and each element with write.
func encodeList[T any](e *encoder, list []T, write func(*encoder, T)) {
	e.uint(uint64(len(list)))
	for _, v := range list {
		write(e, v)
	}
}

// errTruncated is why a decoder stops: a part is longer than what is left, or a number is none.
var errTruncated = errors.New("the model file ends early or is damaged")

// decoder reads what an encoder wrote. After the first error it returns zero values, and err says why.
type decoder struct {
	buf []byte
	err error
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errTruncated
	}
	d.buf = nil
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.buf) {
		d.fail()
		return nil
	}
	b := d.buf[:n:n]
	d.buf = d.buf[n:]
	return b
}

func (d *decoder) int() int {
	v, n := binary.Varint(d.buf)
	if d.take(max(n, 1)); n <= 0 || d.err != nil || int64(int(v)) != v {
		d.fail()
		return 0
	}
	return int(v)
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.buf)
	if d.take(max(n, 1)); n <= 0 || d.err != nil {
		d.fail()
		return 0
	}
	return v
}

func (d *decoder) hash() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) float() float64 { return math.Float64frombits(d.hash()) }

func (d *decoder) float32() float32 {
	if b := d.take(4); b != nil {
		return math.Float32frombits(binary.LittleEndian.Uint32(b))
	}
	return 0
}

// bytes returns bytes that share the decoder's memory.
func (d *decoder) bytes() []byte { return d.take(d.length(1)) }

func (d *decoder) string() string { return string(d.bytes()) }

// length reads the length of a list whose elements take at least size bytes each.
func (d *decoder) length(size int) int {
	n := d.uint()
	if n > uint64(len(d.buf)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// decodeList reads a slice whose elements take at least size bytes each; an empty one is nil.
func decodeList[T any](d *decoder, size int, read func(*decoder) T) []T {
	n := d.length(size)
	if n == 0 {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		list[i] = read(d)
	}
	return list
}
