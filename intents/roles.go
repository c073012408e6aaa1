package intents

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// givesRoles is what only admins may do, in words.
const givesRoles = "give and take roles"

// Words of a sentence that gives somebody a role or takes one away.
var (
	roleWord   = regexp.MustCompile(`(?i)\b(viewer|operator|admin)s?\b`)
	giving     = setOf("grant give make assign promote appoint let")
	depriving  = setOf("revoke take remove withdraw demote strip")
	namespaces = regexp.MustCompile(`(?i)\b(?:namespaces?|ns)\s+((?:[a-z0-9][a-z0-9-]*)(?:\s*(?:,|and)\s*[a-z0-9][a-z0-9-]*)*)`)
	onWhat     = regexp.MustCompile(`(?i)\bon\s+(?:the\s+)?(?:clusters?\s+)?([a-z0-9][a-z0-9._-]*)`)
)

// bestowal returns the action of a sentence that gives a role to whom it mentions, or takes one away: "make @bob an operator on
// prod-east"; nil if it does neither.
func bestowal(text string) *models.Action {
	words := wordsOf(text)
	for _, w := range words[:min(len(words), 4)] {
		switch {
		case giving[w.text] && roleWord.MatchString(text):
			return &models.Action{Intent: "grant", Values: map[string]string{saidKey: text}}
		case depriving[w.text] && (roleWord.MatchString(text) || slices.ContainsFunc(words, func(w word) bool { return w.text == "role" || w.text == "roles" })):
			return &models.Action{Intent: "revoke", Values: map[string]string{saidKey: text}}
		}
	}
	return nil
}

// readGrants reads whom a sentence is about and what of: a grant for each user and user group that it mentions. It fails with Invalid
// if it mentions nobody, and with NotFound if it names a cluster that is not there.
func (t *turn) readGrants(ctx context.Context, text string) ([]models.Grant, error) {
	all, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return nil, err
	}
	mentioned, rest := t.refersTo(text, false)
	var who []string
	for _, m := range mentioned {
		who = append(who, m.id)
	}
	slices.Sort(who)
	if who = slices.Compact(who); len(who) == 0 {
		return nil, &models.Error{Kind: models.Invalid, Message: "It is not said whom that is about", Hint: "Mention a person or a user group, as in `/mulebot grant @bob operator on prod-east`"}
	}
	g := models.Grant{Team: t.message.Team, By: t.message.User, Clusters: namedIn(rest, all)}
	if m := roleWord.FindStringSubmatch(rest); m != nil {
		g.Role = models.Role(strings.ToLower(m[1]))
	}
	if m := namespaces.FindStringSubmatch(rest); m != nil {
		g.Namespaces = strings.FieldsFunc(strings.ReplaceAll(strings.ToLower(m[1]), " and ", " "), func(r rune) bool { return r == ',' || r == ' ' })
		rest = namespaces.ReplaceAllString(rest, " ")
	}
	if m := onWhat.FindStringSubmatch(rest); m != nil && len(g.Clusters) == 0 {
		return nil, &models.Error{Kind: models.NotFound, Message: "This workspace has no cluster called " + phrase.Quote(m[1]), Hint: "Its clusters are " + phrase.And(phrase.Codes(all))}
	}
	grants := make([]models.Grant, len(who))
	for i, id := range who {
		grants[i] = g
		grants[i].Who = id
	}
	return grants, nil
}

// grant gives a role, in words.
func (t *turn) grant(ctx context.Context, action *models.Action) (models.Reply, error) {
	grants, err := t.readGrants(ctx, action.Values[saidKey])
	if err != nil {
		return models.Reply{}, err
	}
	if grants[0].Role == "" {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "It is not said which role", Hint: "The roles are `viewer`, `operator` and `admin`"}
	}
	return t.give(ctx, grants)
}

// give keeps grants.
func (t *turn) give(ctx context.Context, grants []models.Grant) (models.Reply, error) {
	reply := models.Reply{Title: "Given"}
	for _, g := range grants {
		if err := t.require(ctx, givesRoles, g.Clusters...); err != nil {
			return models.Reply{}, err
		}
		if err := t.Registry.PutGrant(ctx, g); err != nil {
			return models.Reply{}, err
		}
		reply.Facts = append(reply.Facts, models.Fact{Label: g.Who, About: g.Who, Value: grantText(g)})
	}
	reply.Text = phrase.Count(len(grants), "role is", "roles are") + " given, from now on."
	return reply, nil
}

// revoke takes roles away, in words: the one for just what the sentence names, or all if it names nothing.
func (t *turn) revoke(ctx context.Context, action *models.Action) (models.Reply, error) {
	meant, err := t.readGrants(ctx, action.Values[saidKey])
	if err != nil {
		return models.Reply{}, err
	}
	all, err := t.Registry.Grants(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(g models.Grant) bool {
		return !slices.ContainsFunc(meant, g.MeantBy)
	})
	if len(all) == 0 {
		return models.Reply{}, &models.Error{Kind: models.NotFound, Message: "They have no such role from me", Hint: "`/mulebot roles` lists the roles that are given"}
	}
	return t.takeBack(ctx, all)
}

// takeBack takes grants away.
func (t *turn) takeBack(ctx context.Context, grants []models.Grant) (models.Reply, error) {
	reply := models.Reply{Title: "Taken away"}
	for _, g := range grants {
		if err := t.require(ctx, givesRoles, g.Clusters...); err != nil {
			return models.Reply{}, err
		}
		if err := t.Registry.DeleteGrant(ctx, g); err != nil {
			return models.Reply{}, err
		}
		reply.Facts = append(reply.Facts, models.Fact{Label: g.Who, About: g.Who, Value: grantText(g)})
	}
	reply.Text = phrase.Count(len(grants), "role is", "roles are") + " taken away, from now on."
	return reply, nil
}

