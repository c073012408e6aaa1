package intents

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// fillWords turns words for states, engines and conditions into filters.
func (q *question) fillWords() *models.Reply {
	if q.query.Name != "" {
		return nil
	}
	q.fillSome()
	if q.query.Subject == models.Volumes && (q.phrase("only", "on") || q.phrase("only", "in")) && len(q.namesIn("node", "pool")) > 0 && !q.anyWord(setOf("if")) && q.query.Field == "" {
		q.as("list") // "what exists only on worker-2"
		q.add(conditions["one copy"][0])
	}
	for _, i := range q.entities("engine") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		field := "engine"
		if q.query.Subject == models.Nodes && q.has("condition") && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "cordoned" }) {
			if !q.anyWord(filler) {
				q.add(known("closed"))
			}
			continue // "cordoned in Mayastor", of which engines have their own cordons
		}
		if q.query.Subject == models.Clusters || q.query.Subject == models.Nodes {
			field = "engines"
		}
		if n := q.folded(e); n > 0 && field == "engine" && answer.Fields(q.query.Subject).Lookup("desired") != nil {
			q.add(models.Filter{Field: "desired", Op: models.Eq, Number: float64(n), Not: e.Negated})
			continue
		}
		q.state(e, models.Filter{Field: field, Op: models.Eq, Values: enginesOf(e.Value), Not: e.Negated})
	}
	if q.anyWord(setOf("both")) && countOf(q.parse.Entities, "engine") > 1 {
		q.notes = append(q.notes, "These are of either engine; what is of both at once is not told apart.")
	}
	q.fillKind()
	q.fillDriver()
	q.fillGreps()
	if reply := q.fillReasons(); reply != nil {
		return reply
	}
	for _, i := range q.entities("condition") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if e.Value == "Terminating" && q.query.Subject == models.Deletions {
			continue // all of them are
		}
		if q.idle(e) || e.Value == "orphaned" && strings.Contains(strings.ToLower(e.Text), "left") && slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Value == "unused" }) {
			continue // "left over, no app" says of what
		}
		if contrary[e.Value] != "" && e.Negated {
			e.Value, e.Negated = contrary[e.Value], false
		}
		if near := q.wordsBefore(e.Start, 2); len(near) == 2 && near[1].text == "as" {
			q.had = append(q.had, near[0]) // "marked as default"
		}
		q.suit(e.Value)
		f, ok := q.condition(e.Value)
		if !ok {
			return q.cannot(answer.Fields(q.query.Subject), e.Text)
		}
		if f.Field == "pods" && discarding.MatchString(e.Text) {
			q.notes = append(q.notes, "These are what no pod uses; only those who know the data can tell whether it is still wanted.")
		}
		if f.Not = f.Not != e.Negated; f.Not && f.Field == "spare" {
			f = conditions["no spare"][0] // "cannot survive a node failure"
		}
		q.state(e, f)
	}
	return q.fillHealth()
}

// countOf returns how many entities are of a type.
func countOf(entities []nlp.Entity, kind string) int {
	n := 0
	for _, e := range entities {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// discarding are the words of what may go: "which volumes can be deleted".
var discarding = regexp.MustCompile(`(?i)delet|remov|drop`)

// folded returns how many times a word before "replicated" says that things are: "triple replicated"; 0 if none does.
func (q *question) folded(e nlp.Entity) int {
	near := q.before(e.Start, 1)
	if len(near) == 0 || !strings.HasPrefix(strings.ToLower(e.Text), "replicated") {
		return 0
	}
	return folds[strings.TrimSuffix(near[0], "-replicated")]
}

var folds = map[string]int{"single": 1, "singly": 1, "double": 2, "doubly": 2, "twice": 2, "triple": 3, "triply": 3, "thrice": 3, "quadruple": 4,
	"two-way": 2, "three-way": 3, "2-way": 2, "3-way": 3, "2x": 2, "3x": 3}

// fillKind makes a filter of a word for one kind of pool or volume: "thin pools", "volume groups", "zvols", "volumes that are a zvol".
func (q *question) fillKind() {
	f := kindOf(q.query.Subject, q.subjectText())
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		if near := q.before(e.Start, 1); f == nil && models.Subject(e.Value) == q.query.Subject && len(near) > 0 && (near[0] == "a" || near[0] == "are") {
			f = kindOf(q.query.Subject, e.Text)
		}
	}
	if f != nil {
		q.add(*f)
	}
}

// kindOf returns the filter for the kind of a subject's things that a word is for; nil for none.
func kindOf(s models.Subject, text string) *models.Filter {
	text = strings.ToLower(text)
	for _, k := range kinds[s] {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.HasPrefix(text, w) }) {
			f := eq(k.field, k.value)
			return &f
		}
	}
	return nil
}

