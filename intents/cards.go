package intents

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// The buttons that lead to the forms.
var (
	setupButton  = models.Button{Label: "Connect a cluster", Action: models.Action{Intent: "setup"}}
	importButton = models.Button{Label: "Import a cluster", Action: models.Action{Intent: "import"}}
)

// connectsCards is what only admins may do, in words.
const connectsCards = "say which clusters a channel asks about"

// setUp shows the form of a channel's card: of this channel, or of the one that the action names.
func (t *turn) setUp(ctx context.Context, action *models.Action) (models.Reply, error) {
	names, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	if len(names) == 0 {
		return models.Reply{Text: "There is no cluster yet that this channel could ask about. Import one: its kubeconfig is all that it takes.",
			Buttons: []models.Button{importButton}}, nil
	}
	channel := t.channelOf(action)
	card, err := t.cardAt(ctx, channel)
	if err != nil {
		return models.Reply{}, err
	}
	outsiders := noValue
	if card.Outsiders {
		outsiders = yesValue
	}
	form := &models.Form{Title: "Slack card", Submit: "Save", Action: models.Action{Intent: "cards.save", Values: map[string]string{channelKey: string(channel)}},
		Fields: []models.Field{
			{Key: clustersKey, Label: "Clusters that are asked about here", Kind: models.ChoicesField, Options: toChoose(cardFirst(names, card.Clusters)), Initial: strings.Join(card.Clusters, "\n")},
			{Key: namespaceKey, Label: "Namespace", Kind: models.TextField, Initial: card.Namespace, Optional: true,
				Hint: "That questions mean when they name none. Leave it empty for all."},
			{Key: outsidersKey, Label: "People of other organisations", Kind: models.ChoiceField, Initial: outsiders, Options: []models.Option{
				{Label: "may not ask here", Value: noValue}, {Label: "may ask here", Value: yesValue}},
				Hint: "Where the channel is shared with them (Slack Connect)."},
		}}
	if channel != models.AnyChannel {
		form.Fields = append(form.Fields, t.postingFields(ctx, card.Posting)...)
	}
	return models.Reply{Form: form, Text: "Which clusters does this channel ask about?"}, nil
}

// cardFirst returns the names of clusters with those of a card before the others, in its order: a form takes a hundred at most.
func cardFirst(names, card []string) []string {
	var first, rest []string
	for _, name := range card {
		if slices.Contains(names, name) {
			first = append(first, name)
		}
	}
	for _, name := range names {
		if !slices.Contains(card, name) {
			rest = append(rest, name)
		}
	}
	return append(first, rest...)
}

// channelOf returns the channel that an action names, else the one of the message.
func (t *turn) channelOf(action *models.Action) models.ChannelID {
	if c := action.Values[channelKey]; c != "" {
		return models.ChannelID(c)
	}
	return t.message.Channel
}

// cardAt returns a channel's own card, or an empty one if it has none.
func (t *turn) cardAt(ctx context.Context, channel models.ChannelID) (models.Card, error) {
	none := models.Card{Team: t.message.Team, Channel: channel}
	all, err := t.Registry.Cards(ctx, t.message.Team)
	if err != nil {
		return none, err
	}
	if i := slices.IndexFunc(all, func(c models.Card) bool { return c.Channel == channel }); i >= 0 {
		return all[i], nil
	}
	return none, nil
}

// saveCard makes the card that the form was filled in with.
func (t *turn) saveCard(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	before := card.Clusters
	card.Clusters = lines(action.Values[clustersKey])
	card.Namespace = strings.ToLower(strings.TrimSpace(action.Values[namespaceKey]))
	card.Outsiders = action.Values[outsidersKey] == yesValue
	card.Posting = t.filledPosting(ctx, action.Values, card.Posting)
	return t.put(ctx, card, before)
}

// put keeps a card in the place of one with other clusters. It wants an admin of those that come and of those that go.
func (t *turn) put(ctx context.Context, card models.Card, before []string) (models.Reply, error) {
	concerned := slices.Concat(card.Clusters, before)
	slices.Sort(concerned)
	if err := t.require(ctx, connectsCards, slices.Compact(concerned)...); err != nil {
		return models.Reply{}, err
	}
	card.By = t.message.User
	if err := t.Registry.PutCard(ctx, card); err != nil {
		return models.Reply{}, err
	}
	reply := models.Reply{Text: phrase.Capital(t.placeOf(card.Channel)) + " now asks about " + phrase.And(phrase.Codes(card.Clusters)) + "."}
	if card.Namespace != "" {
		reply.Text += " A question that names no namespace means " + phrase.Code(card.Namespace) + "."
	}
	if !card.Posting.IsZero() {
		reply.Text += posts(card)
		if t.message.Kind != models.Mention || card.Channel != t.message.Channel {
			reply.Notes = append(reply.Notes, "I can post only where I am a member: invite me to the channel if I am not yet.")
		}
	}
	if card.Channel == t.message.Channel {
		reply.Buttons = []models.Button{{Label: "Is everything ok?", Action: models.Action{Text: "is everything ok?"}}}
	}
	if card.Outsiders {
		reply.Notes = append(reply.Notes, "People of other organisations may ask there, if the channel is shared with them.")
	}
	return reply, nil
}

