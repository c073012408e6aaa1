package semantic_test

import (
	"bytes"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// lessons are enough to train a parser of three things that can be asked.
func lessons(t testing.TB) []semantic.Example {
	t.Helper()
	var b strings.Builder
	for range 4 {
		b.WriteString("list all volumes\tlist\tvolume\n")
		b.WriteString("show degraded volumes\tlist\tvolume health=degraded\n")
		b.WriteString("how many volumes are there\tcount\tvolume count\n")
		b.WriteString("how many nodes are there\tcount\tnode count\n")
		b.WriteString("how many degraded volumes are there\tcount\tvolume health=degraded count\n")
		b.WriteString("show volumes bigger than 20 GiB\tlist\tvolume size>20Gi\n")
		b.WriteString("list all nodes\tlist\tnode\n")
		b.WriteString("how big are all volumes\tlist\tvolume show=size\n")
	}
	examples, err := semantic.ReadExamples(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

func trained(t testing.TB) (*semantic.Parser, []byte) {
	t.Helper()
	p := semantic.Train(lessons(t), hear, nil, 1)
	file, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return p, file
}

func TestTrainIsDeterministic(t *testing.T) {
	_, first := trained(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, second := trained(t); !bytes.Equal(first, second) {
		t.Error("the same examples give other parsers")
	}
}

func TestParserFile(t *testing.T) {
	p, file := trained(t)
	read, err := semantic.Unmarshal(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := read.MarshalBinary()
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("written again it is another file (%v)", err)
	}
	for _, text := range []string{"list volumes", "how many volumes", twelve, ""} {
		want, got := p.Parse(text, hear(text)), read.Parse(text, hear(text))
		if got.Act != want.Act || got.Subject != want.Subject || got.Confidence != want.Confidence || !reflect.DeepEqual(got.Roles, want.Roles) || !reflect.DeepEqual(got.Marks, want.Marks) {
			t.Errorf("%q: read it says %+v, before %+v", text, got, want)
		}
	}
	for _, word := range []string{"volum", "zebra"} {
		if read.Knows(word) != p.Knows(word) {
			t.Errorf("read it knows %q: %v", word, read.Knows(word))
		}
	}
}

func TestTrainLearns(t *testing.T) {
	p, _ := trained(t)
	for text, want := range map[string]string{
		"show degraded volumes":            "list volume health=degraded",
		"list all nodes":                   "list node",
		"how many volumes are there":       "count volume count",
		"show volumes bigger than 20 GiB":  "list volume size>20Gi",
		"how big are all volumes":          "list volume show=size",
		"list degraded volumes":            "list volume health=degraded",
		"how many volumes are degraded":    "count volume health=degraded count",
		"list volumes bigger than 20 GiB":  "list volume size>20Gi",
		"how many degraded volumes are up": "count volume health=degraded count",
	} {
		r := p.Parse(text, hear(text))
		q, err := r.Query(func(e nlp.Entity, _ string, _ bool) ([]string, error) { return []string{e.Value}, nil })
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := r.Act + " " + semantic.Notation(q); got != want {
			t.Errorf("%q means %q, want %q", text, got, want)
		}
	}
}

func TestUnmarshalDamaged(t *testing.T) {
	_, file := trained(t)
	for n := range file {
		if _, err := semantic.Unmarshal(file[:n], nil); err == nil || !strings.Contains(err.Error(), "-update") {
			t.Fatalf("the first %d of %d bytes: %v", n, len(file), err)
		}
	}
	if _, err := semantic.Unmarshal(append(slices.Clone(file), 0), nil); err == nil {
		t.Error("a file with more behind it is read")
	}
	for i := range file {
		damaged := slices.Clone(file)
		damaged[i] ^= 0x55
		p, err := semantic.Unmarshal(damaged, nil)
		if err != nil && !strings.Contains(err.Error(), "-update") {
			t.Errorf("byte %d is damaged, and what to do is not said: %v", i, err)
		}
		use(p, err)
	}
}

// use parses with what was read, if anything was.
func use(p *semantic.Parser, err error) {
	if err == nil {
		p.Parse(twelve, hear(twelve))
	}
}

func FuzzUnmarshal(f *testing.F) {
	_, file := trained(f)
	f.Add(file)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) { use(semantic.Unmarshal(data, nil)) })
}

func TestReadExamples(t *testing.T) {
	examples, err := semantic.ReadExamples(strings.NewReader("# a comment\n\nlist all\tlist\tvolume || claim ?\r\n#weight 3\nnodes\tlist\tnode\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) != 2 || len(examples[0].Queries) != 2 || !examples[0].Beyond || examples[0].Other || examples[1].Beyond ||
		examples[0].Weight != 1 || examples[1].Weight != 3 {
		t.Errorf("read %+v", examples)
	}
}

func TestReadExamplesNamesTheLine(t *testing.T) {
	for _, row := range []struct{ line, want string }{
		{"#weight many", `line 3: the weight "many" is no number`},
		{"list all volumes\tlist", "line 3 has 2 columns"},
		{"list\tlist\tvolume\tmore", "line 3 has 4 columns"},
		{"list\tlist\t?", "line 3: a query begins with its subject"},
		{"list\tlist\tvolume nonsense", `line 3: "nonsense" is no piece`},
		{"list\tlist\tvolume size>big", `line 3: "size>big" compares`},
		{"list\tlist\tvolume size<>3", `line 3: "size<>3" has the comparison`},
		{"list\tlist\tvolume pods?3", `line 3: "pods?3" has "3" behind`},
		{"list\tlist\tvolume limit=few", "line 3: "},
	} {
		_, err := semantic.ReadExamples(strings.NewReader("# first\nlist volumes\tlist\tvolume\n" + row.line + "\n"))
		if err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%q: %v, want %q", row.line, err, row.want)
		}
	}
}
