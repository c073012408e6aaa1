package nlp

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jdkato/prose/v2"
)

// A token is a piece of the utterance without white space: a word, a name as it is written ("pvc-8f3a-12", "ns/pod"), a
// number with what is attached to it ("10Gi"), a mark of punctuation, or a part of a contraction ("is", "n't").
type token struct {
	text       string // as written: utterance[start:end]
	norm       string // in lower case, with straight quotes and hyphens
	start, end int    // byte offsets in the utterance
}

// longField is the length in bytes from which a piece without white space is one token and is not looked into: nobody
// writes such a word, and prose takes quadratic time over it.
const longField = 256

// tokenise cuts an utterance into tokens, in order. Every byte that is not white space lies in exactly one of them,
// whatever the utterance holds.
//
// prose does the cutting, with its models and its segmentation off (its defaults decode 40 MB at every call). It loses
// text, rewrites quotes and knows no offsets. So it is given a plain rendering of the utterance, its tokens are found
// again in that, and what it lost becomes tokens as well.
func tokenise(utterance string) []token {
	c := cutter{plain: render(utterance), utterance: utterance}
	if c.at == nil {
		c.lower = strings.ToLower(utterance)
	}
	c.tokens = make([]token, 0, len(c.text)/4+1)
	from := 0 // of what prose may read
	for i := 0; i < len(c.text); {
		end := i + fieldLength(c.text[i:])
		if end-i >= longField {
			c.words(from, i)
			c.add(i, end)
			from = end
		}
		i = end + 1
	}
	c.words(from, len(c.text))
	return splitRanges(c.tokens)
}

// splitRanges cuts ranges of amounts at their hyphens: "50-80%", "10-20 GB".
func splitRanges(tokens []token) []token {
	for i := 0; i < len(tokens); i++ {
		next := ""
		if i+1 < len(tokens) {
			next = tokens[i+1].text
		}
		if t := tokens[i]; isDigit(t.text[0]) {
			if at, size := rangeHyphen(t.text, next); at > 0 {
				cut := func(from, to int) token {
					return token{t.text[from:to], normalise(t.text[from:to]), t.start + from, t.start + to}
				}
				tokens = slices.Replace(tokens, i, i+1, cut(0, at), cut(at, at+size), cut(at+size, len(t.text)))
				i += 2
			}
		}
	}
	return tokens
}

// rangeHyphen returns where the hyphen of a range is and its length; 0 if a text is none. The unit of both numbers may be the next
// token.
func rangeHyphen(text, next string) (at, size int) {
	at = strings.IndexFunc(text, func(r rune) bool { return plainRune(r) == '-' })
	if at <= 0 {
		return 0, 0
	}
	_, size = utf8.DecodeRuneInString(text[at:])
	_, low, lowOK := decimal(text[:at])
	_, high, highOK := decimal(text[at+size:])
	measures := func(text string, attached bool) bool {
		kind, _ := unit(text, attached)
		return kind != ""
	}
	if !lowOK || !highOK || low != "" && !measures(low, true) || !measures(high, true) && (high != "" || !measures(next, false)) {
		return 0, 0
	}
	return at, size
}

// fieldLength returns the length of s up to its first space.
func fieldLength(s string) int {
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return i
	}
	return len(s)
}

// proseTokens returns prose's tokens of a plain text.
func proseTokens(text string) []prose.Token {
	doc, err := prose.NewDocument(text, prose.WithSegmentation(false), prose.WithTagging(false), prose.WithExtraction(false))
	if err != nil {
		return nil // all of the text then counts as lost
	}
	return doc.Tokens()
}

// plain is a rendering of an utterance in printable ASCII. Letters and digits that are not ASCII become an "x", so that
// prose cannot stumble over a character that changes its length in lower case; quotes become double quotes; every other
// sign stands alone between spaces.
type plain struct {
	text string
	at   []int32 // for each byte of text the offset of its character in the utterance; nil: the same
}

func render(utterance string) plain {
	if simple(utterance) {
		return plain{text: utterance}
	}
	text := make([]byte, 0, len(utterance)+16)
	at := make([]int32, 0, len(utterance)+16)
	before := ' '
	for i, r := range utterance {
		_, size := utf8.DecodeRuneInString(utterance[i:])
		after, _ := utf8.DecodeRuneInString(utterance[i+size:])
		c := plainRune(r)
		alone := c == 0 || c == '\'' && (!wordRune(before) || !wordRune(after))
		switch {
		case c == 0:
			c = '*'
		case alone:
			c = '"'
		}
		if alone {
			text, at = append(text, ' ', c, ' '), append(at, int32(i), int32(i), int32(i))
		} else {
			text, at = append(text, c), append(at, int32(i))
		}
		before = r
	}
	return plain{string(text), at}
}

