package nlp

import (
	"iter"
	"slices"
)

// letters finds names by their letters. Only names with the same numbers as the reference and about its length are looked
// at, since volume-1 is no misspelling of volume-2; of those, a set of letter pairs rules nearly all out.
type letters struct {
	buckets map[uint64]*letterBucket // by the hash of the numbers and the length
}

type letterBucket struct {
	pairs []uint64 // for each name the set of its pairs of letters
	ids   []int32
}

// letterBuckets is how many buckets there are at most.
const letterBuckets = 1 << 13

// bucketKey returns the key of the bucket of names with the numbers of a name and a length in letters and digits.
func bucketKey(numbers uint64, length int) uint64 {
	return hashWord(numbers, uint64(length)) % letterBuckets
}

func (l *letters) add(name string, id int32) {
	letters := compact(name)
	key := bucketKey(numbersKey(name), len(letters))
	b := l.buckets[key]
	if b == nil {
		if l.buckets == nil {
			l.buckets = map[uint64]*letterBucket{}
		}
		b = &letterBucket{}
		l.buckets[key] = b
	}
	b.pairs, b.ids = append(b.pairs, bigrams(letters)), append(b.ids, id)
}

func (l *letters) remove(name string, id int32) {
	key := bucketKey(numbersKey(name), len(compact(name)))
	b := l.buckets[key]
	if b == nil {
		return
	}
	if i := slices.Index(b.ids, id); i >= 0 {
		last := len(b.ids) - 1
		b.pairs[i], b.ids[i] = b.pairs[last], b.ids[last]
		b.pairs, b.ids = b.pairs[:last], b.ids[:last]
	}
	if len(b.ids) == 0 {
		delete(l.buckets, key)
	}
}

// near returns the names that may be ref with up to two typos.
func (l *letters) near(ref string) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if len(ref) > maxSpelling {
			return
		}
		numbers, letters := numbersKey(ref), compact(ref)
		pairs := bigrams(letters)
		for length := len(letters) - 2; length <= len(letters)+2; length++ {
			b := l.buckets[bucketKey(numbers, length)]
			if b == nil {
				continue
			}
			for i, p := range b.pairs {
				if mayDiffer(p, pairs, 2) && !yield(b.ids[i]) {
					return
				}
			}
		}
	}
}

// nameTypos returns how many typos make ref of name, both in lower case, and whether that is few enough to be one. A number
// is never a typo of another. Missing separators cost nothing, but then only one typo is believed.
func nameTypos(ref, name string) (int, bool) {
	if at := uuidAt(name); at >= 0 { // no two are alike
		d := distance(compact(ref), compact(name), 2)
		return d, d <= 2
	}
	var bufR, bufN [16]string
	r, n := nameWords(bufR[:0], ref), nameWords(bufN[:0], name)
	if len(r) != len(n) {
		a, b := compact(ref), compact(name)
		d := distance(a, b, 1)
		return d, d <= 1 && (d == 0 || min(len(a), len(b)) >= 6) && numbersKey(ref) == numbersKey(name)
	}
	r, n = unlike(r, n)
	total := 0
	for i := range r {
		if len(name) < longName && (isNumber(r[i]) || isNumber(n[i])) {
			return 0, false
		}
		d, ok := typos(r[i], n[i])
		if total += d; !ok || total > 2 {
			return 0, false
		}
	}
	return total, true
}

// unlike takes out the words that two names have in common, whatever their order. The names have as many words.
func unlike(a, b []string) (restA, restB []string) {
	for i := 0; i < len(a); {
		if j := slices.Index(b, a[i]); j >= 0 {
			a, b = slices.Delete(a, i, i+1), slices.Delete(b, j, j+1)
		} else {
			i++
		}
	}
	return a, b
}