// placeOf names a channel in a sentence.
func (t *turn) placeOf(channel models.ChannelID) string {
	switch channel {
	case t.message.Channel:
		return "this channel"
	case models.AnyChannel:
		return "every channel without a card of its own"
	}
	return "that channel"
}

// maxCards is how many cards are listed, with two buttons each.
const maxCards = 12

// listCards lists the cards of the workspace.
func (t *turn) listCards(ctx context.Context, _ *models.Action) (models.Reply, error) {
	if err := t.require(ctx, "see all cards"); err != nil {
		return models.Reply{}, err
	}
	all, err := t.Registry.Cards(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	if len(all) == 0 {
		return models.Reply{Text: "No channel is connected to a cluster yet.", Buttons: []models.Button{setupButton}}, nil
	}
	reply := models.Reply{Title: "Slack cards", Text: phrase.Count(len(all), "channel asks", "channels ask") + " about clusters."}
	for i, card := range all[:min(len(all), maxCards)] {
		place := strconv.Itoa(i + 1)
		fact := models.Fact{Label: place + ". " + string(card.Channel), About: string(card.Channel), Value: place + ": " + cardText(card)}
		if !card.Posting.IsZero() {
			fact.Value += "; " + card.Posting.String()
		}
		if card.Channel == models.AnyChannel {
			fact.Label, fact.About = "Every other channel", ""
		}
		reply.Facts = append(reply.Facts, fact)
		at := map[string]string{channelKey: string(card.Channel)}
		reply.Buttons = append(reply.Buttons,
			models.Button{Label: "Edit " + place, Action: models.Action{Intent: "setup", Values: at}},
			models.Button{Label: "Remove " + place, Action: models.Action{Intent: "cards.remove", Values: at}})
	}
	if rest := len(all) - maxCards; rest > 0 {
		reply.Notes = append(reply.Notes, phrase.Count(rest, "more card is", "more cards are")+" not shown: `/mulebot setup` in a channel shows its own.")
	}
	return reply, nil
}

// cardText says what a card does.
func cardText(c models.Card) string {
	text := phrase.And(phrase.Codes(c.Clusters))
	if c.Namespace != "" {
		text += ", namespace " + phrase.Code(c.Namespace)
	}
	if c.Outsiders {
		text += ", people of other organisations too"
	}
	return text
}

// posts is the sentence on what is posted by a card; empty for nothing.
func posts(c models.Card) string {
	if c.Posting.IsZero() {
		return ""
	}
	return " I post " + c.Posting.String() + "."
}

// showCard says which clusters this channel asks about.
func (t *turn) showCard(context.Context, *models.Action) (models.Reply, error) {
	if t.message.Team == models.Local {
		return models.Reply{Text: "Here you ask about " + cardText(t.card) + "."}, nil
	}
	if t.direct() {
		return models.Reply{Text: "Here you ask about " + cardText(t.card) + ": what the channels ask about that you are in."}, nil
	}
	return models.Reply{Text: phrase.Capital(t.placeOf(t.message.Channel)) + " asks about " + cardText(t.card) + "." + posts(t.card)}, nil
}

// connect adds clusters to the channel's card, in words or by a button.
func (t *turn) connect(ctx context.Context, action *models.Action) (models.Reply, error) {
	all, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	names := namedBy(action, all)
	switch {
	case len(all) == 0:
		return models.Reply{Text: "This workspace has no cluster yet.", Buttons: []models.Button{importButton}}, nil
	case len(names) == 0:
		return whichCluster("Which cluster do you mean? This workspace has "+phrase.And(phrase.Codes(all))+".", action, all), nil
	}
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	before := card.Clusters
	for _, name := range names {
		if !slices.Contains(card.Clusters, name) {
			card.Clusters = append(slices.Clip(card.Clusters), name)
		}
	}
	return t.put(ctx, card, before)
}

// namedBy returns the clusters that an action has, or those of some that its words name.
func namedBy(action *models.Action, some []string) []string {
	if names := lines(action.Values[clustersKey]); len(names) > 0 {
		return names
	}
	return namedIn(action.Values[saidKey], some)
}

// whichCluster asks which of some clusters is meant.
func whichCluster(text string, action *models.Action, names []string) models.Reply {
	reply := models.Reply{AskedBack: true, Text: text}
	for _, name := range names[:min(len(names), maxOptions)] {
		values := map[string]string{clustersKey: name}
		if c := action.Values[channelKey]; c != "" {
			values[channelKey] = c
		}
		reply.Buttons = append(reply.Buttons, models.Button{Label: name, Action: models.Action{Intent: action.Intent, Values: values}})
	}
	return reply
}

// disconnect asks whether to take clusters off the channel's card.
func (t *turn) disconnect(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	all, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	place := phrase.Capital(t.placeOf(card.Channel))
	names, others := namedBy(action, card.Clusters), namedIn(action.Values[saidKey], all)
	switch {
	case len(card.Clusters) == 0:
		return t.withoutOwn(ctx, place)
	case len(names) == 0 && len(others) > 0:
		return models.Reply{Text: place + " does not ask about " + phrase.Or(phrase.Codes(others)) + ", but about " + phrase.And(phrase.Codes(card.Clusters)) + "."}, nil
	case len(names) == 0 && len(card.Clusters) == 1:
		names = card.Clusters
	case len(names) == 0:
		reply := whichCluster("Which of them?", action, card.Clusters)
		reply.Buttons = append(reply.Buttons, models.Button{Label: "All of them",
			Action: models.Action{Intent: "cards.remove", Values: map[string]string{channelKey: string(card.Channel)}}})
		return reply, nil
	}
	return t.confirmRemoval(ctx, card, names)
}

// withoutOwn says that a channel has no card of its own, and which one it has in its stead.
func (t *turn) withoutOwn(ctx context.Context, place string) (models.Reply, error) {
	reply := models.Reply{Text: place + " has no card of its own, so there is nothing to take off it."}
	common, err := t.cardAt(ctx, models.AnyChannel)
	if err == nil && len(common.Clusters) > 0 {
		reply.Text = place + " has no card of its own: it asks about " + cardText(common) + ", like every channel without one. A card of its own goes before that."
		reply.Buttons = []models.Button{{Label: "A card for this channel", Action: models.Action{Intent: "setup"}}, {Label: "All cards", Action: models.Action{Intent: "cards"}}}
	}
	return reply, err
}

// removeCard asks whether to remove a card.
func (t *turn) removeCard(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	if len(card.Clusters) == 0 {
		return models.Reply{Text: "That channel has no card any more."}, nil
	}
	return t.confirmRemoval(ctx, card, card.Clusters)
}

func (t *turn) confirmRemoval(ctx context.Context, card models.Card, names []string) (models.Reply, error) {
	if err := t.require(ctx, connectsCards, names...); err != nil {
		return models.Reply{}, err
	}
	place := t.placeOf(card.Channel)
	reply := models.Reply{AskedBack: true, Text: "Shall " + place + " ask about " + phrase.And(phrase.Codes(names)) + " no more?"}
	if len(names) == len(card.Clusters) {
		reply.Text += " That is all that it asks about: its card goes."
	}
	reply.Buttons = []models.Button{
		{Label: "Yes, remove", Action: models.Action{Intent: "cards.removed", Values: map[string]string{channelKey: string(card.Channel), clustersKey: strings.Join(names, "\n")}}},
		keepButton,
	}
	return reply, nil
}

// keepButton answers a question whether to remove something.
var keepButton = models.Button{Label: "No, keep it", Action: models.Action{Intent: "cards.kept"}}

// kept leaves everything as it is, after that was asked.
func (t *turn) kept(context.Context, *models.Action) (models.Reply, error) {
	return models.Reply{Text: "All right, nothing has changed."}, nil
}

// removed takes clusters off a card, after that was confirmed. A card that is left without any goes.
func (t *turn) removed(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	names := lines(action.Values[clustersKey])
	if err := t.require(ctx, connectsCards, names...); err != nil {
		return models.Reply{}, err
	}
	card.Clusters = slices.DeleteFunc(slices.Clone(card.Clusters), func(name string) bool { return slices.Contains(names, name) })
	if len(card.Clusters) > 0 {
		return t.put(ctx, card, nil)
	}
	if err := t.Registry.DeleteCard(ctx, t.message.Team, card.Channel); err != nil && models.KindOf(err) != models.NotFound {
		return models.Reply{}, err
	}
	return models.Reply{Text: "Done: " + t.placeOf(card.Channel) + " asks about " + phrase.And(phrase.Codes(names)) + " no more."}, nil
}