// thingKind is a kind of pools or volumes: the words for it, and the field that says it.
type thingKind struct {
	words        []string
	field, value string
}

// kinds are the words for kinds of things, by what they are kinds of.
var kinds = map[models.Subject][]thingKind{
	models.Pools: {
		{[]string{"thin"}, "kind", "thin pool"},
		{[]string{"volume group", "vg"}, "kind", "volume group"},
		{[]string{"zpool"}, "kind", "zpool"},
		{[]string{"diskpool", "dsp"}, "kind", "DiskPool"},
		{[]string{"cspi", "cspc", "cstor"}, "engine", string(models.CStor)},
	},
	models.Volumes: {
		{[]string{"zvol"}, "kind", "ZVOL"},
		{[]string{"dataset"}, "kind", "DATASET"},
		{[]string{"logical volume", "lv"}, "engine", string(models.LVM)},
	},
}

// idle reports whether a word for a state states nothing here: "ok, show me volumes", "how full are the pools", "how much
// space is available".
func (q *question) idle(e nlp.Entity) bool {
	if q.leadsTo(e) || q.numbered(e) || q.idleSpace(e) {
		return true
	}
	if next := q.after(e.End, 1); len(next) > 0 && restorable[strings.ToLower(e.Text)] && answer.Fields(models.Volumes).Counting(next[0]) == "snapshots" && q.query.Subject != models.Snapshots {
		return true // "volumes with a ready snapshot" says of the snapshot
	}
	if next := q.after(e.End, 1); strings.HasPrefix(strings.ToLower(e.Text), "have all ") && len(next) > 0 && naming[next[0]] {
		return true // "have all their replicas in one zone" says where
	}
	if near := q.before(e.Start, 1); len(near) > 0 && (near[0] == "how" || near[0] == "in" && e.Value == "full") {
		return true
	}
	if e.Value == "full" && slices.ContainsFunc(q.parse.Entities, func(p nlp.Entity) bool {
		return p.Type == nlp.Percentage && p.End <= e.Start && q.within(p.End, e.Start, 0)
	}) {
		return true
	}
	if e.Value == "unused" && q.subject == "" && q.intent.act == actAggregate {
		return true // "how much of the storage is unused"
	}
	if near := q.after(e.End, 1); strings.EqualFold(e.Text, "stuck") && len(near) > 0 && (near[0] == "in" || near[0] == "at") && q.anyOf("condition", e.End) {
		return true // "stuck in Released"
	}
	if e.Value == "claimed" && q.subject == "" && q.intent.act == actAggregate {
		return true // "how much space is claimed"
	}
	if e.Value == string(models.Rebuilding) && q.intent.act == actReplicas && len(q.targets) > 0 &&
		(!strings.HasSuffix(strings.ToLower(e.Text), "ing") || q.anyWord(setOf("finished done completed complete"))) {
		return true // "how is the rebuild of data-0 going", "has data-0 finished rebuilding"
	}
	if (e.Value == "attached" || e.Value == "mounted") && slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "pods" && f.Op == models.Known && f.Not }) {
		return true // "no pod attached to them"
	}
	if (e.Value == "attached" || e.Value == "mounted") && q.query.Subject == models.Nodes && (hasFilter(q.query, "volumes") || q.mentions("sort")) {
		return true // "nodes with more than 10 volumes attached"
	}
	if e.Value == "unclaimed" && slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Value == "orphaned" && o.Start != e.Start }) {
		return true // "left over, nobody claims them" says of what
	}
	if e.Value == "mounted" && q.directlyBefore(e.End, "health") {
		return true // "mounted read-only"
	}
	if e.Value == "no spare" && q.intent.act == actReplicas && len(q.targets) > 0 {
		return true // "did data-0 lose quorum"
	}
	if e.Value == "ready to use" && q.query.Subject == models.Pools {
		q.notes = append(q.notes, "This is raw space: a volume takes its size once for each of its replicas.")
		return true // "how much usable space is left"
	}
	if e.Value == "databases" && !plural(e.Text) && !strings.Contains(e.Text, " ") && len(q.targets) > 0 {
		return true // "the orders database" is whatever orders has
	}
	if discarding.MatchString(e.Text) && q.intent.act == actImpact && answer.Supposes(q.query) {
		return true // "can pool tank be deleted"
	}
	if podStates[e.Value] && q.intent.act == actWhy && len(q.targets) > 0 && q.query.Subject != models.Pods {
		return true // "wiki is crashlooping, is it the storage" says how its pods are
	}
	if e.Value == "bound" && slices.Contains(q.before(e.Start, 2), "to") {
		return true // "waiting to be bound"
	}
	if q.intent.act == actConsumers && len(q.targets) > 0 && (e.Value == "mounted" || e.Value == "attached" || e.Value == "bound" || e.Value == "unused" && q.subject == "") {
		return true
	}
	if e.Value == "mounted" && q.intent.act == actAggregate && q.subject == "" {
		return true // "how much storage is in use"
	}
	if e.Value == "mounted" && (q.askedFor() != "" || q.grouped == "engine" || q.grouped == "provisioner") || q.intent.act == actDescribe && len(q.targets) > 0 {
		return true
	}
	if next := q.after(e.End, 1); e.Value == "unused" && len(next) > 0 && spaces[next[0]] && q.intent.act != actList {
		return true // what is not used of them, not what nobody uses
	}
	if e.Value == "available" && (q.anyWord(spaces) || q.query.Subject != models.Volumes && q.query.Subject != models.Claims) {
		return true
	}
	if q.anyWord(setOf("quorum")) && len(q.targets) > 0 && (strings.EqualFold(e.Text, "lost") || strings.EqualFold(e.Text, "gone")) && q.intent.act == actReplicas {
		return true // of the quorum, not of a replica
	}
	if e.Value != string(models.Healthy) || len(q.words) == 0 {
		return false
	}
	if q.intent.act == actCapacity && !e.Negated && !q.directlyBefore(e.End, "subject") {
		return true // "are we ok on space?"
	}
	first := q.words[0]
	return e.Start == first.start && len(q.words) > 2 && interjections[strings.ToLower(e.Text)] &&
		(strings.HasPrefix(q.text[e.End:], ",") || !q.directlyBefore(e.End, "subject"))
}

