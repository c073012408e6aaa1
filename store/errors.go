package store

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// errOtherKey is for the operator who starts MuleBot: the key is not the one that the store was sealed with.
var errOtherKey = errors.New("sealed with another key")

// unopened words why a store could not be opened.
func unopened(path string, err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	e := &models.Error{Kind: models.Unavailable, Message: "the store " + path + " cannot be opened", Err: err,
		Hint: "the folder and the file must belong to the user that runs mulebot; set data_dir for another place"}
	switch {
	case errors.Is(err, kv.ErrInUse):
		e.Kind, e.Err = models.Conflict, nil
		e.Message = "the store " + path + " is in use by another mulebot (serve?)"
		e.Hint = "stop that one first, or set data_dir for a store of its own"
	case errors.Is(err, kv.ErrDamaged):
		e.Kind, e.Message = models.Invalid, path+" is not a store of mulebot, or a damaged one"
		e.Hint = "nothing was changed: put the file back from your backup, or move it away to start with an empty store"
	case errors.Is(err, errOtherKey):
		e.Kind, e.Err, e.Message = models.Invalid, nil, "the store "+path+" was sealed with another key"
		e.Hint = "put back the key file (mulebot.key) that lay beside it, or the MULEBOT_KEY that it was made with; if the key is lost, move the store away and set up the workspaces again"
	case full(err):
		e.Message, e.Hint = "there is no room for the store "+path, "free space on its disk"
	}
	return e
}

// worded turns an error of kv into one for the user; others it leaves as they are.
func worded(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	e := &models.Error{Kind: models.Unavailable, Message: "the store does not take or give records", Err: err,
		Hint: "look at the log; nothing that was stored before is lost"}
	switch {
	case errors.Is(err, kv.ErrClosed):
		e.Message, e.Hint = "the store is closed", "mulebot is stopping; try again when it has started"
	case errors.Is(err, kv.ErrBusy):
		e.Kind, e.Message, e.Hint = models.Conflict, "the store is being read, by a backup or a check", "try again when that is done"
	case errors.Is(err, kv.ErrDamaged):
		e.Message, e.Hint = "the store is damaged", "stop mulebot and put the store back from your backup"
	case full(err):
		e.Message, e.Hint = "the store's disk is full", "free space; mulebot goes on by itself then"
	case errors.Is(err, kv.ErrKey):
		e.Kind, e.Message, e.Hint = models.Invalid, "an id is too long", "ids have at most a few hundred characters"
	}
	return e
}

// full reports whether the system refused to write for want of room.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// notThere is the error for something that a tenant does not have.
func notThere(message, hint string) error {
	return &models.Error{Kind: models.NotFound, Message: message, Hint: hint, Err: fs.ErrNotExist}
}

// invalid is the error for something that cannot be stored.
func invalid(message, hint string) error {
	return &models.Error{Kind: models.Invalid, Message: message, Hint: hint}
}
