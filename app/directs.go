package app

import (
	"context"
	"slices"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// Directs gives the cards of direct messages: what somebody may ask about in the channels that they are in. It meets
// [intents.Directs].
type Directs struct {
	tenants   overlay
	directory *bot.Directory
	log       zerolog.Logger
}

// DirectCard returns the direct message's own card, if it has one, else a card with the clusters of the cards of the channels that
// the user is a member of, and of that for every channel.
func (d *Directs) DirectCard(ctx context.Context, team models.TeamID, channel models.ChannelID, user models.UserID) (models.Card, error) {
	cards, err := d.DirectCards(ctx, team, channel, user)
	switch {
	case err != nil:
		return models.Card{}, err
	case len(cards) == 0:
		return models.Card{}, &models.Error{Kind: models.NotFound, Message: "you are in no channel that is connected to a cluster", Hint: "an admin connects one with `/mulebot setup`"}
	case cards[0].Channel == channel:
		return cards[0], nil
	}
	return union(team, channel, cards), nil
}

// DirectCards returns the direct message's own card alone, if it has one, else the card for every channel and those of the
// channels that the user is a member of.
func (d *Directs) DirectCards(ctx context.Context, team models.TeamID, channel models.ChannelID, user models.UserID) ([]models.Card, error) {
	all, err := d.tenants.Cards(ctx, team)
	if err != nil {
		return nil, err
	}
	var cards []models.Card // that count
	if usual, err := d.tenants.Card(ctx, team, models.AnyChannel); err == nil {
		cards = append(cards, usual)
	} else if models.KindOf(err) != models.NotFound {
		return nil, err
	}
	var ofChannels []models.Card
	for _, c := range all {
		switch c.Channel {
		case channel:
			return []models.Card{c}, nil
		case models.AnyChannel:
		default:
			ofChannels = append(ofChannels, c)
		}
	}
	if len(ofChannels) == 0 {
		return cards, nil
	}
	channels, err := d.directory.ChannelsOf(ctx, team, user)
	if err != nil && len(cards) == 0 {
		return nil, err
	}
	if err != nil { // an app without the scope still answers about what everybody may ask about
		d.log.Warn().Err(err).Str("team", string(team)).Msg("the channels of somebody are not known")
	}
	for _, c := range ofChannels {
		if slices.Contains(channels, string(c.Channel)) {
			cards = append(cards, c)
		}
	}
	return cards, nil
}

// union returns a card with the clusters of several. What they do not agree on is left out.
func union(team models.TeamID, channel models.ChannelID, cards []models.Card) models.Card {
	card := models.Card{Team: team, Channel: channel, Namespace: cards[0].Namespace}
	for _, c := range cards {
		if c.Namespace != card.Namespace {
			card.Namespace = ""
		}
		for _, name := range c.Clusters {
			if !slices.Contains(card.Clusters, name) {
				card.Clusters = append(card.Clusters, name)
			}
		}
	}
	return card
}