// idleSpace reports whether a word for a state speaks of space, or of what would be: "space lost to orphaned volumes", "unprovisioned
// space", "too full for 100Gi", "would it be missed if it was gone".
func (q *question) idleSpace(e nlp.Entity) bool {
	next := append(q.after(e.End, 2), "", "")
	switch {
	case e.Value == "empty" && (q.query.Subject == models.BlockDevices || q.mentions(nlp.Percentage) || slices.Contains(q.before(e.Start, 1), "half")):
		return true
	case strings.EqualFold(e.Text, "lost") && (next[0] == "to" || next[0] == "on" || next[0] == "by" || next[0] == "in"):
		return true
	case e.Value == string(models.Awaiting) && strings.Contains(strings.ToLower(e.Text), "provision") && (spaces[next[0]] || q.intent.act == actCapacity):
		return true
	case e.Value == "full" && next[0] == "for" && q.mentions(nlp.Quantity) && q.anyWord(setOf("too")):
		return true
	}
	return q.intent.act == actConsumers && len(q.targets) > 0 && e.Type == "health" && slices.Contains(q.before(e.Start, 3), "if")
}

// anyOf reports whether an entity of a type stands behind an offset.
func (q *question) anyOf(kind string, from int) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == kind && e.Start >= from })
}

// leadsTo reports whether a word such as "gone" says how something came to be what the next word says: "gone read-only".
func (q *question) leadsTo(e nlp.Entity) bool {
	return becoming[strings.ToLower(e.Text)] && (q.directlyBefore(e.End, "health") || q.directlyBefore(e.End, "condition"))
}