// grantText says what a grant gives.
func grantText(g models.Grant) string {
	text := phrase.Code(string(g.Role))
	if len(g.Clusters) > 0 {
		text += " on " + phrase.And(phrase.Codes(g.Clusters))
	}
	if len(g.Namespaces) > 0 {
		text += " in namespace " + phrase.Or(phrase.Codes(g.Namespaces))
	}
	if len(g.Clusters)+len(g.Namespaces) == 0 {
		text += " of the whole workspace"
	}
	return text
}

// maxGrants is how many grants are listed, with a button each.
const maxGrants = 20

// listRoles lists who was given which role.
func (t *turn) listRoles(ctx context.Context, _ *models.Action) (models.Reply, error) {
	if err := t.require(ctx, "see who has which role"); err != nil {
		return models.Reply{}, err
	}
	all, err := t.Registry.Grants(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	reply := models.Reply{Title: "Roles", Text: "Everybody in a channel with a card is a `viewer`, and admins and owners of the Slack workspace are `admin`. Beside them:",
		Buttons: []models.Button{{Label: "Give a role", Action: models.Action{Intent: "roles.give"}}}}
	if len(all) == 0 {
		reply.Text = "Everybody in a channel with a card is a `viewer`, and admins and owners of the Slack workspace are `admin`. Nobody else was given a role."
	}
	for i, g := range all[:min(len(all), maxGrants)] {
		place := strconv.Itoa(i + 1)
		reply.Facts = append(reply.Facts, models.Fact{Label: place + ". " + g.Who, About: g.Who, Value: place + ": " + grantText(g)})
		reply.Buttons = append(reply.Buttons, models.Button{Label: "Take away " + place, Action: models.Action{Intent: "roles.take", Values: map[string]string{
			peopleKey: g.Who, clustersKey: strings.Join(g.Clusters, "\n"), namespaceKey: strings.Join(g.Namespaces, "\n")}}})
	}
	if rest := len(all) - maxGrants; rest > 0 {
		reply.Notes = append(reply.Notes, phrase.Count(rest, "more is", "more are")+" not shown.")
	}
	return reply, nil
}

// giveRole shows the form for roles, or gives those that it was filled in with.
func (t *turn) giveRole(ctx context.Context, action *models.Action) (models.Reply, error) {
	if t.message.Kind != models.Submitted {
		return t.roleForm(ctx)
	}
	v := action.Values
	who := slices.Concat(lines(v[peopleKey]), lines(v[groupsKey]))
	if len(who) == 0 {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "The form came without a person and without a user group", Hint: "Say `/mulebot roles` again and choose at least one"}
	}
	g := models.Grant{Team: t.message.Team, Role: models.Role(v[roleKey]), Clusters: lines(v[clustersKey]), By: t.message.User,
		Namespaces: strings.FieldsFunc(strings.ToLower(v[namespaceKey]), func(r rune) bool { return r == ',' || r == ' ' })}
	grants := make([]models.Grant, len(who))
	for i, id := range who {
		grants[i] = g
		grants[i].Who = id
	}
	return t.give(ctx, grants)
}

func (t *turn) roleForm(ctx context.Context) (models.Reply, error) {
	names, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	form := &models.Form{Action: models.Action{Intent: "roles.give"}, Title: "Give a role", Submit: "Give", Fields: []models.Field{
		{Key: peopleKey, Label: "People", Kind: models.PeopleField, Optional: true}}}
	groups, err := t.Registry.Groups(ctx, t.message.Team)
	if err != nil { // a plan without user groups, or an app without the scope
		t.Log.Debug().Err(err).Str("team", string(t.message.Team)).Msg("the user groups of a workspace are not known")
	}
	if len(groups) > 0 {
		form.Fields = append(form.Fields, models.Field{Key: groupsKey, Label: "User groups", Kind: models.ChoicesField, Options: groups, Optional: true})
	}
	form.Fields = append(form.Fields, models.Field{Key: roleKey, Label: "Role", Kind: models.ChoiceField, Initial: string(Operator), Options: []models.Option{
		{Label: "viewer: asks", Value: string(Viewer)}, {Label: "operator: also intents of your own that want one", Value: string(Operator)},
		{Label: "admin: also cards, clusters, intents and roles", Value: string(Admin)}}})
	if len(names) > 0 {
		form.Fields = append(form.Fields, models.Field{Key: clustersKey, Label: "Clusters", Kind: models.ChoicesField, Options: toChoose(names), Optional: true, Hint: "None means all."})
	}
	form.Fields = append(form.Fields, models.Field{Key: namespaceKey, Label: "Namespaces", Kind: models.TextField, Optional: true, Hint: "Of those clusters, with commas between them. None means all."})
	return models.Reply{Form: form, Text: "Give somebody a role."}, nil
}

// takeRole takes the grant away that a button names.
func (t *turn) takeRole(ctx context.Context, action *models.Action) (models.Reply, error) {
	all, err := t.Registry.Grants(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	v := action.Values
	i := slices.IndexFunc(all, func(g models.Grant) bool {
		return g.Who == v[peopleKey] && slices.Equal(g.Clusters, lines(v[clustersKey])) && slices.Equal(g.Namespaces, lines(v[namespaceKey]))
	})
	if i < 0 {
		return models.Reply{Text: "That role was taken away already."}, nil
	}
	return t.takeBack(ctx, all[i:i+1])
}
