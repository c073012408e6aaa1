package answer

import (
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Deletion is the field of a query that asks what would be gone if what its filters name were deleted.
const Deletion = "deletion"

// Consumers answers who uses what. Where somebody thinks of deleting it, the answer begins with what that would cost.
func Consumers(req Request) (models.Reply, error) {
	rep, err := To(withUsers(req))
	if err != nil || req.Query.Field != Deletion {
		return rep, err
	}
	volumes := deletedWith(req)
	if len(volumes) > 0 {
		rep.Text = costs(volumes) + " " + rep.Text
	}
	return rep, nil
}

// withUsers has a list of volumes show who uses them, where nothing else is asked for.
func withUsers(req Request) Request {
	if q := req.Query; q != nil && q.Subject == models.Volumes && q.Name == "" && q.Aggregate == "" && len(q.Show) == 0 {
		req.Query = q.Clone()
		req.Query.Show = []string{"workload", "pods"}
	}
	return req
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
	res, err := Evaluate(q, req.Inventories)
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
		text += "The data of " + phrase.Few(shortLabels(gone), 6) + " would be gone with " + phrase.Pick(len(gone), "its claim: the reclaim policy of its volume is Delete. ", "their claims: the reclaim policy of their volumes is Delete. ")
	}
	if len(kept) > 0 {
		text += "The data of " + phrase.Few(shortLabels(kept), 6) + " would stay: the reclaim policy is Retain, so that the volume is only released. "
	}
	switch {
	case saved == 0:
		text += phrase.Pick(len(volumes), "It has no snapshot.", "None of them has a snapshot.")
	case len(volumes) == 1:
		text += "It has snapshots."
	default:
		text += strconv.Itoa(saved) + " of them " + phrase.Pick(saved, "has", "have") + " snapshots."
	}
	return text
}

// shortLabels names records by their claims, and by their clusters where they are of several.
func shortLabels(rows []record) []string {
	names := make([]string, len(rows))
	several := slices.ContainsFunc(rows, func(r record) bool { return r.from.Cluster != rows[0].from.Cluster })
	for i := range rows {
		names[i] = shortLabel(&volumeSchema, &rows[i]) + phrase.Either(several, " (on "+rows[i].from.Cluster+")", "")
	}
	return names
}