var becoming = setOf("gone went")

// numbered reports whether a word for "nearly full" or the like stands beside a number that says what is meant by it: "nearly empty,
// say below 15 percent".
func (q *question) numbered(e nlp.Entity) bool {
	return (strings.HasPrefix(e.Value, "nearly ") || e.Value == "full") && hasFilter(q.query, "used_percent")
}

// directlyBefore reports whether an entity of a type begins right behind an offset.
func (q *question) directlyBefore(end int, kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == kind && e.Start >= end && strings.TrimSpace(q.text[end:e.Start]) == ""
	})
}

var (
	spaces        = setOf("space storage capacity room much")
	interjections = setOf("ok okay fine good alright")
)

// fillHealth makes one filter of the words for health: those wanted, or else those not wanted.
func (q *question) fillHealth() *models.Reply {
	var wanted, unwanted []string
	var said []nlp.Entity
	places := q.entities("health")
	for _, i := range places {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.idle(e) || q.isFigure(e) || q.intent.act == actImpact && q.query.Field != "" && len(q.targets) > 0 && !q.directlyBefore(e.End, "subject") {
			continue // "if it goes down", "what would be stuck" say nothing of now
		}
		value, negated := e.Value, e.Negated
		if strings.EqualFold(e.Text, "lost") && q.lostOne(e.End) {
			value = string(models.Degraded)
		}
		if phase := q.phaseOf(e); phase != "" {
			f := eq("phase", phase)
			f.Not = negated
			q.state(e, f)
			continue
		}
		said = append(said, e)
		if value == "unhealthy" {
			value, negated = string(models.Healthy), !negated
		}
		switch {
		case negated:
			unwanted = append(unwanted, value)
		case !slices.Contains(wanted, value):
			wanted = append(wanted, value)
			if value == string(models.Degraded) && strings.HasSuffix(strings.ToLower(e.Text), "redundancy") && q.intent.act == actList {
				wanted = append(wanted, string(models.Down)) // what is down has lost it too
			}
		}
	}
	if q.intent.act == actDescribe && len(q.targets) > 0 {
		return nil // "is mysql ok?" is asked of all that mysql uses
	}
	if len(wanted)+len(unwanted) == 0 && q.intent.act == actList && q.begins(setOf("are is")) && q.words[len(q.words)-1].text == "up" && q.covering(q.words[len(q.words)-1]) == nil {
		wanted = []string{string(models.Healthy)} // "are all nodes up"
	}
	if len(wanted)+len(unwanted) == 0 || q.intent.act == actOverview && !slices.ContainsFunc(wanted, func(w string) bool { return w != string(models.Healthy) }) {
		return nil
	}
	if q.intent.act == actReplicas && len(q.targets) > 0 && q.begins(yesOrNo) && len(wanted) == 1 && wanted[0] == string(models.Healthy) {
		return nil // "are all copies of data-0 online" is asked of all of them
	}
	if s := answer.Fields(q.query.Subject); s.Lookup("health") == nil {
		if q.query.Subject == models.Events {
			return nil
		}
		return q.cannot(s, "health")
	}
	if q.allHealthy(wanted) {
		wanted, unwanted = nil, []string{string(models.Healthy)}
	}
	f := models.Filter{Field: "health", Op: models.Eq, Values: wanted}
	if either := len(said) > 1 && q.joined(said[0].End, said[len(said)-1].Start) == "or"; len(unwanted) > 0 && (len(wanted) == 0 || either) {
		f.Values, f.Not = slices.DeleteFunc(unwanted, func(h string) bool { return slices.Contains(wanted, h) }), true // "unhealthy or pending"
	}
	if len(f.Values) == 0 {
		return nil
	}
	q.add(f)
	for _, e := range said {
		q.stated = append(q.stated, statement{e, f})
	}
	return nil
}

