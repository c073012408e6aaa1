package answer

import (
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// notFound says that nothing has the name that the query gives, and which names come near to it. It does not claim more
// than is known: a cluster that gave nothing may have the thing.
func notFound(s *Schema, req Request) error {
	q := req.Query
	var sources []*source
	var all []record
	for _, inv := range req.Inventories {
		from := newSource(inv)
		sources = append(sources, from)
		all = s.records(all, from)
	}
	where := placeNames(sources)
	if q.Scope != "" && s.Lookup("namespace") != nil {
		where = "in namespace " + q.Scope + " on " + where
	} else {
		where = "on " + where
	}
	if s.Subject == models.Clusters {
		where = "here"
	}
	message := "there is no " + s.One + " " + phrase.Code(q.Name) + " " + where
	for _, err := range req.Failed {
		failure, _ := Failure(err)
		message += "; it may be elsewhere: " + failure
	}
	for _, from := range sources {
		if from.Stale != nil {
			message += "; " + from.Cluster + " does not answer now, and this was known at " + moment(from.AsOf)
		} else if hasGap(from.Inventory, s) {
			message += "; not everything on " + from.Cluster + " may be read"
		}
	}
	hint := "Ask for a list of " + s.Many
	if near := nearest(s, all, req); len(near) > 0 {
		hint = "Did you mean " + phrase.Or(near) + "?"
	}
	return &models.Error{Kind: models.NotFound, Message: message, Hint: hint}
}

// nearest returns the names of records that come near to the query's.
func nearest(s *Schema, all []record, req Request) []string {
	if req.Near == nil {
		return nil
	}
	var names []string
	for i := range all {
		names = append(names, s.text(&all[i], "name"))
		if s.Subject == models.Volumes {
			names = append(names, s.text(&all[i], "claim"))
		}
	}
	return phrase.Codes(req.Near(s.Subject, req.Query.Name, names))
}

// describeOther describes what the query names where it is none of the things that its subject has, but something that engines or
// controllers know.
func describeOther(req Request) (models.Reply, bool) {
	for _, other := range []func(Request) (models.Reply, bool){describeBacking, describeRefused, describeStray, describeReleased} {
		if rep, ok := other(req); ok {
			return rep, true
		}
	}
	return models.Reply{}, false
}

// describeStray tells of what an engine keeps under the name of a volume that has no PersistentVolume.
func describeStray(req Request) (models.Reply, bool) {
	for _, inv := range req.Inventories {
		for _, s := range inv.Strays {
			if s.Name != req.Query.Name {
				continue
			}
			rep := reply(req, &volumeSchema)
			rep.Text = strayText(s, inv.Cluster) + phrase.Either(s.Claim == "", " It belongs to no claim.", "")
			return rep, true
		}
	}
	return models.Reply{}, false
}

// describeReleased describes the volume that a claim had which is gone: its data is still there.
func describeReleased(req Request) (models.Reply, bool) {
	if req.Query.Subject != models.Claims {
		return models.Reply{}, false
	}
	found, err := named(&volumeSchema, "claim", req)
	if err != nil || len(found) != 1 || found[0].from.Unread["PersistentVolumeClaim"] {
		return models.Reply{}, false
	}
	v := found[0].item.(*models.Volume)
	rep := describeOne(req, &volumeSchema, &found[0])
	rep.Text = "There is no claim " + phrase.Scoped(v.Namespace, v.Claim) + " any more, but the volume that it had. " + rep.Text
	return rep, true
}
