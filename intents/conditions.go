package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

var folds = map[string]int{"single": 1, "singly": 1, "double": 2, "doubly": 2, "twice": 2, "triple": 3, "triply": 3, "thrice": 3, "quadruple": 4,
	"two-way": 2, "three-way": 3, "2-way": 2, "3-way": 3, "2x": 2, "3x": 3}

// kindOf returns the filter for the kind of a subject's things that a word is for; nil for none.
func kindOf(s models.Subject, text string) *models.Filter {
	text = strings.ToLower(text)
	for _, k := range kinds[s] {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.HasPrefix(text, w) }) {
			f := eq(k.field, k.value)
			return &f
		}
	}
	return nil
}

// thingKind is a kind of pools or volumes: the words for it, and the field that says it.
type thingKind struct {
	words        []string
	field, value string
}

// kinds are the words for kinds of things, by what they are kinds of.
var kinds = map[models.Subject][]thingKind{
	models.Pools: {
		{[]string{"thin"}, "kind", "thin pool"},
		{[]string{"volume group", "vg"}, "kind", "volume group"},
		{[]string{"zpool"}, "kind", "zpool"},
		{[]string{"diskpool", "dsp"}, "kind", "DiskPool"},
		{[]string{"cspi", "cspc", "cstor"}, "engine", string(models.CStor)},
	},
	models.Volumes: {
		{[]string{"zvol"}, "kind", "ZVOL"},
		{[]string{"dataset"}, "kind", "DATASET"},
		{[]string{"logical volume", "lv"}, "engine", string(models.LVM)},
	},
}

// contrary are the conditions that are what is left of another one where it is denied.
var contrary = map[string]string{"claimed": "unclaimed", "unclaimed": "claimed", "unused": "mounted", "thin": "thick", "thick": "thin",
	"active": "inactive", "inactive": "active", "with snapshots": "without snapshots", "without snapshots": "with snapshots",
	"attached": "detached", "detached": "attached", "tainted": "untainted", "untainted": "tainted", "compressed": "uncompressed", "uncompressed": "compressed",
	"deduplicated": "not deduplicated", "not deduplicated": "deduplicated", "schedulable": "cordoned"}

// engineGroups are words for several engines.
var engineGroups = map[string][]string{"non-openebs": {string(models.OtherCSI)}, "local": {"hostpath", "lvm", "zfs"}, "legacy": {"cstor", "jiva"}, "replicated": {"mayastor", "cstor", "jiva"}}

// enginesOf returns the engines that a word stands for.
func enginesOf(word string) []string {
	if group := engineGroups[word]; group != nil {
		return slices.Clone(group)
	}
	return []string{word}
}

