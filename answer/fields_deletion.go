package answer

import (
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

var deletionSchema = Schema{
	Subject: models.Deletions, One: "object being deleted", Many: "objects being deleted",
	columns: []string{"kind", "name", "namespace", "age", "finalizers", "claim", "engine"},
	order:   "age", desc: true,
	records: each(func(inv *models.Inventory) []models.Terminating { return inv.Terminating }),
	fields: []Field{
		textField("name", "Name", func(t *models.Terminating) string { return t.Name }).called("name"),
		textField("kind", "Kind", func(t *models.Terminating) string { return t.Kind }),
		textField("namespace", "Namespace", func(t *models.Terminating) string { return t.Namespace }),
		textField("engine", "Engine", func(t *models.Terminating) string { return string(t.Engine) }),
		textField("volume", "Volume", func(t *models.Terminating) string { return t.Volume }),
		textField("claim", "Claim", func(t *models.Terminating) string { return t.Claim }),
		textField("node", "Node", func(t *models.Terminating) string { return t.Node }),
		textField("state", "State", func(t *models.Terminating) string { return t.State }),
		listField("finalizers", "Finalizers", func(t *models.Terminating) []string { return t.Finalizers }),
		ageField("age", "Being deleted for", func(t *models.Terminating) time.Time { return t.Since }).called("time since its deletion was asked for"),
	},
}

// deletingField says whether the deletion of a thing was asked for, or, of a volume, that of what is behind it. One that is not, is not
// known to be, so that descriptions leave it out.
func deletingField() Field {
	return Field{key: "deleting", title: "Being deleted", Kind: FlagKind, get: func(r *record) value {
		_, claim := r.item.(*models.Claim)
		is := slices.ContainsFunc(deletionsOf(r), func(t *models.Terminating) bool { return !claim || t.Kind == "PersistentVolumeClaim" })
		if is {
			return numberValue(1, true)
		}
		return value{}
	}}
}

// deletionsOf returns what of a record is being deleted.
func deletionsOf(r *record) []*models.Terminating {
	var volume string // that a volume or a claim is quickly told by
	switch it := r.item.(type) {
	case *models.Volume:
		volume = it.Name
	case *models.Claim:
		volume = it.Volume
	}
	if !slices.ContainsFunc(r.from.Terminating, func(t models.Terminating) bool { return volume == "" || t.Volume == volume }) {
		return nil
	}
	switch it := r.item.(type) {
	case *models.Volume:
		return diagnosis.Deletions(r.from.Inventory, diagnosis.Thing{Subject: models.Volumes, Name: it.Name})
	case *models.Claim:
		return diagnosis.Deletions(r.from.Inventory, diagnosis.Thing{Subject: models.Claims, Namespace: it.Namespace, Name: it.Name})
	case *models.Snapshot:
		return diagnosis.Deletions(r.from.Inventory, diagnosis.Thing{Subject: models.Snapshots, Namespace: it.Namespace, Name: it.Name})
	case *models.Pool:
		return diagnosis.Deletions(r.from.Inventory, diagnosis.Thing{Subject: models.Pools, Name: it.Name, Node: it.Node})
	case *models.BlockDevice:
		return diagnosis.Deletions(r.from.Inventory, diagnosis.Thing{Subject: models.BlockDevices, Name: it.Name})
	}
	return nil
}

// deletionText says of a thing that is described what of it is being deleted, since when, and what holds it; "" if nothing is.
func deletionText(r *record) string {
	var parts []string
	for _, t := range deletionsOf(r) {
		text := " " + t.Kind + " " + phrase.Code(t.Name) + " is being deleted since " + moment(t.Since)
		if len(t.Finalizers) > 0 {
			text += ", held by finalizer " + phrase.And(phrase.Codes(t.Finalizers))
		}
		parts = append(parts, text+".")
	}
	return strings.Join(window(parts, 0, 3), "")
}

// heldBy says of the first of things that are being deleted why they do not go.
func heldBy(rows []record) string {
	const most = 3
	text := ""
	told := map[string]bool{}
	for i := range rows {
		t, thing := rows[i].item.(*models.Terminating), diagnosis.Thing{Asked: diagnosis.Deletion}
		switch {
		case t.Kind == "PersistentVolumeClaim":
			thing.Subject, thing.Namespace, thing.Name = models.Claims, t.Namespace, t.Name
		case t.Kind == "VolumeSnapshot":
			thing.Subject, thing.Namespace, thing.Name = models.Snapshots, t.Namespace, t.Name
		case t.Kind == "CStorPoolInstance" || t.Kind == "DiskPool":
			thing.Subject, thing.Name, thing.Node = models.Pools, t.Name, t.Node
		case t.Kind == "BlockDevice":
			thing.Subject, thing.Name = models.BlockDevices, t.Name
		case t.Volume != "":
			thing.Subject, thing.Name = models.Volumes, t.Volume
		}
		if d, known := diagnosis.Why(rows[i].from.Inventory, thing); known && d.Symptom != "" && !told[d.Cause] && len(told) < most {
			told[d.Cause] = true
			text += " " + phrase.Stop(d.Cause)
		}
	}
	return text
}
