package answer

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// usedText says how full a volume is, who says so and when, and what its engine has allocated; or why nobody knows.
func usedText(v *models.Volume, from *source) string {
	share, ok := models.Percent(v.Used, v.Capacity())
	if !ok {
		text := "Its size is " + v.Size.String() + "; how much is used is not known"
		if v.Unmeasured != "" {
			text += ": " + v.Unmeasured
		}
		return phrase.Stop(text)
	}
	text := v.Used.String() + " of " + v.Capacity().String() + " are used (" + phrase.Percent(share) + ")"
	if f := v.Filesystem; f != nil {
		text += ", from " + f.Source + measured(f, from)
		if part := inodesUsed(f); part >= 90 {
			text += "; " + phrase.Percent(part) + " of its inodes are used too, and without one no file can be made"
		}
	}
	if age := from.age(v.UsedAt); age != "" {
		text += ", from " + v.UsedSource + ", " + age + " ago"
	}
	if v.Allocated > 0 {
		text += "; " + v.Allocated.String() + " of " + v.Size.String() + " are allocated"
	}
	return text + "."
}

// measured words how long ago a file system was measured: ", 40 s ago".
func measured(f *models.Filesystem, from *source) string {
	if age := from.age(f.At); age != "" {
		return ", " + age + " ago"
	}
	return ""
}

// inodesUsed returns the share of a file system's inodes that are used, in percent; 0 if it is not told.
func inodesUsed(f *models.Filesystem) float64 {
	if f.Inodes <= 0 {
		return 0
	}
	return float64(f.InodesUsed) / float64(f.Inodes) * 100
}

// usage adds how full a volume is, by each who knows.
func (l *factList) usage(v *models.Volume, from *source) {
	f := v.Filesystem
	switch {
	case f != nil:
		share, _ := models.Percent(f.Used, f.Size)
		l.add("Used", f.Used.String()+" of "+f.Size.String()+" ("+phrase.Percent(share)+"), from "+f.Source+measured(f, from))
		l.add("Free", f.Free.String())
		if f.Inodes > 0 {
			l.add("Inodes", phrase.Percent(inodesUsed(f))+" used, "+strconv.FormatInt(f.InodesUsed, 10)+" of "+strconv.FormatInt(f.Inodes, 10))
		}
		if v.Allocated > 0 {
			l.add("Allocated", usage(v.Allocated, v.Size)+", from "+v.AllocatedSource)
		}
	case v.Used.IsKnown() && v.UsedSource != "":
		text := usage(v.Used, v.Size) + ", from " + v.UsedSource
		if age := from.age(v.UsedAt); age != "" {
			text += ", " + age + " ago"
		}
		l.add("Used", text)
	default:
		l.add("Used", usage(v.Used, v.Size))
	}
}

// ofUsage reports whether a query asks how full volumes are.
func (res *Result) ofUsage() bool {
	if res.schema.Subject != models.Volumes && res.schema.Subject != models.Claims {
		return false
	}
	fields := []string{res.query.Sort, res.query.Field}
	for _, f := range res.query.Filters {
		fields = append(fields, f.Field)
	}
	return slices.ContainsFunc(fields, func(f string) bool { return f == "used" || f == "used_percent" || f == "free" })
}

// usageNotes says, where a query asks how full volumes are, whose word the answer is and what nobody could be asked for.
func (res *Result) usageNotes() []string {
	if !res.ofUsage() {
		return nil
	}
	var all []string
	if note := res.usageSources(); note != "" {
		all = append(all, note)
	}
	for _, from := range res.sources {
		for _, gap := range from.UsageGaps {
			all = append(all, phrase.Stop(from.Cluster+": "+gap))
		}
	}
	return all
}

// usageSources counts the rows by whose figures they have; "" where all are the engines', of which the tables tell.
func (res *Result) usageSources() string {
	counts, oldest, engines := map[string]int{}, map[string]float64{}, 0
	for i := range res.rows {
		used, f := usedOf(res.rows[i].item)
		switch {
		case f != nil:
			counts[f.Source]++
			oldest[f.Source] = max(oldest[f.Source], res.rows[i].from.AsOf.Sub(f.At).Seconds())
		case exportedAt(res.rows[i].item).IsZero():
			if used.IsKnown() {
				engines++
			}
		default:
			counts[exporters]++
			oldest[exporters] = max(oldest[exporters], res.rows[i].from.AsOf.Sub(exportedAt(res.rows[i].item)).Seconds())
		}
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, name+" for "+phrase.Count(counts[name], res.schema.One, res.schema.Many)+" (at most "+span(oldest[name])+" ago)")
	}
	if len(parts) == 0 {
		return ""
	}
	if engines > 0 {
		parts = append(parts, "what the engine has allocated for "+strconv.Itoa(engines))
	}
	return "How much is used is from " + phrase.And(parts) + "."
}

// exporters is whose word a figure is that an engine's exporter gave to Prometheus.
const exporters = "the engines' exporters by Prometheus"

// exportedAt is when an exporter told what a volume uses; the zero time if none did.
func exportedAt(item any) time.Time {
	if v, ok := item.(*models.Volume); ok {
		return v.UsedAt
	}
	return time.Time{}
}

func usedOf(item any) (models.Bytes, *models.Filesystem) {
	switch it := item.(type) {
	case *models.Volume:
		return it.Used, it.Filesystem
	case *models.Claim:
		return it.Used, it.Filesystem
	}
	return models.UnknownBytes, nil
}
