package nlp

import (
	"fmt"
	"strings"
)

const byteOrderMark = "\ufeff"

// readTSV reads lines of a text, a tab and an intent.
func (r *reader) readTSV(src []byte) {
	n := 0
	for row := range strings.Lines(strings.TrimPrefix(string(src), byteOrderMark)) {
		n++
		row = strings.TrimRight(row, "\r\n")
		if strings.TrimSpace(row) == "" {
			continue
		}
		columns := strings.Split(row, "\t")
		if len(columns) != 2 {
			r.fault(n, 1, fmt.Sprintf("the line has %d columns", len(columns)), "write the text, one tab, and the intent")
			continue
		}
		r.addExample(Example{Intent: strings.TrimSpace(columns[1]), Text: columns[0], At: Position{r.file, n, 1}})
	}
	if n == 0 {
		r.fault(1, 1, "the file is empty", "write lines of a text, a tab, and an intent")
	}
}