// lostOne reports whether what was lost is a copy of many: "volumes that lost their second copy".
func (q *question) lostOne(end int) bool {
	next := q.after(end, 3)
	return slices.ContainsFunc(next, func(w string) bool { return w == "copy" || w == "replica" }) && !slices.ContainsFunc(next, func(w string) bool { return w == "last" || w == "only" || w == "every" })
}

// phaseOf returns the phase that a word for health names where it is one: behind "phase", and "lost" and "pending" of claims, since a claim
// can be Bound to a volume that is still to be made.
func (q *question) phaseOf(e nlp.Entity) string {
	near := q.before(e.Start, 1)
	if s := answer.Fields(q.query.Subject); s == nil || s.Lookup("phase") == nil || strings.Contains(e.Text, " ") {
		return ""
	}
	own := q.query.Subject == models.Claims && (strings.EqualFold(e.Text, "lost") || strings.EqualFold(e.Text, "pending") && q.intent.act != actWhy && countOf(q.parse.Entities, "health") == 1)
	if own || len(near) > 0 && near[0] == "phase" {
		return phrase.Capital(strings.ToLower(e.Text))
	}
	return ""
}

// allHealthy reports whether the sentence asks whether all are healthy: the answer is the ones that are not.
func (q *question) allHealthy(wanted []string) bool {
	return len(wanted) == 1 && wanted[0] == string(models.Healthy) && (q.begins(setOf("are is all do does r")) || q.owns() || q.phrase("are", "they") || q.phrase("are", "these") || q.phrase("are", "those")) && (q.intent.act == actList || q.intent.act == actOverview)
}

// contrary are the conditions that are what is left of another one where it is denied.
var contrary = map[string]string{"claimed": "unclaimed", "unclaimed": "claimed", "unused": "mounted", "thin": "thick", "thick": "thin",
	"active": "inactive", "inactive": "active", "with snapshots": "without snapshots", "without snapshots": "with snapshots",
	"attached": "detached", "detached": "attached", "tainted": "untainted", "untainted": "tainted", "compressed": "uncompressed", "uncompressed": "compressed",
	"deduplicated": "not deduplicated", "not deduplicated": "deduplicated", "schedulable": "cordoned"}

// engineGroups are words for several engines.
var engineGroups = map[string][]string{"non-openebs": {string(models.OtherCSI)}, "local": {"hostpath", "lvm", "zfs"}, "legacy": {"cstor", "jiva"}, "replicated": {"mayastor", "cstor", "jiva"}}

// enginesOf returns the engines that a word stands for.
func enginesOf(word string) []string {
	if group := engineGroups[word]; group != nil {
		return slices.Clone(group)
	}
	return []string{word}
}

