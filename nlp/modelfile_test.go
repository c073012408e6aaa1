package nlp

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func modelFile(tb testing.TB, m *Model) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		tb.Fatalf("%d of %d bytes, %v", n, b.Len(), err)
	}
	return b.Bytes()
}

// TestModelFile checks that a model read back understands every utterance as the one that was written, and is written as
// the same bytes again.
func TestModelFile(t *testing.T) {
	m, x := testModel(t), liveNames()
	file := modelFile(t, m)
	again, err := ReadModel(bytes.NewReader(file), testNow)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"", "which volumes on node-1 are over 80% full?", "OPS-123 since yesterday", "how is the mysql namespace's biggest disk", "non-healthy volmes",
		"delete 'mysql-data-0' now", "describe pvc-68", "storage classes", "zxcvb qwert"}
	for _, ex := range testData(t).Examples {
		texts = append(texts, ex.Text)
	}
	for _, text := range texts {
		if diff := cmp.Diff(m.Parse(text, x), again.Parse(text, x)); diff != "" {
			t.Errorf("%q is parsed differently: %s", text, diff)
		}
	}
	if !bytes.Equal(file, modelFile(t, again)) {
		t.Error("the model read back is written differently")
	}
	t.Logf("%d bytes", len(file))
}

// TestModelFileTagger checks the same of a model with trained entities.
func TestModelFileTagger(t *testing.T) {
	m := taggerModel(t)
	again, err := ReadModel(bytes.NewReader(modelFile(t, m)), testNow)
	if err != nil {
		t.Fatal(err)
	}
	if again.extractor.tagger == nil {
		t.Fatal("the tagger is not in the file")
	}
	for _, text := range []string{"", "a flight from Berlin to New York", "book a table for two at Luigi's tomorrow", "play some jazz"} {
		if diff := cmp.Diff(m.ParseAt(text, nil, testNow()), again.ParseAt(text, nil, testNow())); diff != "" {
			t.Errorf("%q is parsed differently: %s", text, diff)
		}
	}
}

func TestModelFileWithoutFallback(t *testing.T) {
	m, err := Train(&Data{Examples: []Example{{Intent: "a", Text: "b"}, {Intent: "c", Text: "d"}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadModel(bytes.NewReader(modelFile(t, m)), nil); err != nil {
		t.Error(err)
	}
}

func TestReadModelRefuses(t *testing.T) {
	file := modelFile(t, testModel(t))
	change := func(at int, with byte) []byte {
		b := bytes.Clone(file)
		b[at] ^= with
		return b
	}
	storage, err := os.ReadFile("testdata/storage.yml")
	if err != nil {
		t.Fatal(err)
	}
	body := func(f func(*encoder)) []byte {
		var e encoder
		f(&e)
		b, err := seal(e.buf, ModelFormat)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, row := range map[string]struct {
		file []byte
		want string
	}{
		"empty":           {nil, "no model file"},
		"training data":   {storage, "no model file"},
		"magic":           {change(0, 1), "no model file"},
		"newer":           {change(len(modelMagic), 0x40), "format 65, and this program reads formats up to 1; update the program"},
		"header cut":      {file[:20], "ends within its header"},
		"cut":             {file[:len(file)-1], "bytes behind its header and has"},
		"longer":          {append(bytes.Clone(file), 0), "bytes behind its header and has"},
		"damaged":         {change(len(file)/2, 4), "checksum is wrong; copy the file again"},
		"no section":      {body(func(*encoder) {}), `has no section "intents"`},
		"broken sections": {body(func(e *encoder) { e.uint(1 << 60) }), "sections of the model file make no sense"},
		"broken section": {body(func(e *encoder) {
			for _, s := range []string{sectionIntents, sectionExtractor, sectionClassifier} {
				e.string(s)
				e.bytes(bytes.Repeat([]byte{0xff}, 30))
			}
		}), `section "intents" of the model file makes no sense; train the model again`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadModel(bytes.NewReader(row.file), nil)
			fault, ok := errors.AsType[*FileError](err)
			if !ok || !strings.Contains(err.Error(), row.want) || fault.Hint == "" {
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}

// FuzzReadModel checks that no file makes the reader, or a model that it has read, panic. The second argument is read as
// the body of a file whose checksum is right.
func FuzzReadModel(f *testing.F) {
	m, err := Train(&Data{Examples: []Example{{Intent: "a", Text: "b c"}, {Intent: "d", Text: "e f"}, {Intent: Fallback, Text: "g"}},
		Lookups: []Lookup{{Entity: "l", Examples: []string{"b"}}}, Regexes: []Regex{{Entity: "r", Patterns: []string{"x+"}}}}, testOptions())
	if err != nil {
		f.Fatal(err)
	}
	file := modelFile(f, m)
	body, err := unseal(bytes.NewReader(file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file, body)
	f.Add(file[:30], body[:30])
	f.Fuzz(func(t *testing.T, file, body []byte) {
		if m, err := ReadModel(bytes.NewReader(file), nil); err == nil {
			m.Parse("b c xx on node-1", nil)
		}
		file, err := seal(body, ModelFormat)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := ReadModel(bytes.NewReader(file), nil); err == nil {
			m.Parse("b c xx on node-1", nil)
		}
	})
}
