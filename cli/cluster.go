package cli

import (
	"fmt"
	"net/url"
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
	chore := app.Chore{Name: app.AddCluster}
	var o app.ClusterOptions
	var prometheus string // file
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a cluster",
		Long: `Add a cluster from a kubeconfig file, or from standard input (--kubeconfig -), or the one that MuleBot itself runs in
(--in-cluster). Credentials are stored sealed. It needs to read only: see deploy/rbac-readonly.yaml.

How full volumes are is asked of their kubelets where deploy/rbac-kubelet-stats.yaml allows it, or of a Prometheus that scrapes
them: --prometheus takes a URL, or NAMESPACE/SERVICE:PORT, which is reached through the API server. Where it gathers several
clusters, say which behind a #. A URL with a password in it is no argument: give it in a file, or on standard input
(--prometheus-file -).`,
		Example: `  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --context prod-east
  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --prometheus monitoring/prometheus-operated:9090
  mulebot cluster add prod-east --kubeconfig prod.kubeconfig --prometheus 'https://thanos.example.com#cluster=prod-east'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Kubeconfig == "" && !o.InCluster {
				return &models.Error{Kind: models.Invalid, Message: "the kubeconfig is missing", Hint: "give --kubeconfig FILE or --in-cluster"}
			}
			if err := c.readPrometheus(&o, prometheus); err != nil {
				return err
			}
			o.Name, o.In = args[0], c.In
			cluster, err := app.ReadCluster(o)
			if err != nil {
				return err
			}
			chore.Cluster = &cluster
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	cmd.Flags().StringVar(&o.Kubeconfig, "kubeconfig", "", "kubeconfig file, - for standard input")
	cmd.Flags().StringVar(&o.Context, "context", "", "context of the kubeconfig (default: its current one)")
	cmd.Flags().BoolVar(&o.Impersonate, "impersonate", false, "ask the cluster as a user and a group for each role, so that its own RBAC decides (docs/tenants.md)")
	cmd.Flags().BoolVar(&o.InCluster, "in-cluster", false, "the cluster that MuleBot runs in")
	cmd.Flags().StringVar(&o.Prometheus, "prometheus", "", "Prometheus that knows how full volumes are: URL or NAMESPACE/SERVICE:PORT")
	cmd.Flags().StringVar(&prometheus, "prometheus-file", "", "file with the same, where the URL has a password in it; - for standard input")
	cmd.MarkFlagsMutuallyExclusive("kubeconfig", "in-cluster")
	cmd.MarkFlagsMutuallyExclusive("prometheus", "prometheus-file")
	return cmd
}

// readPrometheus reads where the Prometheus is out of a file, if one is given, and else refuses credentials in the argument.
func (c *command) readPrometheus(o *app.ClusterOptions, file string) error {
	if file == "" {
		address, _, _ := strings.Cut(o.Prometheus, "#")
		if u, err := url.Parse(address); err == nil && u.User != nil {
			return &models.Error{Kind: models.Invalid, Message: "the URL of the Prometheus has credentials in it, and arguments can be seen by others",
				Hint: "write it to a file and give --prometheus-file FILE, or - for standard input; and change the password"}
		}
		return nil
	}
	if file == "-" && o.Kubeconfig == "-" {
		return &models.Error{Kind: models.Invalid, Message: "standard input cannot hold both the kubeconfig and the URL of the Prometheus", Hint: "give one of them in a file"}
	}
	where, err := c.readSecret("URL of the Prometheus", file, "")
	o.Prometheus = where.Reveal()
	return err
}

func (c *command) clusterList() *cobra.Command {
	chore := app.Chore{Name: app.ListClusters}
	cmd := &cobra.Command{
		Use: "list", Short: "List the clusters", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			clusters, err := told[[]models.Cluster](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, cluster := range clusters {
				rows = append(rows, []string{cluster.Ref.Name, cluster.Context, cluster.AddedAt.Format(time.DateOnly)})
			}
			c.table("NAME\tCONTEXT\tADDED", rows)
			return nil
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

func (c *command) clusterRemove() *cobra.Command {
	return c.about(app.RemoveCluster, "remove NAME", "Remove a cluster, from the cards too, and the roles on it")
}

func (c *command) clusterTest() *cobra.Command {
	chore := app.Chore{Name: app.TestCluster}
	cmd := &cobra.Command{
		Use: "test NAME", Short: "Check that a cluster answers, what it runs and what MuleBot may read there", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			chore.Of = args[0]
			done := c.progress("testing " + args[0])
			report, err := told[app.ClusterReport](cmd.Context(), c, chore)
			done()
			if err == nil {
				c.clusterReport(report)
			}
			return err
		},
	}
	teamFlag(cmd, &chore.Team)
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
