package intents

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/semantic"
)

// target is a live name that the sentence refers to, after it was decided which of the things of that name is meant.
type target struct {
	kind    string          // the entity type
	value   string          // the canonical name
	names   []nlp.Candidate // the same type and value, one for each cluster and namespace that has it
	entity  nlp.Entity
	negated bool
	node    string // of a pool that was spoken of: those of other nodes have its name too
}

// unplaced returns targets without the place where they stand, which another sentence does not have.
func unplaced(targets []target) []target {
	all := slices.Clone(targets)
	for i := range all {
		all[i].entity.Start, all[i].entity.End = 0, 0
	}
	return all
}

// scope returns the namespace of the thing, where all its namesakes share it.
func (t target) scope() string {
	for _, n := range t.names {
		if n.Scope != t.names[0].Scope {
			return ""
		}
	}
	return t.names[0].Scope
}

// clusters returns the clusters that have the thing.
func (t target) clusters() []string {
	var found []string
	for _, n := range t.names {
		if !slices.Contains(found, n.Group) {
			found = append(found, n.Group)
		}
	}
	return found
}

// closeness is how much less likely than the best a candidate may be to be asked about beside it.
const closeness = 0.03

// nameTypes are the entity types of live names, in the order in which a bare name is taken to be one.
var nameTypes = []string{"cluster", "namespace", "workload", "node", "pool", "storageclass", "claim", "volume", "pod", "snapshot", "blockdevice", "quota", "zone"}

func isName(e nlp.Entity) bool {
	return e.Type == nlp.UnknownName || slices.Contains(nameTypes, e.Type)
}

// cueTypes returns the types of the names that a word introduces; nil if it introduces none.
func cueTypes(w string) []string {
	switch strings.TrimSuffix(w, "s") {
	case "node", "host", "worker", "machine":
		return []string{"node"}
	case "namespace", "n", "ns", "project", "tenant", "team", "squad", "department":
		return []string{"namespace"}
	case "pool", "cspi", "cspc", "vg", "zpool", "group", "diskpool":
		return []string{"pool"}
	case "clas", "class", "sc", "storageclas", "storageclass":
		return []string{"storageclass"}
	case "zone", "az":
		return []string{"zone"}
	case "cluster", "environment", "env":
		return []string{"cluster"}
	case "pvc", "claim":
		return []string{"claim", "volume"}
	case "volume", "pv", "vol":
		return []string{"volume", "claim"}
	case "disk", "drive":
		return []string{"volume", "claim", "blockdevice"}
	case "pod":
		return []string{"pod", "workload"}
	case "app", "application", "workload", "deployment", "statefulset", "st", "service", "database", "db":
		return []string{"workload", "pod"}
	case "snapshot", "snap":
		return []string{"snapshot"}
	case "bd", "blockdevice", "device":
		return []string{"blockdevice"}
	}
	return nil
}

// prepositionTypes returns the types of names that are likely behind a preposition.
func prepositionTypes(w string) []string {
	switch w {
	case "in", "inside", "within", "across":
		return []string{"cluster", "namespace", "node", "pool"}
	case "outside", "except", "excluding", "without":
		return []string{"cluster", "namespace", "node", "pool"}
	case "on", "at", "onto":
		return []string{"cluster", "node", "pool"}
	case "of", "for", "by", "from", "does", "do", "is":
		return []string{"workload", "claim", "volume", "cluster", "namespace", "node", "pool"}
	}
	return nil
}

// nameWords takes everyday words for the live names that they are as well, where hardly anything but a name stands: "requested by search".
func (q *question) nameWords() {
	free := func(w word) bool { return q.placed(nlp.Entity{Start: w.start}) && q.covering(w) == nil }
	if !slices.ContainsFunc(q.words, free) {
		return
	}
	for _, e := range semantic.Mentions(q.text, q.parse.Entities, q.gazetteer()) {
		if e.Score == semantic.Mentioned && q.placed(e) && len(keepTypes(e.Candidates, []string{"namespace", "workload"})) > 0 {
			q.parse.Entities = append(slices.Clip(q.parse.Entities), e)
		}
	}
}

// placed reports whether a word that may be a name stands where only a name does: "requested by search", "the volumes of media", "the billing ones".
func (q *question) placed(e nlp.Entity) bool {
	near, next := q.before(e.Start, 1), q.after(e.End, 1)
	return len(near) > 0 && (belonging[near[0]] || near[0] == "the" && len(next) > 0 && next[0] == "ones")
}

var belonging = setOf("of by in for from")

