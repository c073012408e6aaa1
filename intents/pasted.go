package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

var (
	// flags are the options of kubectl that do not say which things are meant.
	flags = regexp.MustCompile(`(^|\s)(-o[= ]?\S+|--output[= ]\S+|-w|--watch|-A|--all-namespaces|--show-labels|--no-headers|--sort-by[= ]\S+|--(?:ignore|delete|force|grace|dry|all|recursive)[a-z-]*(?:=\S+)?)`)
	// sortFlag is the option that orders.
	sortFlag = regexp.MustCompile(`--sort-by[= ]['"{]*(\S+)`)
	// aged is the age that the rows of kubectl end with.
	aged = regexp.MustCompile(`^(\d+[dhmsy])+$`)
	gap  = regexp.MustCompile(`\t| {2,}`)
)

// sortPaths are the orders by what the paths of --sort-by end with. kubectl sorts upwards: by time, the oldest come first.
var sortPaths = []struct{ path, order string }{
	{"creationtimestamp", "age desc"}, {"capacity.storage", "size asc"}, {"requests.storage", "requested asc"}, {"metadata.name", "name asc"},
}

// command reads the options of a kubectl command: an order is one, and no other is a name or a word to be understood.
func (q *question) command() {
	if !q.commanding() {
		return
	}
	for i, e := range q.parse.Entities {
		if name, ok := strings.CutPrefix(e.Text, "n "); ok && isName(e) {
			q.parse.Entities[i].Text, q.parse.Entities[i].Start = name, e.Start+2 // "-n grafana" is a flag and a name
		}
	}
	q.had = append(q.had, q.words[0])
	q.pipe()
	q.kinds()
	for _, at := range flags.FindAllStringIndex(q.text, -1) {
		within := func(start, end int) bool { return start >= at[0] && end <= at[1] }
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return within(e.Start, e.End) })
		q.words = slices.DeleteFunc(q.words, func(w word) bool { return within(w.start, w.end) })
		path := sortFlag.FindStringSubmatch(q.text[at[0]:at[1]])
		if path == nil {
			continue
		}
		for _, s := range sortPaths {
			if strings.HasSuffix(strings.ToLower(strings.TrimRight(path[1], `'"}`)), s.path) {
				q.parse.Entities = append(q.parse.Entities, nlp.Entity{Type: "sort", Value: s.order, Text: q.text[at[0]:at[1]], Start: at[0], End: at[1], Score: 1})
			}
		}
	}
}

// commanding reports whether the sentence is a kubectl command, or what stands behind the word kubectl of one: "get pvc -n db".
func (q *question) commanding() bool {
	return q.begins(setOf("kubectl oc k")) || q.begins(setOf("get describe")) && options.MatchString(q.text)
}

// options are flags that only a command has.
var options = regexp.MustCompile(` (-n|-A|-o|--namespace|--all-namespaces|--output)\b`)

// withoutNamespaces are the subjects of which kubectl ignores -n.
var withoutNamespaces = map[models.Subject]bool{models.Nodes: true, models.Pools: true, models.StorageClasses: true, models.BlockDevices: true}

// needless reports whether a name is the namespace that kubectl was told for things that have none.
func (q *question) needless(e nlp.Entity) bool {
	near := q.before(e.Start, 1)
	return q.commanding() && withoutNamespaces[q.subject] && len(near) == 1 && (near[0] == "n" || near[0] == "namespace")
}

// row reads a row of what kubectl prints: it is about the object that it is the row of, and the other columns say how that is.
func (q *question) row() {
	names := len(q.text) // where the columns end that may name the object
	if gaps := gap.FindAllStringIndex(strings.TrimSpace(q.text), 2); len(gaps) == 2 {
		names = gaps[1][0]
	} else {
		fields := strings.Fields(q.text)
		if len(fields) < 4 || !phases[strings.ToLower(fields[1])] || !aged.MatchString(fields[len(fields)-1]) {
			return
		}
	}
	object := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return isName(e) && e.Start < names && (rankOf(e) < len(objects) || e.Start == 0 && len(keepTypes(e.Candidates, []string{"storageclass"})) > 0)
	})
	if object < 0 {
		return
	}
	q.parse.Entities[object].Candidates = q.ofRow(q.parse.Entities[object])
	if q.about(object); q.intent == nil || q.intent.act != actWhy && q.intent.act != actDescribe {
		q.as("describe")
	}
}

// ofRow returns of the things of a name those that are in a cluster with the other names of the row, if there are any.
func (q *question) ofRow(object nlp.Entity) []nlp.Candidate {
	var fit []nlp.Candidate
	for _, c := range object.Candidates {
		if !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return e.Start != object.Start && len(e.Candidates) > 0 && !slices.ContainsFunc(e.Candidates, func(o nlp.Candidate) bool { return o.Group == c.Group })
		}) {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return object.Candidates
	}
	return fit
}

var phases = setOf("bound pending lost released available failed terminating running online offline ready notready")

// about keeps of what was found one object and the clusters.
func (q *question) about(object int) {
	kept := q.parse.Entities[:0:0]
	for i, e := range q.parse.Entities {
		if i == object || e.Type == "cluster" {
			kept = append(kept, e)
		}
	}
	q.parse.Entities = kept
	q.pasted = true
}
