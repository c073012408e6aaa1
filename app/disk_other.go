//go:build !linux && !darwin

package app

import "github.com/mulebot/mulebot/models"

// freeSpace is not known here.
func freeSpace(string) (int64, error) {
	return 0, &models.Error{Kind: models.Invalid, Message: "how much is left is not known on this system", Hint: "see for yourself"}
}
