package app

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// Check is one thing that the doctor looked at.
type Check struct {
	Name   string
	Detail string // what was found; may be empty
	Err    error  // what is wrong; nil if nothing is
}

// Doctor looks at everything that serving needs, one thing after the other: each check is yielded when it is done.
func Doctor(ctx context.Context, c Config) iter.Seq[Check] {
	return func(yield func(Check) bool) {
		tenants, err := OpenTenants(c)
		if !yield(Check{Name: "store", Detail: c.DataDir, Err: err}) || err != nil {
			return
		}
		defer tenants.Close()
		workspaces, err := tenants.Workspaces(ctx)
		if err != nil {
			yield(Check{Name: "workspaces", Err: err})
			return
		}
		workspaces = slices.DeleteFunc(workspaces, func(w models.Workspace) bool { return !w.Until.IsZero() })
		solo := soloOf(c)
		if solo != nil {
			workspaces = append(workspaces, solo.workspace)
		}
		if len(workspaces) == 0 {
			yield(Check{Name: "workspaces", Err: &models.Error{Kind: models.NotFound, Message: "there is none",
				Hint: "set SLACK_APP_TOKEN and SLACK_BOT_TOKEN, or run: mulebot workspace add"}})
			return
		}
		for _, w := range workspaces {
			if !tenants.examine(ctx, w, yield) {
				return
			}
		}
		if solo != nil && solo.cluster.Ref.Name != "" {
			yield(examineCluster(ctx, solo.cluster, c.guard))
		}
	}
}

// examine checks one workspace, its cards and its clusters; it returns false when nobody listens any more.
func (t *Tenants) examine(ctx context.Context, w models.Workspace, yield func(Check) bool) bool {
	name := "workspace " + string(w.Team)
	if w.Team == "" {
		name = "workspace of SLACK_BOT_TOKEN"
	}
	team, title, err := bot.Identify(ctx, t.config.Slack.APIURL, w.BotToken)
	if err == nil && w.Team != "" && team != w.Team {
		err = &models.Error{Kind: models.Invalid, Message: "its bot token belongs to workspace " + string(team),
			Hint: fmt.Sprintf("mulebot workspace remove %s, and add it again", w.Team)}
	}
	if !yield(Check{Name: name + ", bot token", Detail: title, Err: err}) {
		return false
	}
	if !yield(Check{Name: name + ", app-level token", Err: bot.CheckSocket(ctx, t.config.Slack.APIURL, w.AppToken)}) {
		return false
	}
	clusters, err := t.Clusters(ctx, w.Team)
	if err != nil {
		return yield(Check{Name: name + ", clusters", Err: err})
	}
	for _, cluster := range clusters {
		if !yield(examineCluster(ctx, cluster, t.config.guard)) {
			return false
		}
	}
	return true
}

func examineCluster(ctx context.Context, cluster models.Cluster, guard kube.Guard) Check {
	report, err := kube.Test(ctx, cluster, guard)
	check := Check{Name: "cluster " + cluster.Ref.Name, Err: err}
	if err == nil {
		check.Detail = report.String()
	}
	return check
}