// conditions are what words say of a thing, in order of preference: the first whose field the subject has is taken.
var conditions = map[string][]models.Filter{
	"bound":                {eq("phase", "Bound")},
	"released":             {eq("phase", "Released")},
	"available":            {eq("phase", "Available")},
	"lost":                 {eq("phase", "Lost")},
	"unused":               {not(known("pods")), eq("claimed", "Unclaimed"), {Field: "volumes", Op: models.Le}},
	"mounted":              {known("pods"), known("mount")},
	"attached":             {known("attached"), known("pods"), known("claims")},
	"detached":             {not(known("attached")), not(known("pods"))},
	"tainted":              {known("taints")},
	"untainted":            {not(known("taints"))},
	"nearly empty":         {{Field: "used_percent", Op: models.Le, Number: 20}},
	"thin":                 {eq("thin", "true"), eq("kind", "thin pool")},
	"thick":                {eq("thin", "false")},
	"default":              {eq("default", "true")},
	"expandable":           {eq("expandable", "true")},
	"cordoned":             {eq("cordoned", "true")},
	"claimed":              {eq("claimed", "Claimed")},
	"unclaimed":            {eq("claimed", "Unclaimed"), not(known("claim"))},
	"warning":              {not(eq("type", "Normal"))},
	"normal":               {eq("type", "Normal")},
	"nearly full":          {{Field: "used_percent", Op: models.Ge, Number: 80}},
	"full":                 {{Field: "used_percent", Op: models.Ge, Number: 95}},
	"not expandable":       {eq("expandable", "false")},
	"restarting a lot":     {{Field: "restarts", Op: models.Ge, Number: 1}},
	"empty":                {{Field: "volumes", Op: models.Lt, Number: 1}, {Field: "used_percent", Op: models.Lt, Number: 1}},
	"over quota":           {{Field: "used_percent", Op: models.Ge, Number: 100}},
	"overcommitted":        {{Field: "committed_percent", Op: models.Gt, Number: 100}},
	"without snapshots":    {{Field: "snapshots", Op: models.Lt, Number: 1}},
	"with snapshots":       {{Field: "snapshots", Op: models.Ge, Number: 1}},
	"no redundancy":        {{Field: "redundancy", Op: models.Eq, Values: []string{whatif.Spent, whatif.Single}}, {Field: "spare", Op: models.Lt, Number: 1}},
	"one copy":             {{Field: "copies", Op: models.Le, Number: 1}, {Field: "desired", Op: models.Le, Number: 1}},
	"able to lose a copy":  {{Field: "spare", Op: models.Ge, Number: 1}},
	"no spare":             {{Field: "spare", Op: models.Lt, Number: 1}},
	"raidz":                {{Field: "raid", Op: models.Eq, Values: []string{"raidz", "raidz2"}}},
	"mirrored":             {eq("raid", "mirror")},
	"no recent snapshot":   {{Field: "snapshot_age", Op: models.Gt, Number: 24 * 3600}},
	"missing a disk":       {{Field: "lost", Op: models.Ge, Number: 1}},
	"striped":              {eq("raid", "stripe")},
	"one replica":          {{Field: "desired", Op: models.Eq, Number: 1}, {Field: "replicas", Op: models.Eq, Number: 1}},
	"in one zone":          {{Field: "zones", Op: models.Lt, Number: 2}},
	"schedulable":          {eq("schedulable", "true")},
	"closed to replicas":   {known("closed")},
	"orphaned":             {eq("orphaned", "true"), not(known("pods"))},
	"resizing":             {eq("resize", "pending")},
	"under pressure":       {known("pressure")},
	"ready to use":         {eq("ready", "true")},
	"ReadWriteMany":        {eq("access", "ReadWriteMany")},
	"ReadWriteOnce":        {eq("access", "ReadWriteOnce")},
	"Retain":               {eq("reclaim", "Retain")},
	"delete policy":        {eq("reclaim", "Delete")},
	"WaitForFirstConsumer": {eq("binding", "WaitForFirstConsumer"), {Field: "reason", Op: models.Match, Values: []string{"WaitForFirstConsumer"}}},
	"Immediate":            {eq("binding", "Immediate")},
	"databases":            {{Field: "workload", Op: models.Match, Values: answer.Databases}},
	"no volume":            {eq("orphaned", "true"), not(known("volume"))},
	"no local copy":        {eq("locality", "remote")},
	"local copy":           {eq("locality", "local")},
	"xfs":                  {eq("filesystem", "xfs")},
	"ext4":                 {eq("filesystem", "ext4")},
	"btrfs":                {eq("filesystem", "btrfs")},
	"block mode":           {eq("mode", "Block")},
	"filesystem mode":      {eq("mode", "Filesystem")},
	"uncompressed":         {eq("compression", "off")},
	"compressed":           {{Field: "compression", Op: models.Eq, Values: []string{"on", "lz4", "lzjb", "zle", "gzip", "zstd"}}},
	"deduplicated":         {eq("dedup", "on")},
	"not deduplicated":     {eq("dedup", "off")},
	"control-plane":        {eq("roles", "control-plane")},
	"active":               {eq("state", "Active")},
	"inactive":             {eq("state", "Inactive")},
	"CrashLoopBackOff":     {eq("state", "CrashLoopBackOff")},
	"ContainerCreating":    {eq("state", "ContainerCreating")},
	"ImagePullBackOff":     {eq("state", "ImagePullBackOff")},
	"Terminating":          {eq("deleting", "true"), eq("state", "Terminating")},
}

func eq(field, value string) models.Filter {
	return models.Filter{Field: field, Op: models.Eq, Values: []string{value}}
}

func known(field string) models.Filter { return models.Filter{Field: field, Op: models.Known} }

func not(f models.Filter) models.Filter { f.Not = true; return f }
