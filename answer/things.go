package answer

import "strings"

// things are the fields that say how many of a thing things have, or which, by the noun for it in the singular: the first that a subject has.
var things = map[string][]string{
	"app":         {"workload"},
	"application": {"workload"},
	"claim":       {"claims", "claim"},
	"class":       {"storageclass", "class"},
	"consumer":    {"pods"},
	"copy":        {"replicas"},
	"device":      {"disks"},
	"disk":        {"disks"},
	"drive":       {"disks"},
	"engine":      {"engines"},
	"error":       {"error"},
	"filesystem":  {"filesystem"},
	"host":        {"nodes", "node"},
	"mountpoint":  {"mount"},
	"node":        {"nodes", "node"},
	"owner":       {"workload"},
	"pod":         {"pods"},
	"pool":        {"pools", "pool"},
	"pv":          {"volumes", "volume"},
	"pvc":         {"claims", "claim"},
	"replica":     {"replicas"},
	"restart":     {"restarts"},
	"role":        {"roles"},
	"snapshot":    {"snapshots"},
	"taint":       {"taints"},
	"user":        {"pods"},
	"vol":         {"volumes", "volume"},
	"volume":      {"volumes", "volume"},
	"workload":    {"workload"},
	"zone":        {"zone"},
}

// Counting returns the field by which a subject's things are told apart by how many they have of what a noun is for: "replicas" of nodes for
// "more than 10 replicas"; "" if there is none.
func (s *Schema) Counting(noun string) string {
	return s.having(noun, func(f *Field) bool { return f.Kind == CountKind || f.Kind == ListKind })
}

// Having returns the field that says which, or how many, of what a noun is for a subject's things have; "" if there is none.
func (s *Schema) Having(noun string) string {
	return s.having(noun, func(f *Field) bool { return true })
}

func (s *Schema) having(noun string, fits func(*Field) bool) string {
	noun = strings.ToLower(noun)
	for _, form := range []string{noun, strings.TrimSuffix(noun, "s"), strings.TrimSuffix(noun, "es"), strings.TrimSuffix(noun, "ies") + "y"} {
		keys := things[form]
		if own := s.things[form]; own != "" {
			keys = []string{own}
		}
		for _, key := range keys {
			if f := s.Lookup(key); f != nil && fits(f) {
				return key
			}
		}
	}
	return ""
}
