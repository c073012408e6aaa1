package intents

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// office returns the action of a command about cards, clusters or roles, or of a sentence that can be about nothing else; nil if the
// text is none.
func (t *turn) office(text string) *models.Action {
	if t.Registry == nil {
		return nil
	}
	first, rest, _ := strings.Cut(strings.ToLower(text), " ")
	first, rest = strings.TrimSuffix(first, "?"), strings.TrimSpace(rest)
	if name := officeWords[first]; name != "" && (rest == "" || t.message.Kind == models.Command) {
		return &models.Action{Intent: name}
	}
	switch {
	case first == "forget" && rest != "" && !strings.Contains(rest, " ") && !pointing[rest]:
		return &models.Action{Intent: "import.forget", Values: map[string]string{clustersKey: rest}}
	case first == "grant" || first == "revoke":
		return &models.Action{Intent: first, Values: map[string]string{saidKey: text}}
	}
	if action := t.aboutChannel(text); action != nil {
		return action
	}
	plain := strings.Trim(strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, ",", " ")), " ")), " .?!")
	for _, o := range officeSaid {
		if m := o.said.FindStringSubmatch(plain); m != nil {
			action := &models.Action{Intent: o.intent}
			if len(m) > 1 {
				action.Values = map[string]string{clustersKey: m[1]}
			}
			return action
		}
	}
	if len(t.message.Mentions) > 0 {
		return bestowal(text)
	}
	return nil
}

// officeWords are the commands of one word. Behind /mulebot they are commands whatever follows.
var officeWords = map[string]string{"setup": "setup", "cards": "cards", "card": "cards", "import": "import", "roles": "roles", "role": "roles"}

// pointing are words that name nothing: "forget it".
var pointing = setOf("it that this them everything all me")

// officeSentence is what sentences look like that mean an intent about cards, clusters or roles. A group is the name of a cluster.
type officeSentence struct {
	said   *regexp.Regexp
	intent string
}

var officeSaid = func() (all []officeSentence) {
	for _, s := range [][2]string{
		{"cards", `(?:show|list|see|view|get|give)(?: me| us)?(?: all)?(?: the| our| your)?(?: slack)? cards`},
		{"cards", `(?:which|what) (?:slack )?cards (?:are there|exist|do we have)`},
		{"cards", `(?:which|what) channels (?:have (?:a |slack )*cards?|are (?:connected|linked|set up))`},
		{"setup", `(?:edit|change|configure|modify|update|adjust)(?: the| this| our| my)?(?: slack)? (?:card|channel|channel's card)(?: (?:of|for|in) this channel| here)?`},
		{"setup", `(?:set|change|edit) (?:the |our |this channel's )?(?:default )?namespace (?:here|(?:of|for|in) this channel)(?: to .+)?`},
		{"import", `(?:import|add|register|onboard|connect) (?:a|another|one more|a new|new|the new)(?: kubernetes| k8s)? cluster(?: to (?:slack|this workspace|mulebot))?`},
		{"import.forget", `(?:remove|delete|forget|drop|unregister) (?:the )?cluster ([a-z0-9][a-z0-9._-]*)`},
		{"roles", `(?:show|list|see|view)(?: me| us)?(?: all)?(?: the| our)? roles`},
		{"roles.mine", `(?:what is|what's|what are|which is|show me|tell me) my roles?(?: here| in this channel)?`},
		{"roles.mine", `(?:what|which) roles? (?:do|have) i (?:have|got)(?: here)?`},
		{"roles.mine", `am i (?:an? )?(?:admin|operator|viewer)(?: here)?`},
	} {
		all = append(all, officeSentence{regexp.MustCompile(`^(?:please |can you |could you |i want to |i would like to )*` + s[1] + `(?: please)?$`), s[0]})
	}
	return all
}()

// The verbs that a sentence about another channel begins with.
var (
	connecting    = setOf("connect link attach hook subscribe add")
	disconnecting = setOf("disconnect unlink detach unsubscribe remove stop")
)

// aboutChannel returns the action of a sentence that connects another channel, which it mentions, or takes clusters off that one's
// card, or says what is posted there: "connect #random to prod-east"; nil if it does nothing of that.
func (t *turn) aboutChannel(text string) *models.Action {
	refs, rest := t.refersTo(text, true)
	words := wordsOf(rest)
	if len(words) > 1 && words[0].text == "please" {
		words = words[1:]
	}
	if len(refs) == 0 || len(words) == 0 {
		return nil
	}
	action := &models.Action{Values: map[string]string{channelKey: refs[0].id, saidKey: rest}}
	speaks := slices.ContainsFunc(words, func(w word) bool { return postings[w.text] || summing[w.text] })
	switch first := words[0].text; {
	case speaks && endings[first]:
		action.Intent = "cards.quiet"
	case postings[first], speaks && (first == "send" || first == "give"):
		action.Intent = "cards.post"
	case connecting[first]:
		action.Intent = "cards.connect"
	case disconnecting[first]:
		action.Intent = "cards.disconnect"
	default:
		return nil
	}
	if len(refs) > 1 {
		action.Values[othersKey] = refs.shown()
	}
	return action
}

// oneChannel says that a sentence is about several channels, where its action is one on a single channel; nil if it is not.
func oneChannel(action *models.Action) error {
	all := lines(action.Values[othersKey])
	if len(all) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "I do that for one channel at a time, and you name " + phrase.And(all),
		Hint: "Say it once for each of them"}
}

// showRole says which role the asker has: in the whole workspace, and for clusters of the card where it is more.
func (t *turn) showRole(ctx context.Context, _ *models.Action) (models.Reply, error) {
	best := func(s models.Scope) (Role, error) {
		for _, role := range []Role{Admin, Operator} {
			if may, err := t.may(ctx, role, s); may || err != nil {
				return role, err
			}
		}
		return Viewer, nil
	}
	role, err := best(models.Scope{})
	if err != nil {
		return models.Reply{}, err
	}
	reply := models.Reply{Text: "You are " + phrase.Code(string(role)) + " in this workspace: you may " + roleMeans[role] + "."}
	for _, name := range t.card.Clusters {
		here, err := best(models.Scope{Clusters: []string{name}})
		if err != nil {
			return models.Reply{}, err
		}
		if here != role {
			reply.Notes = append(reply.Notes, "On "+phrase.Code(name)+" you are "+phrase.Code(string(here))+".")
		}
	}
	if somewhere, err := best(models.Scope{Anywhere: true}); err == nil && somewhere != role && len(reply.Notes) == 0 {
		reply.Notes = append(reply.Notes, "For some clusters or namespaces you are "+phrase.Code(string(somewhere))+".")
	}
	if role != Admin {
		reply.People = t.superiors(ctx, onlyAdmins(givesRoles, nil))
	}
	return t.finish(t.intents["roles.mine"], nlp.Parse{Confidence: 1}, nil, reply), nil
}

// roleMeans says what somebody of a role may do.
var roleMeans = map[Role]string{
	Viewer: "ask", Operator: "ask, and use what wants an operator", Admin: "ask, use everything, and change cards, clusters, intents and roles",
}
