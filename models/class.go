package models

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// parameter returns a parameter of the class, however its key is capitalised, as the drivers of local engines read them.
func (c *StorageClass) parameter(name string) string {
	for key, value := range c.Parameters {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// VolumeGroups says which volume groups a class of LVM takes, by their names, and by which parameter with which value. A class that
// names none takes any. LVM's driver goes by the name before the pattern, and makes nothing by a pattern that is none.
func (c *StorageClass) VolumeGroups() (takes func(name string) bool, parameter, value string) {
	if group := c.parameter("volgroup"); group != "" {
		return func(name string) bool { return name == group }, "volgroup", group
	}
	value = c.parameter("vgpattern")
	pattern, err := regexp.Compile(value)
	switch {
	case value == "":
		return func(string) bool { return true }, "", ""
	case err != nil:
		return func(string) bool { return false }, "vgpattern", value
	}
	return pattern.MatchString, "vgpattern", value
}

// Holds reports whether the class takes the volume group that a pool of LVM is, or is in.
func (c *StorageClass) Holds(p *Pool) bool {
	takes, _, _ := c.VolumeGroups()
	return takes(cmp.Or(p.Group, p.Name))
}

// Unjudged returns the parameters by which a class of Mayastor picks nodes or pools by labels of Mayastor's own, which are not read.
func (c *StorageClass) Unjudged() []string {
	if c.Engine != Mayastor {
		return nil
	}
	var keys []string
	for key, value := range c.Parameters {
		lower := strings.ToLower(key)
		if value != "" && strings.Contains(lower, "topology") || lower == "encrypted" && value == "true" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
