package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) audit() *cobra.Command {
	chore := app.Chore{Name: app.ExportAudit}
	var since string
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Export the audit log of a workspace as JSON lines",
		Long: `Export the audit log of a workspace as JSON lines: who asked for what, when and where, how it was understood, on which clusters,
and what came of it. Each entry holds the hash of the one before, so that "mulebot audit verify" shows what was changed or
removed. It works while "mulebot serve" runs.`,
		Example: "  mulebot audit --workspace T024BE7LD --since 24h\n  mulebot audit --since 2026-11-01 | jq -r .user | sort | uniq -c",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, err := moment(since, time.Now())
			if err != nil {
				return err
			}
			chore.Since = from
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	cmd.Flags().StringVar(&since, "since", "", `only entries from then on: "24h", "2026-11-01" or a time in RFC 3339`)
	cmd.AddCommand(c.auditVerify())
	return cmd
}

func (c *command) auditVerify() *cobra.Command {
	chore := app.Chore{Name: app.VerifyAudit}
	cmd := &cobra.Command{
		Use: "verify", Short: "Check that no entry of the audit log was changed or removed", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.have(cmd.Context(), chore) },
	}
	cmd.Flags().StringVar((*string)(&chore.Team), "team", "", "id of the workspace (default: all)")
	return cmd
}

// moment reads a time: as long ago as a duration says, the beginning of a day, or as it is.
func moment(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("--since cannot be %q", text),
		Hint: "write 24h, 2026-11-01 or 2026-11-01T09:30:00Z"}
}