// conditions are what words say of a thing, in order of preference: the first whose field the subject has is taken.
var conditions = map[string][]models.Filter{
	"bound":                {eq("phase", "Bound")},
	"released":             {eq("phase", "Released")},
	"available":            {eq("phase", "Available")},
	"lost":                 {eq("phase", "Lost")},
	"unused":               {not(known("pods")), eq("claimed", "Unclaimed"), {Field: "volumes", Op: models.Le}},
	"mounted":              {known("pods"), known("mount")},
	"attached":             {known("attached"), known("pods"), known("claims")},
	"detached":             {not(known("attached")), not(known("pods"))},
	"tainted":              {known("taints")},
	"untainted":            {not(known("taints"))},
	"nearly empty":         {{Field: "used_percent", Op: models.Le, Number: 20}},
	"thin":                 {eq("thin", "true"), eq("kind", "thin pool")},
	"thick":                {eq("thin", "false")},
	"default":              {eq("default", "true")},
	"expandable":           {eq("expandable", "true")},
	"cordoned":             {eq("cordoned", "true")},
	"claimed":              {eq("claimed", "Claimed")},
	"unclaimed":            {eq("claimed", "Unclaimed"), not(known("claim"))},
	"warning":              {not(eq("type", "Normal"))},
	"normal":               {eq("type", "Normal")},
	"nearly full":          {{Field: "used_percent", Op: models.Ge, Number: 80}},
	"full":                 {{Field: "used_percent", Op: models.Ge, Number: 95}},
	"not expandable":       {eq("expandable", "false")},
	"restarting a lot":     {{Field: "restarts", Op: models.Ge, Number: 1}},
	"empty":                {{Field: "volumes", Op: models.Lt, Number: 1}, {Field: "used_percent", Op: models.Lt, Number: 1}},
	"over quota":           {{Field: "used_percent", Op: models.Ge, Number: 100}},
	"overcommitted":        {{Field: "committed_percent", Op: models.Gt, Number: 100}},
	"without snapshots":    {{Field: "snapshots", Op: models.Lt, Number: 1}},
	"with snapshots":       {{Field: "snapshots", Op: models.Ge, Number: 1}},
	"no redundancy":        {{Field: "redundancy", Op: models.Eq, Values: []string{whatif.Spent, whatif.Single}}, {Field: "spare", Op: models.Lt, Number: 1}},
	"one copy":             {{Field: "copies", Op: models.Le, Number: 1}, {Field: "desired", Op: models.Le, Number: 1}},
	"able to lose a copy":  {{Field: "spare", Op: models.Ge, Number: 1}},
	"no spare":             {{Field: "spare", Op: models.Lt, Number: 1}},
	"raidz":                {{Field: "raid", Op: models.Eq, Values: []string{"raidz", "raidz2"}}},
	"mirrored":             {eq("raid", "mirror")},
	"no recent snapshot":   {{Field: "snapshot_age", Op: models.Gt, Number: 24 * 3600}},
	"missing a disk":       {{Field: "lost", Op: models.Ge, Number: 1}},
	"striped":              {eq("raid", "stripe")},
	"one replica":          {{Field: "desired", Op: models.Eq, Number: 1}, {Field: "replicas", Op: models.Eq, Number: 1}},
	"in one zone":          {{Field: "zones", Op: models.Lt, Number: 2}},
	"schedulable":          {eq("schedulable", "true")},
	"closed to replicas":   {known("closed")},
	"orphaned":             {eq("orphaned", "true"), not(known("pods"))},
	"resizing":             {eq("resize", "pending")},
	"under pressure":       {known("pressure")},
	"ready to use":         {eq("ready", "true")},
	"ReadWriteMany":        {eq("access", "ReadWriteMany")},
	"ReadWriteOnce":        {eq("access", "ReadWriteOnce")},
	"Retain":               {eq("reclaim", "Retain")},
	"delete policy":        {eq("reclaim", "Delete")},
	"WaitForFirstConsumer": {eq("binding", "WaitForFirstConsumer"), {Field: "reason", Op: models.Match, Values: []string{"WaitForFirstConsumer"}}},
	"Immediate":            {eq("binding", "Immediate")},
	"databases":            {{Field: "workload", Op: models.Match, Values: answer.Databases}},
	"no volume":            {eq("orphaned", "true"), not(known("volume"))},
	"no local copy":        {eq("locality", "remote")},
	"local copy":           {eq("locality", "local")},
	"xfs":                  {eq("filesystem", "xfs")},
	"ext4":                 {eq("filesystem", "ext4")},
	"btrfs":                {eq("filesystem", "btrfs")},
	"block mode":           {eq("mode", "Block")},
	"filesystem mode":      {eq("mode", "Filesystem")},
	"uncompressed":         {eq("compression", "off")},
	"compressed":           {{Field: "compression", Op: models.Eq, Values: []string{"on", "lz4", "lzjb", "zle", "gzip", "zstd"}}},
	"deduplicated":         {eq("dedup", "on")},
	"not deduplicated":     {eq("dedup", "off")},
	"control-plane":        {eq("roles", "control-plane")},
	"active":               {eq("state", "Active")},
	"inactive":             {eq("state", "Inactive")},
	"CrashLoopBackOff":     {eq("state", "CrashLoopBackOff")},
	"ContainerCreating":    {eq("state", "ContainerCreating")},
	"ImagePullBackOff":     {eq("state", "ImagePullBackOff")},
	"Terminating":          {eq("deleting", "true"), eq("state", "Terminating")},
}

