package intents

import (
	"regexp"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// plainly returns a sentence with what it says in a roundabout way said in the way that others say it, and notes what that leaves open.
func (t *turn) plainly(text string, parse nlp.Parse) string {
	text = t.forWhom(worseThan(text, parse))
	for _, p := range plainer {
		found := p.said.FindStringSubmatchIndex(text)
		if found == nil || p.unless != nil && p.unless.MatchString(text) {
			continue
		}
		text = text[:found[0]] + string(p.said.ExpandString(nil, p.as, text, found)) + text[found[1]:]
		if p.note != "" {
			t.guessed = append(t.guessed, p.note)
		}
	}
	return text
}

// plainer are roundabout ways to say something.
var plainer = []struct {
	said   *regexp.Regexp
	unless *regexp.Regexp // it is said so in a sentence that says this as well; nil: in any
	as     string
	note   string
}{
	{said: withItsNode, unless: notCopied, as: "would not survive a node failure"},
	{said: dataLost, unless: supposedLoss, as: "which volumes are down${1}${2}",
		note: "No cluster says whether data is lost: what is down cannot be reached now, and its data is there still if its node or its disk comes back."},
	{said: stuckChanges("resizes|resizings|expansions|enlargements|any (?:resize|expansion)"), as: "volumes waiting for a resize"},
	{said: stuckChanges("deletions|removals|any (?:deletion|removal)"), as: "objects stuck terminating"},
	{said: orGoAhead, note: goingAhead},
	{said: goAheadOr, as: "${1}", note: goingAhead},
	{said: upgradeOr, as: "${0}", note: goingAhead},
	{said: presently},
	{said: planned, unless: unplanned, as: "${1}"},
	{said: everyGroup, as: "${1}per ${2}"},
	{said: everyOne, as: "${1}each ${2}"},
	{said: downwards, as: "${1}, descending"},
	{said: sumBehind, as: "total ${2} of all ${1}"},
	{said: sumTogether, as: "total ${1} space of ${2}"},
	{said: sinceThisTime, as: "in the last 24 hours"},
	{said: engineVersions, unless: ofThings, as: "${1}openebs versions"},
	{said: hisThing, unless: nobody, as: "${2}${1}'s "},
	{said: anybodyUsing, as: "is anyone ${1}"},
	{said: listGroups, as: "number of volumes by ${1}${2}"},
}

const (
	// doomed is what becomes of what a failure takes along, and fallen what becomes of the node that fails.
	doomed = `(?:(?:(?:we|you|i) )?(?:would|will|might|could|can|may|shall|do|are|is|get|gets|go|goes|be|become|becomes) )*(?:all |simply |just |then )?(?:(?:be|go|get|become|end up) )?` +
		`(?:lost|lose|gone|down|unavailable|unreachable|inaccessible|offline|dead|die|dies|destroyed|disappear|disappears|vanish|vanishes|fail|fails|break|breaks)`
	fallen = `(?:(?:would|should|were|was|is|are|has|had|ever|suddenly|to|be|gets?|got|go|goes|went|becomes?|became) )*` +
		`(?:die[sd]?|dead|fail(?:s|ed)?|crash(?:es|ed)?|lost|down|away|off|offline|gone|disappear(?:s|ed)?|vanish(?:es|ed)?|explode[sd]?|burn(?:s|ed|t)?|break(?:s)?|broken?|unavailable|unreachable)(?: down| out)?`
	machine = `(?:node|server|machine|host|box|worker)s?`
)

var (
	// withItsNode says of things that they are lost with the node that they are on: "which would be lost if the node they are on died".
	withItsNode = regexp.MustCompile(`(?i)\b` + doomed + `,? (?:if|when|once|in case|as soon as|whenever|should|with) (?:(?:their|its) (?:own |only |one |single )?` + machine + `|(?:the|whatever|whichever) (?:only |one |single )?` + machine +
		` (?:that |where |which )?(?:they|it|those|these)(?:['’]re| are| is| sit| sits| live| lives| run| runs)?(?: on)?)(?: ` + fallen + `)\b`)
	// notCopied are things that have no copies on other nodes, or are told otherwise.
	notCopied = regexp.MustCompile(`(?i)\b(?:pools?|snapshots?|replicas?|pods?|apps?|applications?|workloads?|disks?|devices?|why)\b`)
	// dataLost asks whether data was lost, of which no object tells.
	dataLost     = regexp.MustCompile(`(?i)^(?:(?:so|hey|hi|ok|and)[, ]+)?(?:(?:is|are|was|were|has|have) (?:any|some|any of (?:the|our)|our|the)? ?data((?: (?:of|in|on|from) [\w.-]+)*) (?:already |actually |really )?(?:been )?(?:lost|gone)|(?:did|have|has) (?:we|they|you|i|anyone|anybody) (?:actually |really |ever )?(?:lose|lost) (?:any |some )?data|(?:(?:is|was|were) there |(?:have|did) we (?:had |have |suffer )?)?(?:any|some) (?:data loss(?:es)?|lost data|loss of data)|(?:what|which) data (?:is|was|has been|got) lost|(?:what|which) data (?:did|have) we (?:lose|lost))\b([^,;]*)$`)
	supposedLoss = regexp.MustCompile(`(?i)\b(?:if|when|once|in case|should|would|could|after|by|unless|without|while)\b`)
)

const goingAhead = "Whether to go ahead I cannot judge: this is the part of the question that the clusters answer."

var (
	// orGoAhead, goAheadOr and upgradeOr ask beside a question whether something may be done now that nothing here tells of.
	orGoAhead = regexp.MustCompile(`(?i),? or (?:(?:can|could|may|should|shall) (?:i|we)|(?:is|would) it (?:be )?(?:safe|ok|okay|fine|wise) to) (?:just |safely |now |already )?(?:go ahead|go on|proceed|continue|start|begin|upgrade|update|patch)(?: now| anyway| already| with (?:it|that)| with the \w+| the upgrade| the update| upgrading| updating)?[?.! ]*$`)
	goAheadOr = regexp.MustCompile(`(?i)^(?:can|could|may|should|shall) (?:i|we) (?:just |safely |now |already )?(?:go ahead|go on|proceed|continue|start|begin)(?: now| already| with (?:it|that|the \w+)| the upgrade| the update)*,? or ((?:are|is|do|does|have|has|any)\b)`)
	upgradeOr = regexp.MustCompile(`(?i)^(?:can|could|may|should|shall) (?:i|we) (?:just |safely |now |already )?(?:upgrade|update|patch)\b[^,.;?]*,? or (?:are|is|do|does|have|has|any)\b`)
	presently = regexp.MustCompile(`(?i)\b(?:currently|presently) `)
	// planned is what the askers will do with things, and when, which is no time of the things.
	planned   = regexp.MustCompile(`(?i)\b((?:we|i|you|one|they|somebody|someone)(?:['’]d| could| can| might| may| should| shall| will|['’]ll| would| (?:want|need|plan|intend|hope) to)(?: [a-z]+){1,3}?) (?:(?:this|next) (?:week|weekend|month|quarter|sprint|morning|afternoon|evening)|(?:by |until |till |before )?(?:today|tonight|tomorrow)|(?:before|by|until|over|after) (?:the |this |next )?(?:weekend|week|month|quarter|end of [a-z ]+|holidays|christmas|` + weekday + `)|on ` + weekday + `)\b`)
	unplanned = regexp.MustCompile(`(?i)\b(?:not|never|cannot)\b|n['’]t\b`)
	// everyGroup and everyOne ask for an amount of each of many.
	everyGroup = regexp.MustCompile(`(?i)\b(` + amount + `\b[^,;?]*? )(?:of|for|in|on|from|by) every ` + group)
	everyOne   = regexp.MustCompile(`(?i)\b(` + amount + `\b[^,;?]*? (?:do|does|did|has|have) )every ` + group)
	// downwards says of groups that they are ordered, and not that one is wanted.
	downwards      = regexp.MustCompile(`(?i)\b(` + amount + `\b[^,;?]*? (?:by|per|of each|for each|each) ` + group + `)[,;]? \(?(?:the )?(?:largest|biggest|highest|greatest) (?:ones? |users? |consumers? )?first\b\)?`)
	sumBehind      = regexp.MustCompile(`(?i)^(?:take )?all (?:the )?([^,]+?) (?:together|combined|taken together|put together|summed up|added up|in total|in sum)[,:;–-]* how (?:much|many) ((?:(?:free|used|requested|total|committed) )?(?:space|storage|size|capacity)) (?:is|are|does|do|would|makes?) (?:that|this|it|they)(?: (?:make|be|have|add up to))?(?: in (?:total|sum))?\b`)
	sumTogether    = regexp.MustCompile(`(?i)\bhow much (?:(?:is|are) )?(free|used)(?: space| storage| room)? (?:(?:is|are|do|does)(?: there)? )?(?:(?:in|on|of) )?((?:all|the|both|our) [^,;?]+?)(?: have| has| offer)? (?:together|combined|in sum|all in all|summed up|added up)\b`)
	sinceThisTime  = regexp.MustCompile(`(?i)\bsince (?:yesterday,? (?:at )?(?:about )?(?:the |this )?same time|(?:about )?(?:the same|this|same) time yesterday|yesterday (?:at )?(?:this|that) time)\b`)
	engineVersions = regexp.MustCompile(`(?i)^((?:(?:and|so|ok|please|hey)[, ]+)?(?:(?:what|which|list|show|give|tell|compare)(?: me)?(?: all)?(?: the)? )?)(?:storage )?engine versions?\b`)
	ofThings       = regexp.MustCompile(`(?i)\b(?:volumes?|pvs?|claims?|pvcs?|pools?|replicas?|nodes?)\b`)
	// anybodyUsing asks for what uses something, whatever answer is expected.
	anybodyUsing = regexp.MustCompile(`(?i)^(?:(?:so|and|hey|hi|ok)[, ]+)?(?:(?:is|are|there(?:['’]s| is)) )?(?:nobody|no ?one|anyone|anybody|someone|somebody)(?: else)?(?: is)? (?:(?:still|really|actually|currently) )*((?:us|mount|access)ing)\b`)
	// hisThing asks of what somebody has who was spoken of before: "Dave left the company. How old is his workspace PVC?"
	hisThing = regexp.MustCompile(`^(?:(?:Hi|Hey|Hello|So|OK|Ok)[, ]+)?([A-Z][a-z]+) (?:(?:has|have|just|already) )*(?:left|leaves|is|was|quit|quits|says|said|asks|asked|wants|retired|retires|resigned|moved|needs|went|told|works)\b[^.!?;]*[.!;,] ?([^.!?;]*?)\b(?:his|her) `)
	nobody   = regexp.MustCompile(`^(?:(?:Hi|Hey|Hello|So|OK|Ok)[, ]+)?(?:This|That|It|There|Here|He|She|What|Which|Who|Where|Everything|Nothing|Something|Somebody|Someone|Nobody|Everybody|Everyone)\b`)
	// listGroups asks for what things are grouped by, and not for the things.
	listGroups = regexp.MustCompile(`(?i)^(?:please )?(?:list|show|give|print|display|enumerate|get)(?: me| us)?(?: a list of)?(?: all)?(?: of)?(?: the| our)?(?: existing| known)? (namespace|engine|zone|workload|app|application)s((?: (?:on|in|of) [\w.-]+)?)(?: there are| we have| that exist| please)?[.?!]*$`)
)

const (
	amount  = `(?:how much|how many|total|sum|number|amount|used (?:space|storage|gigs|capacity)|free (?:space|storage|gigs|capacity)|usage|size|count)`
	group   = `(namespace|node|pool|storage ?class|class|engine|cluster|workload|app|application|zone|team)`
	weekday = `(?:mon|tues|wednes|thurs|fri|satur|sun)day`
)

// stuckChanges matches changes that are said to be stuck, which is no state of the things that they are made to.
func stuckChanges(nouns string) *regexp.Regexp {
	const adverbs, whose = `(?:still |currently |now |really )?`, `(?:volumes? |claims? |pvcs? )?`
	const stuck = `(?:stuck|hung|hanging|blocked|jammed|unfinished|stalled)`
	return regexp.MustCompile(`(?i)\b(?:` + whose + `(?:` + nouns + `),? (?:(?:that|which) )?(?:(?:(?:are|is|got|get|have got|seem|remain) )(?:to be )?` + adverbs + stuck + `|hang|hangs|stuck|hanging)|` +
		stuck + ` ` + whose + `(?:` + nouns + `))\b`)
}

// forWhom leaves out of a sentence for whom its answer is, and says so: "the faulty disks for the datacenter guy". A team may have things
// here, so that it is no such person where a name is its, or where nothing is ordered.
func (t *turn) forWhom(text string) string {
	at := whom.FindStringSubmatchIndex(text)
	if at == nil || at[0] == 0 {
		return text
	}
	if mayOwn.MatchString(text[at[4]:at[5]]) && !forSomebody.MatchString(text) {
		return text
	}
	for _, w := range wordsOf(text[at[2]:at[3]]) {
		if len(t.gazetteer().Exact(w.text, 1)) > 0 {
			return text
		}
	}
	said := strings.Trim(text[at[0]:at[1]], ", ")
	t.guessed = append(t.guessed, phrase.Quote(said)+" I take for whom the answer is for: it picks nothing out.")
	return text[:at[0]] + text[at[1]:]
}

var (
	whom        = regexp.MustCompile(`(?i),? for (?:the|our|my|some|this|that|those) ((?:[\w-]+ ){1,2}?)(guys?|lads?|folks|crews?|colleagues?|lady|ladies|technicians?|people|teams?)\b`)
	mayOwn      = regexp.MustCompile(`(?i)^(?:people|teams?)$`)
	forSomebody = regexp.MustCompile(`(?i)^(?:(?:please|pls|hi|hey|can you|could you|i|we)[, ]+)*(?:need|want|give|show|list|send|print|get|prepare|collect|gather|export|make)\b`)
)

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
var justBetter = regexp.MustCompile(`(?i)^[\s,;(–—-]*(?:(?:and|but|are|is|they|it)\s+)*(?:not|rather than|as opposed to|instead of|more than|isn['’]?t|aren['’]?t)\s+(?:just|only|merely|simply)\s+(?:being\s+|be\s+|in\s+)?$`)