// simple reports whether an utterance is its own plain rendering.
func simple(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~' || c == '`':
			return false
		case c == '\'' && (i == 0 || i+1 == len(s) || !wordByte(s[i-1]) || !wordByte(s[i+1])):
			return false
		}
	}
	return true
}

// plainRune returns the ASCII character that stands for a rune, 0 for a sign that must stand alone.
func plainRune(r rune) byte {
	switch {
	case r > ' ' && r <= '~' && r != '`':
		return byte(r)
	case unicode.IsSpace(r):
		return ' '
	case strings.ContainsRune("’‘‛ʼ`´′", r):
		return '\''
	case strings.ContainsRune("“”„‟«»″", r):
		return '"'
	case strings.ContainsRune("‐‑‒–—−", r):
		return '-'
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return 'x'
	}
	return 0
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func wordByte(c byte) bool { return isLetter(c) || isDigit(c) }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// cutter collects the tokens of an utterance.
type cutter struct {
	plain
	utterance string
	lower     string // the utterance in lower case, where the offsets are the same
	tokens    []token
}

// words adds the tokens of text[from:to] as prose finds them.
func (c *cutter) words(from, to int) {
	if strings.TrimSpace(c.text[from:to]) == "" {
		return
	}
	for _, piece := range proseTokens(c.text[from:to]) {
		i := strings.Index(c.text[from:to], piece.Text)
		if i < 0 {
			continue
		}
		c.lost(from, from+i)
		c.split(from+i, from+i+len(piece.Text))
		from += i + len(piece.Text)
	}
	c.lost(from, to)
}

// lost adds text[from:to], which prose dropped, cut at spaces. It drops the end of a contraction, together with what is
// written behind it.
func (c *cutter) lost(from, to int) {
	for from < to {
		end := min(to, from+fieldLength(c.text[from:to]))
		for _, part := range [...]string{"'ll", "'re", "'s", "'m"} {
			if n := len(part); end-from > n && strings.EqualFold(c.text[from:from+n], part) {
				c.add(from, from+n)
				from += n
				break
			}
		}
		c.split(from, end)
		from = end + 1
	}
}

// split adds the tokens of text[from:to], which has no space: prose leaves signs inside and around words.
func (c *cutter) split(from, to int) {
	s := c.text[from:to]
	if strings.HasPrefix(s, "<@") || strings.HasPrefix(s, "<#") || strings.Contains(s, "://") {
		c.add(from, to) // a mention or a link
		return
	}
	start := 0
	for i := 0; i < len(s); {
		n := signAt(s, i, start)
		if n == 0 {
			i++
			continue
		}
		c.add(from+start, from+i)
		c.add(from+i, from+i+n)
		i += n
		start = i
	}
	c.add(from+start, to)
}

// signAt returns the length of the sign at s[i] that is a token of its own, 0 if s[i] belongs to the word that began at
// s[start].
func signAt(s string, i, start int) int {
	left, right := byte(' '), byte(' ')
	if i > start {
		left = s[i-1]
	}
	if i+1 < len(s) {
		right = s[i+1]
	}
	switch c := s[i]; c {
	case '<', '>':
		if right == '=' {
			return 2
		}
		return 1
	case '"', '=', ';', '(', ')', '[', ']', '{', '}', '|', '*', '~', '?', '!', '&', '#', '$', '^', '\\', '+':
		return 1
	case ',':
		if isDigit(left) && isDigit(right) {
			return 0
		}
		return 1
	case ':':
		if left == ' ' || right == ' ' || isLetter(left) && isLetter(right) {
			return 1
		}
	case '_', '/', '@', '%':
		if left == ' ' && !isLetter(right) || right == ' ' && !wordByte(left) || c == '_' && (left == ' ' || right == ' ') {
			return 1
		}
	case '-':
		if left == ' ' || right == ' ' {
			return 1
		}
	case '.':
		if left == ' ' && !isDigit(right) || right == ' ' {
			return 1
		}
	case '\'':
		if rest := strings.ToLower(s[i:]); rest == "'ve" || rest == "'d" {
			return len(rest)
		}
	}
	return 0
}

// add adds the token text[from:to] unless it is empty.
func (c *cutter) add(from, to int) {
	if from >= to {
		return
	}
	t := token{start: from, end: to}
	if c.at != nil {
		t.start = int(c.at[from])
		last := int(c.at[to-1])
		_, size := utf8.DecodeRuneInString(c.utterance[last:])
		t.end = last + size
	}
	t.text = c.utterance[t.start:t.end]
	if c.at == nil {
		t.norm = c.lower[t.start:t.end]
	} else {
		t.norm = normalise(t.text)
	}
	c.tokens = append(c.tokens, t)
}

// normalise returns a text in lower case, with straight quotes and hyphens.
func normalise(s string) string {
	return strings.Map(func(r rune) rune {
		if p := plainRune(r); p != 0 && p != 'x' {
			r = rune(p)
		}
		return unicode.ToLower(r)
	}, s)
}
