package models

import (
	"math"
	"strconv"
	"strings"
)

// Bytes is an amount of storage in bytes; [UnknownBytes] when nobody knows it.
type Bytes int64

// UnknownBytes is not zero bytes: it prints as "unknown" and sorts last.
const UnknownBytes Bytes = -1

// Binary (IEC 80000-13) multiples of a byte.
const (
	KiB Bytes = 1 << (10 * (iota + 1))
	MiB
	GiB
	TiB
	PiB
)

// IsKnown reports whether the amount is known.
func (b Bytes) IsKnown() bool { return b >= 0 }

// String prints the amount in the largest binary unit that leaves a number of at least 1, with at most one decimal
// ("1.5 TiB", "20 GiB").
func (b Bytes) String() string {
	if !b.IsKnown() {
		return "unknown"
	}
	units := []struct {
		size Bytes
		name string
	}{{PiB, " PiB"}, {TiB, " TiB"}, {GiB, " GiB"}, {MiB, " MiB"}, {KiB, " KiB"}}
	for _, u := range units {
		if b >= u.size {
			tenths := math.Round(float64(b) / float64(u.size) * 10)
			return strings.TrimSuffix(strconv.FormatFloat(tenths/10, 'f', 1, 64), ".0") + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + " B"
}

// Percent returns part of whole as 0 to 100 and whether both are known and whole is not zero.
func Percent(part, whole Bytes) (float64, bool) {
	if !part.IsKnown() || whole <= 0 {
		return 0, false
	}
	return float64(part) / float64(whole) * 100, true
}
