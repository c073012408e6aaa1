package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestBytesString(t *testing.T) {
	for b, want := range map[Bytes]string{
		UnknownBytes: "unknown", 0: "0 B", 1023: "1023 B", KiB: "1 KiB", 1536 * MiB: "1.5 GiB", 20 * GiB: "20 GiB",
		2*TiB - 1: "2 TiB", 300 * PiB: "300 PiB",
	} {
		if got := b.String(); got != want {
			t.Errorf("%d prints as %q, want %q", int64(b), got, want)
		}
	}
}

func TestPercentNeedsBoth(t *testing.T) {
	if p, ok := Percent(GiB, 4*GiB); !ok || p != 25 {
		t.Errorf("1 of 4 is %v, %v", p, ok)
	}
	for _, pair := range [][2]Bytes{{UnknownBytes, GiB}, {GiB, 0}, {GiB, UnknownBytes}} {
		if _, ok := Percent(pair[0], pair[1]); ok {
			t.Errorf("%v of %v has a percentage", pair[0], pair[1])
		}
	}
}

func TestSecretShowsNothing(t *testing.T) {
	record := struct{ Token Secret }{"xoxb-very-secret"}
	encoded, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(record), fmt.Sprintf("%+v %#v %q", record, record, record.Token), string(encoded)} {
		if got := fmt.Sprint(errors.New(shown)); strings.Contains(got, "very-secret") {
			t.Errorf("the secret shows in %q", got)
		}
	}
	if record.Token.Reveal() != "xoxb-very-secret" {
		t.Error("Reveal does not")
	}
}

func TestInventorySame(t *testing.T) {
	a := &Inventory{Volumes: []Volume{{Name: "v"}}, Nodes: []Node{{Name: "n"}}}
	b := *a
	b.Cluster = "another name"
	if !a.Same(&b) {
		t.Error("a copy is not the same")
	}
	c := &Inventory{Volumes: []Volume{{Name: "v"}}, Nodes: a.Nodes}
	if a.Same(c) {
		t.Error("an inventory of equal content is the same")
	}
}

func TestQueryCloneSharesNothing(t *testing.T) {
	q := &Query{Clusters: []string{"a"}, Filters: []Filter{{Field: "health", Values: []string{"down"}}}}
	c := q.Clone()
	c.Clusters[0], c.Filters[0].Values[0] = "b", "healthy"
	if q.Clusters[0] != "a" || q.Filters[0].Values[0] != "down" {
		t.Errorf("the clone changed the original: %+v", q)
	}
}
