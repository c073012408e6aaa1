package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) store() *cobra.Command {
	cmd := group("store", "The store: back it up, restore, check and compact it, change its key",
		c.storeBackup(), c.storeRestore(),
		c.chore(app.CheckStore, "Open every record", "Open every record, and count them by kind. Those that do not open are named."),
		c.chore(app.Compact, "Give the room of what was deleted back to the disk",
			"Give the room of what was deleted back to the disk. Messages wait until it is done: a second or so for a gigabyte."),
		c.chore(app.Rekey, "Seal everything with a new key",
			`Make a new key, seal every record with it, and replace the key file. The key from before is kept beside it, since backups
from before open with that one alone; if it has leaked, delete it, and make a new backup.`))
	cmd.Long = `Take care of the store, while "mulebot serve" runs or while it does not. Only restore needs it to be stopped.`
	return cmd
}

// chore is a command that does a chore and prints what it says.
func (c *command) chore(name, short, long string) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.have(cmd.Context(), app.Chore{Name: name}) },
	}
}

func (c *command) storeBackup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the store to a file, as it is at one moment",
		Long: `Write the store to a file (-: standard output), as it is at one moment, while it is in use or while it is not. Everything in
the file is sealed: keep the key (mulebot.key in the data directory) too, but in another place.`,
		Example: "  mulebot store backup /backups/mulebot-$(date +%F).db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := c.config()
			if err != nil {
				return err
			}
			chore := app.Chore{Name: app.Backup}
			if args[0] == "-" {
				return app.Do(cmd.Context(), config, chore, c.Out)
			}
			size, err := whole(args[0], func(w io.Writer) error { return app.Do(cmd.Context(), config, chore, w) })
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "wrote %s (%d KiB)\n", args[0], size>>10)
			return nil
		},
	}
}

// whole writes a file (mode 0600) that is there in whole or not at all, and returns its size in bytes.
func whole(path string, write func(io.Writer) error) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, unwritable(path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := write(f); err != nil {
		return 0, errors.Join(err, f.Close())
	}
	size, err = f.Seek(0, io.SeekEnd)
	if err := errors.Join(err, f.Sync(), f.Close(), os.Rename(f.Name(), path)); err != nil {
		return 0, unwritable(path, err)
	}
	return size, nil
}

func unwritable(path string, err error) error {
	return &models.Error{Kind: models.Invalid, Message: path + " cannot be written", Hint: "check the path, and that its disk has room", Err: err}
}

func (c *command) storeRestore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the store",
		Long: `Put a backup in the place of the store, which no mulebot may have open. The backup is checked first; the store that was there
is kept beside it under another name.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			config, err := c.config()
			if err != nil {
				return err
			}
			moved, err := app.Restore(config, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(c.Out, "restored", args[0])
			if moved != "" {
				fmt.Fprintln(c.Out, "the store from before is", moved)
			}
			return nil
		},
	}
}
