package kubetest

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"
)

// timestamps matches the moments in manifests: RFC 3339 in UTC, and the nanoseconds since 1970 of a VolumeSnapshotContent's
// creationTime.
func timestamps() *regexp.Regexp {
	return regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|(creationTime"?: )(\d{19})\b`)
}

// shift adds delta to every timestamp.
func shift(content []byte, delta time.Duration) []byte {
	re := timestamps()
	return re.ReplaceAllFunc(content, func(match []byte) []byte {
		if groups := re.FindSubmatch(match); len(groups[2]) > 0 {
			n, err := strconv.ParseInt(string(groups[2]), 10, 64)
			if err != nil {
				return match
			}
			return fmt.Appendf(nil, "%s%d", groups[1], n+delta.Nanoseconds())
		}
		at, err := time.Parse(time.RFC3339Nano, string(match))
		if err != nil {
			return match
		}
		return []byte(at.Add(delta).Format(time.RFC3339Nano))
	})
}

// newest returns the newest timestamp in the files of a folder, which is about when they were written.
func newest(fsys fs.FS) (time.Time, error) {
	var found time.Time
	re := timestamps()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		for _, match := range re.FindAll(content, -1) {
			if at, err := time.Parse(time.RFC3339Nano, string(match)); err == nil && at.After(found) {
				found = at
			}
		}
		return nil
	})
	if err == nil && found.IsZero() {
		return found, fmt.Errorf("there is no timestamp to shift by")
	}
	return found, err
}
