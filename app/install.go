package app

import (
	"context"
	"crypto/rand"
	"io"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// InstallOptions say how an app is brought into a workspace.
type InstallOptions struct {
	ClientID     string
	ClientSecret models.Secret
	AppToken     models.Secret
	Redirect     string // one of the app's redirect URLs
	// Pasted shows somebody an address to open, and returns the one that their browser ends at.
	Pasted func(address string) (string, error)
}

// Install has somebody let the app into a workspace, and adds that, with them as its first admin. What it has to say it writes to w.
func Install(ctx context.Context, c Config, o InstallOptions, w io.Writer) error {
	if err := checkAppToken(o.AppToken); err != nil {
		return err
	}
	oauth := bot.OAuth{Base: c.Slack.APIURL, ClientID: o.ClientID, Secret: o.ClientSecret, Redirect: o.Redirect, State: rand.Text()}
	address, err := o.Pasted(oauth.Address())
	if err != nil {
		return err
	}
	i, err := oauth.Exchange(ctx, address)
	if err != nil {
		return err
	}
	return Do(ctx, c, Chore{Name: AddWorkspace, Team: i.Team, Workspace: &NewWorkspace{Team: i.Team, Name: i.Name,
		AppToken: o.AppToken.Reveal(), BotToken: i.BotToken.Reveal(), Installer: string(i.By)}}, w)
}
