package answer

import (
	"fmt"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

var quotaSchema = Schema{
	Subject: models.Quotas, One: "storage quota", Many: "storage quotas",
	columns: []string{"namespace", "name", "storageclass", "size", "used", "free", "used_percent", "claims"},
	order:   "used_percent", desc: true,
	records: each(func(inv *models.Inventory) []models.Quota { return inv.Quotas }),
	fields: []Field{
		textField("name", "Quota", func(q *models.Quota) string { return q.Name }).called("name"),
		textField("namespace", "Namespace", func(q *models.Quota) string { return q.Namespace }),
		textField("storageclass", "Storage class", func(q *models.Quota) string { return q.StorageClass }),
		{key: "size", title: "Limit", noun: "limit", Kind: BytesKind, endless: "no limit", get: func(r *record) value {
			size := r.item.(*models.Quota).Size
			return numberValue(float64(size), size.IsKnown())
		}},
		bytesField("used", "Requested", func(q *models.Quota) models.Bytes { return q.Used }).called("requested space"),
		bytesField("free", "Left", (*models.Quota).Free).called("space left"),
		shareField("used_percent", "Used %", func(q *models.Quota) (part, whole models.Bytes) { return q.Used, q.Size }).called("usage"),
		textField("claims", "Claims", claimsOfQuota),
		countField("claims_free", "Claims left", (*models.Quota).ClaimsFree).called("number of claims left"),
		ageField("age", "Age", func(q *models.Quota) time.Time { return q.Created }),
	},
}

// claimsOfQuota writes how many of the claims that a quota allows there are; "" where it does not limit that.
func claimsOfQuota(q *models.Quota) string {
	switch {
	case q.Claims < 0:
		return ""
	case q.ClaimsUsed < 0:
		return fmt.Sprintf("? of %d", q.Claims)
	}
	return fmt.Sprintf("%d of %d", q.ClaimsUsed, q.Claims)
}

// limited counts the namespaces that have a quota of storage.
func (s *source) limited() int {
	found := map[string]bool{}
	for i := range s.Quotas {
		found[s.Quotas[i].Namespace] = true
	}
	return len(found)
}

// leftOf words what quotas leave, " shop/budget leaves 120 GiB of 500 GiB of storage."; where none of those that are asked about
// is as it was asked, what they all leave.
func (res *Result) leftOf(rows []record) string {
	const most = 4
	if len(res.rows) == 0 {
		q := &models.Query{Subject: models.Quotas}
		for _, f := range res.query.Filters {
			if scoping(res.schema.Lookup(f.Field), f) {
				q.Filters = append(q.Filters, f)
			}
		}
		var inventories []*models.Inventory
		for _, s := range res.sources {
			inventories = append(inventories, s.Inventory)
		}
		all, err := Evaluate(q, inventories)
		if err != nil {
			return ""
		}
		rows = all.rows
	}
	var parts []string
	for i := range window(rows, 0, most) {
		q, more := rows[i].item.(*models.Quota), ""
		if q.StorageClass != "" {
			more = " for class " + phrase.Code(q.StorageClass)
		}
		var left []string
		if q.Size.IsKnown() {
			left = append(left, q.Free().String()+" of "+q.Size.String()+" of storage")
		}
		if q.Claims >= 0 {
			left = append(left, fmt.Sprintf("%d of %d claims", q.ClaimsFree(), q.Claims))
		}
		if free := q.Free(); q.Size.IsKnown() && !free.IsKnown() || q.Claims >= 0 && q.ClaimsUsed < 0 {
			parts = append(parts, " What is used of "+phrase.Scoped(q.Namespace, q.Name)+" has not been counted yet.")
			continue
		}
		parts = append(parts, " "+phrase.Scoped(q.Namespace, q.Name)+" leaves "+phrase.And(left)+more+".")
	}
	return strings.Join(parts, "")
}
