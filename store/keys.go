package store

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
)

// The kinds of records.
const (
	workspaces    = "workspace"
	clusters      = "cluster"
	cards         = "card"
	trainings     = "training"
	secrets       = "secret"
	journal       = "journal"
	answered      = "answered"
	conversations = "conversation"
	heards        = "heard"
	drafts        = "draft"
	grants        = "grant"
	departures    = "departure"
	audits        = "audit"
	auditTexts    = "audit-text"
	auditStarts   = "audit-start"
	auditEnds     = "audit-end"
	usages        = "usage"
	expiries      = "expiry"
)

// ofTenant returns the kinds of records that belong to a tenant.
func ofTenant() []string {
	return []string{workspaces, clusters, cards, trainings, secrets, journal, answered, conversations, heards, drafts, grants, departures,
		audits, auditTexts, auditStarts, auditEnds}
}

// The records of the file as a whole.
const (
	schemaKey = "schema/"
	checkKey  = "check/"
	tidiedKey = "tidied/"
)

// join builds a key: the parts, each escaped so that it holds no slash, and each followed by one. Different parts give
// different keys, and no key begins with another. Keys of equal kind are in the order of their ids, as far as those
// need no escaping.
func join(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(url.PathEscape(part))
		b.WriteByte('/')
	}
	return b.String()
}

// tenantPrefix begins the keys of a tenant's records of a kind, and of no other's.
func tenantPrefix(kind string, team models.TeamID) string { return join(kind, string(team)) }

func workspaceKey(team models.TeamID) string { return join(workspaces, string(team)) }

func clusterKey(ref models.ClusterRef) string { return join(clusters, string(ref.Team), ref.Name) }

func cardKey(team models.TeamID, channel models.ChannelID) string {
	return join(cards, string(team), string(channel))
}

func trainingKey(team models.TeamID) string { return join(trainings, string(team)) }

func secretKey(team models.TeamID, name string) string { return join(secrets, string(team), name) }

func journalKey(team models.TeamID, message string) string {
	return join(journal, string(team), message)
}

func answeredKey(team models.TeamID, message string) string {
	return join(answered, string(team), message)
}

func conversationKey(c models.Conversation) string {
	return join(conversations, string(c.Team), string(c.Channel), string(c.Thread))
}

// talkOf returns the conversation out of a conversationKey.
func talkOf(key string) (c models.Conversation, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 5 { // the kind, three ids, and nothing behind the last slash
		return c, false
	}
	for i, part := range parts {
		id, err := url.PathUnescape(part)
		if err != nil {
			return c, false
		}
		parts[i] = id
	}
	return models.Conversation{Team: models.TeamID(parts[1]), Channel: models.ChannelID(parts[2]), Thread: models.ThreadID(parts[3])}, true
}

func heardKey(team models.TeamID) string { return join(heards, string(team)) }

// grantKey is the same for grants to one user or group for the same clusters and namespaces: a later role replaces an earlier.
func grantKey(g models.Grant) string {
	return join(grants, string(g.Team), g.Who, strings.Join(g.Clusters, ","), strings.Join(g.Namespaces, ","))
}

func departureKey(team models.TeamID) string { return join(departures, string(team)) }

// teamOf returns the team out of a key of a kind that has one record for each.
func teamOf(kind, key string) (models.TeamID, bool) {
	rest, ok := strings.CutPrefix(key, join(kind))
	team, err := url.PathUnescape(strings.TrimSuffix(rest, "/"))
	return models.TeamID(team), ok && err == nil
}

func draftKey(team models.TeamID, id string) string { return join(drafts, string(team), id) }

// auditKey and auditTextKey sort as the numbers of the entries do.
func auditKey(team models.TeamID, seq uint64) string {
	return join(audits, string(team), fmt.Sprintf("%016d", seq))
}

func auditTextKey(team models.TeamID, seq uint64) string {
	return join(auditTexts, string(team), fmt.Sprintf("%016d", seq))
}

func auditStartKey(team models.TeamID) string { return join(auditStarts, string(team)) }

func auditEndKey(team models.TeamID) string { return join(auditEnds, string(team)) }

func usageKey(team models.TeamID) string { return join(usages, string(team)) }

// ownerOf returns the tenant whose usage the record under a key counts for, and whether a message has left it behind; false if it
// counts for none.
func ownerOf(key string) (team models.TeamID, left, ok bool) {
	kind, rest, _ := strings.Cut(key, "/")
	switch kind {
	case journal, answered, conversations, heards, audits, auditTexts, auditStarts, auditEnds:
		left = true
	case workspaces, clusters, cards, trainings, secrets, drafts, grants, departures:
	default:
		return "", false, false
	}
	name, _, _ := strings.Cut(rest, "/")
	id, err := url.PathUnescape(name)
	return models.TeamID(id), left, err == nil
}

// expiryTime is the form of times in keys: they sort as the times do.
const expiryTime = "20060102T150405Z"

// expiryKey says that the record under key may be gone at a time, given to the second.
func expiryKey(at time.Time, key string) string {
	return join(expiries, at.UTC().Format(expiryTime)) + key
}

// expiring returns the record's key out of an expiryKey, and whether its time has come.
func expiring(expiry string, now time.Time) (key string, due bool) {
	at, key, ok := strings.Cut(strings.TrimPrefix(expiry, join(expiries)), "/")
	return key, ok && at <= now.UTC().Format(expiryTime)
}
