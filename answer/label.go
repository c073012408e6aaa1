package answer

import (
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// shortLabel names a record in a note: a volume by its claim.
func shortLabel(s *Schema, r *record) string {
	if v, ok := r.item.(*models.Volume); ok && v.Claim != "" {
		return phrase.Code(v.KnownAs())
	}
	return label(s, r)
}

// listLabel names a record among others: a volume by its claim, which is how people know it.
func listLabel(s *Schema, r *record, said ...string) string {
	if v, ok := r.item.(*models.Volume); !ok || v.Claim == "" {
		return label(s, r, said...)
	}
	return bracketed(shortLabel(s, r), said)
}

// label names a record in a sentence: a volume with its claim, which people know better, a claim with its namespace, a
// pool with its node. What is said of it besides goes into the same brackets.
func label(s *Schema, r *record, said ...string) string {
	name := phrase.Code(s.text(r, "name"))
	switch it := r.item.(type) {
	case *models.Volume:
		if it.Claim != "" {
			said = append([]string{"claim " + it.KnownAs()}, said...)
		}
	case *replica:
		name = "the replica of " + phrase.Code(it.of.Name) + " on " + it.Node
	case *models.Claim:
		name = phrase.Scoped(it.Namespace, it.Name)
	case *models.Pod:
		name = phrase.Scoped(it.Namespace, it.Name)
	case *models.Snapshot:
		name = phrase.Scoped(it.Namespace, it.Name)
	case *models.Quota:
		name = phrase.Scoped(it.Namespace, it.Name)
		if it.StorageClass != "" {
			said = append([]string{"class " + it.StorageClass}, said...)
		}
	case *models.Pool:
		if it.Node != "" {
			name += " on " + it.Node
		}
	case *models.Event:
		name = it.Reason + " of " + it.Kind + " " + phrase.Code(it.Object)
	}
	return bracketed(name, said)
}

func bracketed(name string, said []string) string {
	if said = nonEmpty(said); len(said) > 0 {
		return name + " (" + strings.Join(said, ", ") + ")"
	}
	return name
}