// findTargets decides what the live names of the sentence mean.
func (q *question) findTargets() *models.Reply {
	q.nameWords()
	for i, e := range q.parse.Entities {
		if q.taken[i] || !isName(e) || e.Type == "cluster" && q.isCluster(e) {
			continue
		}
		if e.Type == nlp.UnknownName && q.isDriver(e.Start) {
			q.taken[i] = true
			continue
		}
		if s := answer.Fields(cmp.Or(q.subject, models.Volumes)); e.Type == nlp.UnknownName && s.Called(e.Text) != nil {
			q.taken[i] = true
			continue
		}
		if e.Type == nlp.UnknownName && camelCased(e.Text) {
			q.taken[i] = true
			q.notes = append(q.notes, "I did not understand "+phrase.Quote(e.Text)+" and answered without it.")
			continue // what Kubernetes names has no capitals
		}
		if q.needless(e) {
			q.taken[i] = true
			q.notes = append(q.notes, phrase.Capital(answer.Fields(q.subject).Many)+" have no namespace: "+phrase.Quote(e.Text)+" is left out.")
			continue
		}
		if e.Type == nlp.UnknownName {
			if found := q.pieces(e.Text); found != nil {
				e.Type, e.Value, e.Candidates = found[0].Type, found[0].Value, found
				q.parse.Entities[i] = e
			}
		}
		if e.Type == nlp.UnknownName && q.inPassing(e) {
			q.taken[i] = true
			q.notes = append(q.notes, "I know nothing called "+phrase.Quote(e.Text)+" and answered without it.")
			continue
		}
		if e.Type == nlp.UnknownName || len(e.Candidates) == 0 {
			return q.notFound(i, e.Text, e.Start, e.End)
		}
		found, reply := q.resolve(i, e)
		if reply != nil {
			return reply
		}
		q.taken[i] = true
		q.parse.Entities[i].Type, q.parse.Entities[i].Value, q.parse.Entities[i].Candidates = found.kind, found.value, found.names
		q.targets = append(q.targets, found)
	}
	return nil
}

// inPassing reports whether what is written like a name, and is none, is only mentioned: no name is near it, and nothing introduces it.
// "Test case TC-311: what goes down with worker-2?"
func (q *question) inPassing(e nlp.Entity) bool {
	w := word{strings.ToLower(e.Text), e.Start, e.End}
	if q.isDue(w) {
		return true
	}
	if len(e.Candidates) > 0 {
		return false
	}
	from, to := q.purpose()
	return q.loose(w) || w.start >= from && w.end <= to || q.does(w)
}

// isDue reports whether a word says by when something will be that is foretold: "full by christmas".
func (q *question) isDue(w word) bool {
	near := q.before(w.start, 1)
	return q.intent.act == actForecast && len(near) > 0 && dueBy[near[0]]
}

var dueBy = setOf("by before until till through past")

// does reports whether a word is what somebody has in mind to do: "thinking of bumping redis".
func (q *question) does(w word) bool {
	near := q.before(w.start, 2)
	return strings.HasSuffix(w.text, "ing") && len(near) == 2 && naming[near[0]] && intending[near[1]]
}

// intending are the words for having something in mind.
var intending = setOf("thinking think thought considering planning plan plans talking dreaming")

// camelCased reports whether a text is a word of code, such as FileSystemResizePending.
func camelCased(text string) bool {
	if strings.ContainsAny(text, "-_./0123456789") {
		return false
	}
	inner := strings.IndexFunc(text[min(1, len(text)):], unicode.IsUpper)
	return inner > 0 && strings.ToUpper(text) != text
}

// resolve picks what one name means by the words around it, or asks.
func (q *question) resolve(place int, e nlp.Entity) (target, *models.Reply) {
	all := q.inClusters(e.Candidates)
	if len(all) == 0 && len(q.query.Clusters) > 0 {
		all = q.pieces(e.Text) // "mysql on prod" is orders-mysql, though another cluster has a mysql
	}
	if len(all) == 0 && q.pinned {
		return target{}, q.notFound(place, e.Text, e.Start, e.End)
	} else if len(all) == 0 {
		return target{}, q.elsewhere(e)
	}
	wanted, firm := q.expected(e)
	if firm {
		fit := keepTypes(all, wanted)
		if len(fit) == 0 {
			return target{}, q.notFound(place, e.Text, e.Start, e.End)
		}
		all = fit
	}
	best := all[0].Score
	for _, c := range all {
		best = max(best, c.Score)
	}
	near := slices.DeleteFunc(slices.Clone(all), func(c nlp.Candidate) bool { return c.Score < best-closeness })
	for _, kind := range wanted {
		if fit := keepTypes(near, []string{kind}); len(fit) > 0 {
			near = fit
			break
		}
	}
	first := near[0]
	same := slices.DeleteFunc(slices.Clone(near), func(c nlp.Candidate) bool { return c.Type != first.Type || c.Value != first.Value })
	if others := distinctNames(near); len(others) > 1 && !q.pinned {
		return target{}, q.which(place, e, others)
	}
	return target{kind: first.Type, value: first.Value, names: same, entity: e, negated: e.Negated}, nil
}

