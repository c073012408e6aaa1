package nlp

// Said is a word of an utterance as the classifier sees it.
type Said struct {
	Text       string // in lower case; of a contraction or of slang, what it stands for
	Stem       string // without the commonest endings
	Start, End int    // byte offsets in the utterance; of all that a contraction stands for, its own
}

// Words cuts an utterance into words: runs of letters, runs of digits, single signs.
func Words(utterance string) []Said {
	tokens := tokenise(utterance)
	said := make([]Said, 0, len(tokens)+4)
	var words []word
	for i, t := range tokens {
		words = appendWords(words[:0], tokens, i)
		for _, w := range words {
			said = append(said, Said{w.text, stem(w.text), t.start, t.end})
		}
	}
	return said
}