// whichDatabases narrows the databases to those that the sentence lists by kind: "databases (mysql, mongo)".
func (q *question) whichDatabases(all models.Filter) models.Filter {
	i := slices.IndexFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "workload" && f.Op == models.Eq && !f.Not })
	if i < 0 {
		return all
	}
	all.Values = q.query.Filters[i].Values
	if slices.Contains(all.Values, "postgres") || slices.Contains(all.Values, "postgresql") {
		all.Values = append(all.Values, "-pg", "pg-")
	}
	q.query.Filters = slices.Delete(q.query.Filters, i, i+1)
	return all
}

func eq(field, value string) models.Filter {
	return models.Filter{Field: field, Op: models.Eq, Values: []string{value}}
}

func known(field string) models.Filter { return models.Filter{Field: field, Op: models.Known} }

func not(f models.Filter) models.Filter { f.Not = true; return f }

// suit makes the query about things that a condition can be true of, where the sentence does not say what it is about:
// over-committed are pools, cordoned are nodes, a pod's states are of pods, and what is claimed of disks are block devices.
func (q *question) suit(value string) {
	fits := func(s models.Subject) bool {
		has := func(f models.Filter) bool { return answer.Fields(s).Lookup(f.Field) != nil }
		return slices.ContainsFunc(conditions[value], has) && !slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return !has(f) })
	}
	onNode := strings.HasSuffix(value, "claimed") && q.subject == "" && len(q.namesIn("node")) > 0 && q.intent.act == actList
	if (strings.HasSuffix(value, "claimed") || strings.HasSuffix(value, "active")) && (disks[strings.ToLower(q.subjectText())] || onNode) &&
		!slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return answer.Fields(models.BlockDevices).Lookup(f.Field) == nil }) {
		q.query.Subject = models.BlockDevices
		return
	}
	if q.subject != "" || q.intent.act == actRefine || len(q.targets) > 0 {
		return
	}
	if podStates[value] {
		q.query.Subject = models.Pods
		return
	}
	for _, s := range []models.Subject{q.query.Subject, models.Volumes, models.Pools, models.Nodes, models.StorageClasses, models.Claims, models.BlockDevices, models.Events} {
		if fits(s) {
			q.query.Subject = s
			if q.intent.act == actOverview {
				q.as("list") // "is anything over-committed?"
			}
			return
		}
	}
}

var (
	disks     = setOf("disk disks drive drives")
	podStates = setOf("CrashLoopBackOff ContainerCreating ImagePullBackOff Terminating")
)

// condition returns the filter of a condition for the query's subject.
func (q *question) condition(value string) (models.Filter, bool) {
	s := answer.Fields(q.query.Subject)
	if value == "empty" && (q.grouped != "" || q.askedFor() != "") {
		return models.Filter{}, false // of namespaces without anything in them nothing tells
	}
	for _, f := range conditions[value] {
		if s != nil && s.Lookup(f.Field) != nil {
			f.Values = slices.Clone(f.Values)
			if f.Field == "redundancy" {
				q.notes = append(q.notes, "Local volumes, which have a single copy by design, are left out: ask “which volumes have only one copy?” for those too.")
			}
			if value == "empty" && q.query.Subject == models.Pools {
				f = models.Filter{Field: "replicas", Op: models.Lt, Number: 1} // a file system of its own takes some space
			}
			switch value {
			case "databases":
				f = q.whichDatabases(f)
				q.notes = append(q.notes, "A workload is taken for a database by its name: MySQL, PostgreSQL, MongoDB, Redis and the like.")
			case "restarting a lot":
				if q.query.Sort == "" && q.query.Aggregate == "" {
					q.query.Sort, q.query.Desc = "restarts", true
				}
			case "empty":
				if f.Field == "used_percent" {
					q.notes = append(q.notes, "“empty” means less than 1% used here.")
				}
			case "nearly full", "full":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at least %.0f%% used here.", value, f.Number))
			case "no recent snapshot":
				q.notes = append(q.notes, "“Recent” means within the last day here.")
			case "nearly empty":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at most %.0f%% used here.", value, f.Number))
			}
			return f, true
		}
	}
	return models.Filter{}, false
}
