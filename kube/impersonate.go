package kube

import (
	"context"

	"k8s.io/client-go/rest"

	"github.com/mulebot/mulebot/models"
)

// standIn returns whom a cluster is asked as for people of a role: a user of the role's name, in the group of the role and in those
// of the roles below, so that the cluster's RBAC need say only what each role adds. Who has no role is a viewer.
func standIn(role models.Role) rest.ImpersonationConfig {
	if role == "" {
		role = models.Viewer
	}
	c := rest.ImpersonationConfig{UserName: "mulebot:" + string(role)}
	for _, r := range models.Roles() {
		if role.May(r) {
			c.Groups = append(c.Groups, "mulebot:"+string(r))
		}
	}
	return c
}

// Impersonates reports whether a cluster is asked as a user and a group that stand for the asker's role: then a question about it
// has to say which, in ClusterRef.As.
func (c *Clusters) Impersonates(ctx context.Context, ref models.ClusterRef) (bool, error) {
	ref.As = ""
	c.mu.Lock()
	does, known := c.impersonate[ref]
	c.mu.Unlock()
	if known {
		return does, nil
	}
	cluster, err := c.options.Source(ctx, ref)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.impersonate[ref] = cluster.Impersonate
	return cluster.Impersonate, nil
}

// forbidden says what RBAC forbids, whom, and who can allow it. As is whom the cluster is asked as in MuleBot's place; empty: nobody.
func forbidden(as, what string) string {
	if as == "" {
		return "RBAC forbids MuleBot " + what + "; kubectl apply -f deploy/rbac-readonly.yaml allows it"
	}
	return "the cluster's RBAC forbids `" + as + "`, which your role asks as, " + what + "; whoever runs the cluster may allow it"
}
