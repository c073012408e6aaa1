package intents

import (
	"regexp"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// reworded returns a sentence with what it says in a roundabout way said in the way that others say it, and notes what that leaves open. What
// the parser can learn belongs into its training data; these take the place of whole clauses, or leave something open that is to be told.
func (t *turn) reworded(text string, parse nlp.Parse) string {
	text = worseThan(text, parse)
	for _, p := range rewordings {
		if !p.said.MatchString(text) || p.unless != nil && p.unless.MatchString(text) {
			continue
		}
		text = p.said.ReplaceAllString(text, p.as)
		if p.note != "" {
			t.guessed = append(t.guessed, p.note)
		}
	}
	return text
}

// rewordings are roundabout ways to say something.
var rewordings = []struct {
	said   *regexp.Regexp
	unless *regexp.Regexp // it is said so in a sentence that says this as well; nil: in any
	as     string
	note   string
}{
	// "which would be lost if the node they are on died" asks which have no copy elsewhere. Pools, pods and the like have none.
	{said: regexp.MustCompile(`(?i)\b(?:(?:we|would|will|might|could|can|are|be|get|go) )*(?:lost|lose|down|gone|unavailable|fail|die) (?:if|when|once|should|with) ` +
		`(?:(?:their|its) (?:only )?` + machine + `|the ` + machine + ` (?:that |which )?(?:they|it) (?:are|is|live|lives|run|runs)(?: on)?) [a-z]+(?: down| off)?`),
		unless: regexp.MustCompile(`(?i)\b(?:pools?|snapshots?|replicas?|pods?|apps?|applications?|workloads?|disks?|why)\b`),
		as:     "would not survive a node failure"},
	{said: regexp.MustCompile(`(?i)^(?:(?:is|was|are|were) (?:there )?any data (?:lost|gone|loss)|(?:did|have) we (?:lose|lost) (?:any )?data|any (?:data loss|lost data)|what data (?:is|was) lost)\b`),
		unless: regexp.MustCompile(`(?i)\b(?:if|when|once|should|would|could|after|by|without)\b`), as: "which volumes are down",
		note: "No cluster says whether data is lost: what is down cannot be reached now, and its data is there still if its node or its disk comes back."},
	{said: stuckChanges("resizes|expansions"), as: "volumes waiting for a resize"},
	{said: stuckChanges("deletions|removals"), as: "objects stuck terminating"},
	{said: regexp.MustCompile(`(?i),? or (?:(?:can|may|should) (?:i|we)|is it safe to) (?:go ahead|go on|proceed|start|upgrade)\b[^,;]*$`), note: goingAhead},
	{said: regexp.MustCompile(`(?i)^(?:can|may|should) (?:i|we) (?:go ahead|go on|proceed|start the upgrade) or ((?:are|is|do|does|have|has)\b)`), as: "${1}", note: goingAhead},
	{said: regexp.MustCompile(`(?i)\b(?:currently|presently) `)},
	// "The most of free space" is the most free space, and neither most of it nor the least.
	{said: regexp.MustCompile(`(?i)\b(the (?:most|least)) of `), unless: regexp.MustCompile(`(?i)\b(?:most|least) of (?:the|them|these|those|all|it|us|our|my|its|their|which|this|that)\b`), as: "${1} "},
	// When the askers will do something is no time of the things that they will do it with.
	{said: regexp.MustCompile(`(?i)\b((?:we|i) (?:could|can|might|may|should|will|want to|plan to)(?: [a-z]+){1,3}?) (?:(?:this|next) (?:week|weekend|month)|before the (?:week|month|weekend)|today|tonight|tomorrow)\b`), as: "${1}"},
	{said: regexp.MustCompile(`(?i)\b(how much|how many|total|sum|usage|used space)\b([^,;?]*) every ` + grouping), as: "${1}${2} each ${3}"},
	// "Used space by class, largest first" orders the classes, of which not only one is wanted.
	{said: regexp.MustCompile(`(?i)\b((?:used|free|total|sum|usage)\b[^,;?]* (?:by|per|each) ` + grouping + `),? (?:largest|biggest|highest) first\b`), as: "${1}, descending"},
	{said: regexp.MustCompile(`(?i)\bsince (?:yesterday,? same time|(?:the |this )?(?:same )?time yesterday|yesterday (?:at )?this time)\b`), as: "in the last 24 hours"},
	{said: regexp.MustCompile(`(?i)^(?:is )?(?:nobody|no one|anyone|anybody|someone|somebody)(?: else)? (?:is )?(?:still )?((?:us|mount)ing)\b`), as: "is anyone ${1}"},
	{said: regexp.MustCompile(`(?i)\b(?:storage )?engine versions?\b`), unless: regexp.MustCompile(`(?i)\b(?:volumes?|claims?|pvcs?|pools?|replicas?|nodes?)\b`), as: "openebs versions"},
	// Of what things are grouped by there is no list but that of the groups.
	{said: regexp.MustCompile(`(?i)^(?:please )?(?:list|show)(?: me)?(?: all)?(?: the)? (namespace|engine|zone|workload|app)s((?: (?:on|in|of) [\w.-]+)?)[.?! ]*$`), as: "number of volumes by ${1}${2}"},
}

const (
	machine    = `(?:node|server|machine|host)`
	grouping   = `(namespace|node|pool|storage ?class|class|engine|cluster|workload|app|application|zone|team)\b`
	goingAhead = "Whether to go ahead I cannot judge: this is the part of the question that the clusters answer."
)

// stuckChanges matches changes that are said to be stuck, which is no state of the things that they are made to.
func stuckChanges(nouns string) *regexp.Regexp {
	const stuck = `(?:stuck|hanging|hang|blocked)`
	return regexp.MustCompile(`(?i)\b(?:(?:volume )?(?:` + nouns + `) (?:that )?(?:(?:are|got) )?(?:still )?` + stuck + `|` + stuck + ` (?:volume )?(?:` + nouns + `))\b`)
}

// worseThan leaves out of a sentence the better of two states that it says something is worse than: "down, not just degraded".
func worseThan(text string, parse nlp.Parse) string {
	for i, e := range parse.Entities {
		if i == 0 || e.Type != "health" || parse.Entities[i-1].Type != "health" {
			continue
		}
		worse := parse.Entities[i-1]
		if models.Health(worse.Value).Severity() > models.Health(e.Value).Severity() && worse.End <= e.Start && justBetter.MatchString(text[worse.End:e.Start]) {
			return text[:worse.End] + text[e.End:]
		}
	}
	return text
}

// justBetter stands between a state and one that is not as bad.
var justBetter = regexp.MustCompile(`(?i)^[\s,;(-]*(?:(?:and|but|are|is) )*(?:not|rather than|isn['’]?t|aren['’]?t) (?:just|only|merely) $`)
