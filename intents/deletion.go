package intents

import (
	"context"
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
)

// deletion is the field of a query that asks what would be gone if what its filters name were deleted.
const deletion = "deletion"

// consumers is the handler of who uses what. Where somebody thinks of deleting it, the answer begins with what that would cost.
func consumers(ctx context.Context, req Request) (models.Reply, error) {
	rep, err := Answer(ctx, req)
	if err != nil || req.Query.Field != deletion {
		return rep, err
	}
	volumes := deletedWith(req)
	if len(volumes) > 0 {
		rep.Text = costs(volumes) + " " + rep.Text
	}
	return rep, nil
}

// deletedWith returns the volumes whose claims a query is about: of its pods, or those that it is about themselves.
func deletedWith(req Request) []record {
	q := &models.Query{Subject: models.Volumes}
	for _, f := range req.Query.Filters {
		switch f.Field {
		case "claims":
			f.Field = "claim"
		case "volumes":
			f.Field = "name"
		case "claim", "name", "namespace", "workload", "storageclass":
		default:
			continue
		}
		q.Filters = append(q.Filters, f)
	}
	res, err := evaluate(q, req.Inventories)
	if err != nil || len(q.Filters) == 0 {
		return nil
	}
	return res.rows
}

// costs says what becomes of the data of volumes whose claims are deleted.
func costs(volumes []record) string {
	var gone, kept []record
	saved := 0
	for _, r := range volumes {
		v := r.item.(*models.Volume)
		if v.Reclaim == "Retain" {
			kept = append(kept, r)
		} else {
			gone = append(gone, r)
		}
		if slices.ContainsFunc(r.from.Snapshots, func(s models.Snapshot) bool { return s.Ready && s.Claim == v.Claim && s.Namespace == v.Namespace }) {
			saved++
		}
	}
	text := ""
	if len(gone) > 0 {
		text += "The data of " + few(shortLabels(gone), 6) + " would be gone with " + pick(len(gone), "its claim: the reclaim policy of its volume is Delete. ", "their claims: the reclaim policy of their volumes is Delete. ")
	}
	if len(kept) > 0 {
		text += "The data of " + few(shortLabels(kept), 6) + " would stay: the reclaim policy is Retain, so that the volume is only released. "
	}
	switch {
	case saved == 0:
		text += pick(len(volumes), "It has no snapshot.", "None of them has a snapshot.")
	case len(volumes) == 1:
		text += "It has snapshots."
	default:
		text += strconv.Itoa(saved) + " of them " + pick(saved, "has", "have") + " snapshots."
	}
	return text
}

// shortLabels names records by their claims.
func shortLabels(rows []record) []string {
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = shortLabel(&volumeSubject, &rows[i])
	}
	return names
}

// deletes makes a question of what uses a claim, or of what is in a namespace, one about what its deletion would cost, if the sentence
// speaks of that.
func (q *question) deletes() {
	query := q.query
	if q.intent.act != actConsumers && q.intent.act != actImpact || query.Name != "" || query.Field != "" || !q.anyWord(deleting) ||
		len(q.namesIn("node", "pool", "blockdevice")) > 0 || len(q.namesIn("claim", "volume", "namespace", "workload")) == 0 {
		return
	}
	q.as("consumers")
	query.Field = deletion
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "health" }) // "without hurting anybody"
	for _, w := range q.words {
		if deleting[w.text] || hurting[w.text] {
			q.had = append(q.had, w)
		}
	}
}

var deleting = setOf("delete deletes deleted deleting deletion remove removes removed removing drop drops dropped wipe wipes wiped purge purged destroy destroyed")