// pieces returns the applications and nodes of the clusters asked about of whose names a word is one of the last pieces, if it is so of
// one of them only.
func (q *question) pieces(text string) []nlp.Candidate {
	var found []nlp.Candidate
	add := func(kind, name, scope, cluster string) {
		c := nlp.Candidate{Name: nlp.Name{Type: kind, Value: name, Scope: scope, Group: cluster}, Score: 1}
		if strings.HasSuffix(strings.ToLower(name), "-"+strings.ToLower(text)) && !slices.ContainsFunc(found, func(o nlp.Candidate) bool { return o.Name == c.Name }) {
			found = append(found, c)
		}
	}
	for i, cluster := range q.card.Clusters {
		inv := q.inventories[i]
		if inv == nil || q.query != nil && len(q.query.Clusters) > 0 && !slices.Contains(q.query.Clusters, cluster) {
			continue
		}
		for j := range inv.Pods {
			_, owner, _ := strings.Cut(inv.Pods[j].Workload, "/")
			add("workload", owner, inv.Pods[j].Namespace, cluster)
		}
		for j := range inv.Nodes {
			add("node", inv.Nodes[j].Name, "", cluster)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}

// expected returns the types that a name may be of, the likeliest first, and whether a word beside it says so for certain.
func (q *question) expected(e nlp.Entity) ([]string, bool) {
	near := q.inSentence(e.Start, q.before(e.Start, 6))
	if q.anyWord(quotaWords) && q.intent.act != actWhy {
		if fit := keepTypes(e.Candidates, []string{"namespace"}); len(fit) > 0 {
			return []string{"namespace"}, true // quotas are of namespaces
		}
	}
	if next := q.after(e.End, 1); len(next) > 0 && owning[next[0]] && strings.TrimSpace(q.text[e.End:]) != "" && !strings.ContainsAny(q.text[e.End:e.End+1], ",;?") {
		if fit := keepTypes(e.Candidates, cueTypes(next[0])); len(fit) > 0 {
			return cueTypes(next[0]), true // "every volume the payments team has"
		}
	}
	if len(near) > 1 && near[0] == "cluster" && near[1] == "pool" {
		return []string{"pool"}, true
	}
	for i, w := range near[:min(4, len(near))] {
		if kinds := cueTypes(w); kinds != nil && !asked(near, i) && (!plural(w) || w == "ns" || w == "class" || w == "storageclass" || w == "sts") {
			if (near[0] == "with" || near[0] == "the") && len(keepTypes(e.Candidates, kinds)) == 0 {
				break // "a 10Gi volume with lvm-data", which is its class; "which class the mailbox claim has"
			}
			return kinds, true
		}
		if !glue[w] {
			break
		}
	}
	if next := q.after(e.End, 1); len(next) > 0 && behind[next[0]] && !strings.ContainsAny(q.text[e.End:], ",;?") {
		if kinds := cueTypes(next[0]); kinds != nil {
			if fit := keepTypes(e.Candidates, kinds); len(fit) > 0 {
				return kinds, true
			}
		}
	}
	var wanted []string
	switch q.intent.act {
	case actDescribe, actWhy, actReplicas, actConsumers, actItem, actForecast:
		if q.subject != "" {
			wanted = append(wanted, string(q.subject))
		}
		wanted = append(wanted, "claim", "volume", "node", "pool", "pod", "snapshot", "storageclass", "blockdevice", "workload")
	case actEvents:
		wanted = append(wanted, "cluster", "namespace", "claim", "volume")
	default:
		if q.intent.act == actRefine && q.follows() {
			for _, f := range q.dialogue.Query.Filters {
				if slices.Contains(nameTypes, f.Field) {
					wanted = append(wanted, f.Field) // "not kafka, payments" after a question about a namespace
				}
			}
		}
		if kind := q.besides(e); kind != "" {
			wanted = append(wanted, kind)
		}
		if len(near) > 1 && near[0] == "of" && denying[near[1]] {
			near = near[1:]
		}
		if len(near) > 0 {
			wanted = append(wanted, prepositionTypes(near[0])...)
		}
		wanted = append(wanted, "workload", "claim", "volume")
	}
	return append(q.shared(e, wanted), nameTypes...), false
}

// shared puts the types first that a name has in common with the one that "and" or "or" join to it: "kafka and orders" are both
// namespaces, though kafka is an application too.
func (q *question) shared(e nlp.Entity, wanted []string) []string {
	next := slices.IndexFunc(q.parse.Entities, func(o nlp.Entity) bool { return isName(o) && o.Start >= e.End })
	if next < 0 || !joins[strings.TrimSpace(strings.ToLower(q.text[e.End:q.parse.Entities[next].Start]))] {
		return wanted
	}
	var common []string
	for _, kind := range []string{"namespace", "workload"} {
		if len(keepTypes(e.Candidates, []string{kind})) > 0 && len(keepTypes(q.parse.Entities[next].Candidates, []string{kind})) > 0 {
			common = append(common, kind)
		}
	}
	if len(common) != 1 {
		return wanted
	}
	return append(common, wanted...)
}

var joins = map[string]bool{"and": true, "or": true, ",": true, "&": true, "vs": true, "versus": true}

// owning are the words behind a name that say whose things are meant, whatever stands before it.
var owning = setOf("team squad department project namespace ns app application workload deployment statefulset db database databases stack")

// asked reports whether near[i], of words that stand before a name, is what is asked for rather than what the name is:
// "node" in "which node is data-0 on".
func asked(near []string, i int) bool {
	next := i + 1
	if next < len(near) && near[next] == "storage" {
		next++
	}
	for next+1 < len(near) && (near[next] == "and" || near[next] == "or") && cueTypes(near[next+1]) != nil {
		next += 2 // "which node and pool is data-0 on"
	}
	return i > 0 && next < len(near) && questioning[near[next]] && slices.Contains(near[:i], "is")
}

// besides returns the type of the name that "and" or "or" join a name to: in "in kafka or redis" both are namespaces.
func (q *question) besides(e nlp.Entity) string {
	if len(q.targets) == 0 {
		return ""
	}
	last := q.targets[len(q.targets)-1]
	if last.entity.End > e.Start {
		return ""
	}
	for _, w := range wordsOf(q.text[last.entity.End:e.Start]) {
		if w.text != "and" && w.text != "or" {
			return ""
		}
	}
	return last.kind
}

func keepTypes(all []nlp.Candidate, kinds []string) []nlp.Candidate {
	var kept []nlp.Candidate
	for _, c := range all {
		if slices.Contains(kinds, c.Type) {
			kept = append(kept, c)
		}
	}
	return kept
}

// inClusters keeps the candidates of the clusters that the sentence names, and among those the ones of the namespace that
// it names, if it names one that some of them are in.
func (q *question) inClusters(all []nlp.Candidate) []nlp.Candidate {
	if len(q.query.Clusters) > 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(c nlp.Candidate) bool { return !slices.Contains(q.query.Clusters, c.Group) })
	}
	var namespaces []string
	for _, e := range q.parse.Entities {
		for _, c := range e.Candidates {
			if c.Type == "namespace" && e.Type == "namespace" {
				namespaces = append(namespaces, c.Value)
			}
		}
	}
	if len(namespaces) > 0 {
		kept := slices.DeleteFunc(slices.Clone(all), func(c nlp.Candidate) bool {
			return c.Scope != "" && !slices.Contains(namespaces, c.Scope)
		})
		if len(kept) > 0 {
			return kept
		}
	}
	return all
}

// distinctNames returns one candidate for each type and name among the candidates: which of the namesakes in several namespaces or clusters is
// meant, is asked later if it has to be.
func distinctNames(near []nlp.Candidate) []nlp.Candidate {
	var others []nlp.Candidate
	for _, c := range near {
		if !slices.ContainsFunc(others, func(o nlp.Candidate) bool { return o.Type == c.Type && o.Value == c.Value }) {
			others = append(others, c)
		}
	}
	return others
}

// inSentence keeps of the words before an offset, the nearest first, those of the same sentence.
func (q *question) inSentence(offset int, near []string) []string {
	from := max(strings.LastIndex(q.text[:offset], ". "), strings.LastIndexAny(q.text[:offset], "?!;"))
	n := 0
	for _, w := range q.words {
		if w.start > from && w.end <= offset {
			n++
		}
	}
	return near[:min(n, len(near))]
}
