package nlp

import (
	"io"
	"slices"
	"strings"
	"testing"
)

// ownYAML is a workspace's own intents over testdata/storage.yml. It teaches a phrasing of the base's intent "list", too.
const ownYAML = `version: "3.1"
nlu:
- intent: oncall
  examples: |
    - who is on call for [payments](service)?
    - who has the pager for [search](service)
    - on call [billing](service)
    - who is on call?
    - pager duty of [payments](service) please
    - who carries the pager for [checkout](service)
- intent: invoice
  examples: |
    - send me the invoice of [ACME-17](customer)
    - invoice for [ACME-22](customer) please
    - show the last invoice of [INIT-5](customer)
    - what did we bill [ACME-17](customer)
    - bill of [INIT-9](customer)
- intent: list
  examples: |
    - gimme dem volumes
- lookup: service
  examples: |
    - payments
    - search
    - billing
    - checkout
- synonym: checkout
  examples: |
    - basket
- regex: customer
  examples: |
    - \b[A-Z]{4}-\d+\b
`

func extended(t *testing.T, yaml string) (base, model *Model, negatives *Negatives) {
	t.Helper()
	base = testModel(t)
	negatives = NewNegatives(base, testData(t))
	data, _, err := ParseYAML(map[string]string{"own.yml": yaml})
	if err != nil {
		t.Fatal(err)
	}
	model, err = Extend(base, data, negatives, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	return base, model, negatives
}

func TestExtend(t *testing.T) {
	base, m, _ := extended(t, ownYAML)
	names := liveNames()
	for text, want := range map[string]string{
		"who is on call?":                          "oncall",
		"who is on call for the basket":            "oncall service=checkout",
		"pager for serch please":                   "oncall service=search",
		"show me the invoice of ACME-99":           "invoice customer=ACME-99",
		"gimme dem volumes":                        "list",
		"list the degraded volumes on node-1":      "list",
		"how many volumes are degraded":            "count",
		"hello there":                              "greet",
		"sing me a song about mules and their hay": "",
		"zxcvb qwert yuiop":                        "",
		"":                                         "",
	} {
		p := m.Parse(text, names)
		got := p.Intent
		for _, e := range p.Entities {
			if e.Type == "service" || e.Type == "customer" {
				got += " " + e.Type + "=" + e.Value
			}
		}
		if got != want {
			t.Errorf("%q is %q (%v), want %q", text, got, p.Ranking[:2], want)
		}
	}
	if got, want := strings.Join(m.Intents(), " "), strings.Join(base.Intents(), " "); got == want || !strings.Contains(got, "invoice") {
		t.Errorf("the intents are %s", got)
	}
	if p := base.Parse("who is on call for payments?", names); p.Intent == "oncall" || len(p.Ranking) != len(base.Intents()) {
		t.Errorf("the base has learnt from its extension: %+v", p)
	}
}

// TestExtendRoles tells entities of one type apart by the words beside them.
func TestExtendRoles(t *testing.T) {
	_, m, _ := extended(t, `version: "3.1"
nlu:
- intent: coffee
  examples: |
    - get me a coffee
    - i need an espresso
    - coffee please
    - coffee from [berlin]{"entity": "place", "role": "from"} to [rome]{"entity": "place", "role": "to"}
    - carry coffee to [rome]{"entity": "place", "role": "to"}
    - bring coffee from [paris]{"entity": "place", "role": "from"} over to [berlin]{"entity": "place", "role": "to"}
- lookup: place
  examples: |
    - berlin
    - rome
    - paris
    - oslo
`)
	for text, want := range map[string]string{
		"bring coffee to paris from oslo":  "to=paris from=oslo",
		"bring coffee from the oslo house": "from=oslo",
		"coffee from rome to berlin":       "from=rome to=berlin",
		"make a coffee in paris":           "=paris",
	} {
		p := m.Parse(text, liveNames())
		var got []string
		for _, e := range p.Entities {
			got = append(got, e.Role+"="+e.Value)
		}
		if strings.Join(got, " ") != want || p.Intent != "coffee" {
			t.Errorf("%q is %s %v, want %s", text, p.Intent, got, want)
		}
	}
}

// TestExtendLeavesTheBaseAlone compares what the base and an extension of it make of the base's own examples.
func TestExtendLeavesTheBaseAlone(t *testing.T) {
	base, m, _ := extended(t, ownYAML)
	names := liveNames()
	changed := 0
	examples := testData(t).Examples
	for _, ex := range examples {
		before, after := base.Parse(ex.Text, names), m.Parse(ex.Text, names)
		if before.Intent != after.Intent {
			changed++
			t.Logf("%q was %q and is %q", ex.Text, before.Intent, after.Intent)
		} else if len(before.Entities) != len(after.Entities) {
			t.Errorf("%q had entities %+v and has %+v", ex.Text, before.Entities, after.Entities)
		}
	}
	if changed*50 > len(examples) {
		t.Errorf("%d of %d questions of the base are understood otherwise", changed, len(examples))
	}
}

func TestExtendIsDeterministic(t *testing.T) {
	_, a, _ := extended(t, ownYAML)
	_, b, _ := extended(t, ownYAML)
	for _, text := range []string{"who has the pager", "invoice", "list volumes"} {
		p, q := a.Parse(text, nil), b.Parse(text, nil)
		for i := range p.Ranking {
			if p.Ranking[i] != q.Ranking[i] {
				t.Fatalf("%q: %v and %v", text, p.Ranking[i], q.Ranking[i])
			}
		}
	}
}

func TestExtendRefuses(t *testing.T) {
	base, m, negatives := extended(t, ownYAML)
	one := &Data{Examples: []Example{{Intent: "x", Text: "some words"}}}
	if _, err := Extend(base, &Data{}, negatives, Options{}); err == nil {
		t.Error("an extension without examples is made")
	}
	if _, err := Extend(m, one, negatives, Options{}); err == nil {
		t.Error("an extension is extended")
	}
	if n, err := m.WriteTo(io.Discard); n != 0 || err == nil {
		t.Errorf("an extension is written as if it were its base: %d bytes, %v", n, err)
	}
	one.Regexes = []Regex{{Entity: "e", Patterns: []string{"("}}}
	if _, err := Extend(base, one, negatives, Options{}); err == nil {
		t.Error("a broken regular expression is taken")
	}
}

func TestTryExtension(t *testing.T) {
	base, _, negatives := extended(t, ownYAML)
	data, _, err := ParseYAML(map[string]string{"own.yml": ownYAML})
	if err != nil {
		t.Fatal(err)
	}
	trials, err := TryExtension(base, data, negatives, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	own, right := 0, 0
	for _, trial := range trials {
		if trial.Own {
			own++
			if trial.TakenFor == trial.Intent {
				right++
			}
		} else if trial.TakenFor == trial.Intent {
			t.Errorf("%q of the base is told though it is right", trial.Text)
		}
	}
	if own != len(data.Examples) || right < own/2 {
		t.Errorf("%d of %d own examples were tried, %d of them rightly", own, len(data.Examples), right)
	}
}

// TestExplainExtension checks that the intents of an extension are explained by its own weights, and those of its base as by
// the base.
func TestExplainExtension(t *testing.T) {
	base, m, _ := extended(t, ownYAML)
	x := m.Explain("who carries the pager right now", liveNames())
	if x.Intent != "oncall" || x.Threshold != m.extension.threshold || !slices.ContainsFunc(x.Because, func(r Reason) bool { return strings.Contains(r.Feature, "pager") && r.Weight > 0 }) {
		t.Errorf("%s, because of %v", x.Intent, x.Because)
	}
	const known = "how many volumes are degraded"
	if got, want := m.Explain(known, liveNames()), base.Explain(known, liveNames()); !slices.Equal(got.Because, want.Because) || got.Threshold != want.Threshold {
		t.Errorf("a question of the base is explained by %v", got.Because)
	}
}

// TestFewShot checks that words that tell are what a few examples teach, and not those that everybody says.
func TestFewShot(t *testing.T) {
	_, m, _ := extended(t, `version: "3.1"
nlu:
- intent: coffee
  examples: |
    - make me a coffee
    - brew some coffee please
    - I need an espresso
    - is there coffee
    - get me a cup of coffee
`)
	for text, want := range map[string]string{
		"coffee please":                 "coffee",
		"an espresso please":            "coffee",
		"could I have a coffee":         "coffee",
		"please":                        "",
		"is there anybody":              "",
		"how many volumes are degraded": "count",
	} {
		if p := m.Parse(text, liveNames()); p.Intent != want {
			t.Errorf("%q is %q, want %q: %v", text, p.Intent, want, p.Ranking[:2])
		}
	}
}
