//go:build linux || darwin

package app

import (
	"syscall"

	"github.com/mulebot/mulebot/models"
)

// freeSpace returns how many bytes are left for us on the disk of a folder.
func freeSpace(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, &models.Error{Kind: models.NotFound, Message: "the folder cannot be looked at", Hint: "check data_dir", Err: err}
	}
	return int64(s.Bavail * uint64(s.Bsize)), nil
}
