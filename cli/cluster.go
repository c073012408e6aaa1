package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) cluster() *cobra.Command {
	return group("cluster", "Kubernetes clusters of a workspace", c.clusterAdd(), c.clusterList(), c.clusterRemove(), c.clusterTest())
}

func (c *command) clusterAdd() *cobra.Command {
	var team string
	var o app.ClusterOptions
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a cluster",
		Long: `Add a cluster from a kubeconfig file, or from standard input (--kubeconfig -), or the one that MuleBot itself runs in
(--in-cluster). Credentials are stored sealed. It needs to read only: see deploy/rbac-readonly.yaml.

How full volumes are is asked of their kubelets where deploy/rbac-kubelet-stats.yaml allows it, or of a Prometheus that scrapes
them: --prometheus takes a URL, or NAMESPACE/SERVICE:PORT, which is reached through the API server. Where it gathers several
clusters, say which behind a #.`,
		Example: `  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --context prod-east
  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --prometheus monitoring/prometheus-operated:9090
  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --prometheus 'https://thanos.example.com#cluster=prod-east'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Kubeconfig == "" && !o.InCluster {
				return &models.Error{Kind: models.Invalid, Message: "the kubeconfig is missing", Hint: "give --kubeconfig FILE or --in-cluster"}
			}
			o.Name, o.In = args[0], c.In
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				added, err := t.AddCluster(ctx, id, o)
				if err == nil {
					fmt.Fprintf(c.Out, "added cluster %s\n  → next: mulebot cluster test %s; mulebot card add --channel C… --cluster %s\n",
						added.Ref.Name, added.Ref.Name, added.Ref.Name)
				}
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	cmd.Flags().StringVar(&o.Kubeconfig, "kubeconfig", "", "kubeconfig file, - for standard input")
	cmd.Flags().StringVar(&o.Context, "context", "", "context of the kubeconfig (default: its current one)")
	cmd.Flags().BoolVar(&o.Impersonate, "impersonate", false, "ask the cluster as a user and a group for each role, so that its own RBAC decides (docs/tenants.md)")
	cmd.Flags().BoolVar(&o.InCluster, "in-cluster", false, "the cluster that MuleBot runs in")
	cmd.Flags().StringVar(&o.Prometheus, "prometheus", "", "Prometheus that knows how full volumes are: URL or NAMESPACE/SERVICE:PORT")
	cmd.MarkFlagsMutuallyExclusive("kubeconfig", "in-cluster")
	return cmd
}

func (c *command) clusterList() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "list", Short: "List the clusters", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				clusters, err := t.Clusters(ctx, id)
				var rows [][]string
				for _, cluster := range clusters {
					rows = append(rows, []string{cluster.Ref.Name, cluster.Context, cluster.AddedAt.Format(time.DateOnly)})
				}
				c.table("NAME\tCONTEXT\tADDED", rows)
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) clusterRemove() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "remove NAME", Short: "Remove a cluster, from the cards too", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				if err := t.DeleteCluster(ctx, models.ClusterRef{Team: id, Name: args[0]}); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "removed cluster", args[0])
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) clusterTest() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "test NAME", Short: "Check that a cluster answers, what it runs and what MuleBot may read there", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				done := c.progress("testing " + args[0])
				report, err := t.TestCluster(ctx, models.ClusterRef{Team: id, Name: args[0]})
				done()
				if err == nil {
					c.clusterReport(report)
				}
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

// clusterReport prints what a test of a cluster found: in a line, and then what there is of each engine and each permission.
func (c *command) clusterReport(r app.ClusterReport) {
	fmt.Fprintln(c.Out, r)
	if len(r.Found) > 0 {
		var rows [][]string
		for _, e := range r.Found {
			rows = append(rows, []string{e.Engine.Title(), orDash(e.Versions), orDash(e.Classes), orDash(e.Resources)})
		}
		fmt.Fprintln(c.Out)
		c.table("ENGINE\tVERSION\tSTORAGE CLASSES\tRESOURCES", rows)
	}
	var rows [][]string
	for _, p := range r.Permissions {
		may := "no"
		if p.Allowed {
			may = "yes"
		}
		rows = append(rows, []string{may, p.Name, p.Optional})
	}
	fmt.Fprintln(c.Out)
	c.table("MAY\tPERMISSION\tNOT NEEDED, BUT TELLS", rows)
}

func orDash(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}
