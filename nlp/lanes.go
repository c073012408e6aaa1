package nlp

import "math"

// Rows of small whole numbers are added up as parts of words of 64 bits. That is faster than floating point with vector
// instructions, and takes a fraction of the memory: rows here and there in a large table are waited for. Parts have no sign,
// so that none borrows from the next: a table has a zero of its own, from which its numbers count.
//
// Sums are in lanes of 16 bits: number 4w+l in lane l of word w. Rows of a table that is large are in bytes, of which six bits
// are used, so that four rows go into a byte: the first half of a row lies as it would in lanes, and the other half in what
// that leaves of each lane.
const (
	laneMost  = 1<<16 - 1
	everyLane = 1<<48 | 1<<32 | 1<<16 | 1

	byteMost   = 1<<6 - 1
	byteZero   = 32
	rowsOfByte = laneMost / byteMost // which fit into a lane
)

// byteAt returns the word of a row in bytes that has number i, and how far up it is.
func byteAt(row []uint64, i int) (word *uint64, shift int) {
	half := 4 * len(row)
	return &row[i%half/4], 16*(i%4) + 8*(i/half)
}

// byteOf returns number i of a row in bytes.
func byteOf(row []uint64, i int) int {
	word, shift := byteAt(row, i)
	return int(*word>>shift&byteMost) - byteZero
}

// setByte sets number i of a row of which it is not set yet: v, rounded, or the nearest that a row can have.
func setByte(row []uint64, i int, v float32) {
	const most = byteMost - byteZero
	word, shift := byteAt(row, i)
	*word |= uint64(byteZero+math.RoundToEven(float64(min(max(v, -most), most)))) << shift
}

// addBytes adds rows in bytes to sums, which are of twice their length.
func addBytes(sums, table []uint64, ids []int32) {
	const first = 0xff * everyLane
	words := len(sums) / 2
	evens, odds := sums[:words], sums[words:][:words]
	for ; len(ids) >= 4; ids = ids[4:] { // four rows in one go: their memory is fetched at the same time
		a, b, c, d := row(table, ids[0], words), row(table, ids[1], words), row(table, ids[2], words), row(table, ids[3], words)
		for i, w := range a {
			w += b[i] + c[i] + d[i]
			evens[i] += w & first
			odds[i] += w >> 8 & first
		}
	}
	for _, id := range ids {
		for i, w := range row(table, id, words) {
			evens[i] += w & first
			odds[i] += w >> 8 & first
		}
	}
}

// laneWords is how many words have lanes for so many numbers.
func laneWords(numbers int) int { return (numbers + 3) / 4 }

// addToLane adds v, rounded, to number i.
func addToLane(lanes []uint64, i int, v float32) {
	lanes[i/4] += uint64(int64(math.RoundToEven(float64(v)))) << (16 * (i % 4)) // below zero it takes away
}

// addRows adds rows of lanes to sums.
func addRows(sums, table []uint64, ids []int32) {
	words := len(sums)
	for ; len(ids) >= 4; ids = ids[4:] {
		a, b, c, d := row(table, ids[0], words), row(table, ids[1], words), row(table, ids[2], words), row(table, ids[3], words)
		for i, w := range a {
			sums[i] += w + b[i] + c[i] + d[i]
		}
	}
	for _, id := range ids {
		for i, w := range row(table, id, words) {
			sums[i] += w
		}
	}
}

// row returns a row of a table whose rows are so many words long.
func row(table []uint64, id int32, words int) []uint64 { return table[int(id)*words:][:words] }

// addLanes adds scale times the numbers in lanes, which count from zero, to others.
func addLanes(to []float32, lanes []uint64, zero int, scale float32) {
	z := int32(zero)
	for i, w := range lanes {
		four := to[4*i : 4*i+4]
		four[0] += scale * float32(int32(w&laneMost)-z)
		four[1] += scale * float32(int32(w>>16&laneMost)-z)
		four[2] += scale * float32(int32(w>>32&laneMost)-z)
		four[3] += scale * float32(int32(w>>48)-z)
	}
}
