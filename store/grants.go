package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// whoForm is what ids of users and user groups look like.
var whoForm = regexp.MustCompile(`^[UWS][A-Z0-9]{2,31}$`)

// Grants returns the grants of a workspace, in the order of whom they are for.
func (s *Store) Grants(ctx context.Context, team models.TeamID) (all []models.Grant, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		all, err = list[models.Grant](s, tx, tenantPrefix(grants, team))
		return err
	})
	return all, err
}

// PutGrant gives a role, in the place of the one that the same user or group had for the same clusters and namespaces. The workspace
// must have all clusters that it names, here or among those that are known from elsewhere: one may have been removed since a form was
// opened, and the role would come back with its name. At is now if it is zero.
func (s *Store) PutGrant(ctx context.Context, g models.Grant, known ...string) error {
	g, err := s.checkGrant(g)
	if err != nil {
		return err
	}
	if !slices.Contains(models.Roles(), g.Role) {
		return invalid(fmt.Sprintf("%q is no role", g.Role), "the roles are viewer, operator and admin")
	}
	for _, name := range g.Namespaces {
		if err := checkNamespace(name); err != nil {
			return err
		}
	}
	return s.setUp(ctx, func(tx kv.Tx) error {
		for _, name := range g.Clusters {
			ref := models.ClusterRef{Team: g.Team, Name: name}
			if _, ok := tx.Get(clusterKey(ref)); !ok && !slices.Contains(known, name) {
				return noCluster(s, tx, ref)
			}
		}
		return put(s, tx, grantKey(g), g)
	})
}

// DeleteGrant takes the grant to a user or group for just these clusters and namespaces away. It fails with NotFound if there is
// none.
func (s *Store) DeleteGrant(ctx context.Context, g models.Grant) error {
	g, err := s.checkGrant(g)
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx kv.Tx) error {
		key := grantKey(g)
		if _, ok := tx.Get(key); !ok {
			return notThere("there is no such grant", "`/mulebot roles` shows those that are there")
		}
		return tx.Delete(key)
	})
}

// dropGrants takes a cluster off the grants of its workspace, so that no role comes back with its name, and returns what went, as
// DeleteCluster does.
func (s *Store) dropGrants(tx kv.Tx, ref models.ClusterRef) (lost []models.Grant, err error) {
	all, err := list[models.Grant](s, tx, tenantPrefix(grants, ref.Team))
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, g := range all {
		if !slices.Contains(g.Clusters, ref.Name) {
			continue
		}
		if err := s.dropGrant(tx, g, ref.Name); err != nil {
			return nil, err
		}
		g.Clusters = []string{ref.Name}
		lost, texts = append(lost, g), append(texts, fmt.Sprintf("%s is no more %s", g.Who, g.Gives()))
	}
	if len(lost) == 0 {
		return nil, nil
	}
	return lost, s.audit(tx, models.Audit{At: s.now(), Team: ref.Team, Kind: models.Noticed, Intent: "cluster gone", Outcome: models.Answered,
		Clusters: []string{ref.Name}, Text: "the cluster was removed, and the roles on it: " + strings.Join(texts, "; ")})
}

// dropGrant takes a cluster off a grant. One for no cluster would be one for all, so it goes; and so does one that comes to be for the
// same as another which gives as much.
func (s *Store) dropGrant(tx kv.Tx, g models.Grant, cluster string) error {
	if err := tx.Delete(grantKey(g)); err != nil {
		return err
	}
	g.Clusters = slices.DeleteFunc(slices.Clone(g.Clusters), func(name string) bool { return name == cluster })
	if len(g.Clusters) == 0 {
		return nil
	}
	other, ok, err := get[models.Grant](s, tx, grantKey(g))
	if err != nil || ok && other.Role.May(g.Role) {
		return err
	}
	return put(s, tx, grantKey(g), g)
}

// checkGrant brings a grant into the form in which it is kept.
func (s *Store) checkGrant(g models.Grant) (models.Grant, error) {
	if err := checkID("team", string(g.Team)); err != nil {
		return g, err
	}
	if !whoForm.MatchString(g.Who) {
		return g, invalid(fmt.Sprintf("%q is not the id of a user or a user group", g.Who), "mention the person or the group, as in @bob")
	}
	g.Clusters, g.Namespaces, g.At = slices.Clone(g.Clusters), slices.Clone(g.Namespaces), s.orNow(g.At)
	slices.Sort(g.Clusters)
	slices.Sort(g.Namespaces)
	g.Clusters, g.Namespaces = slices.Compact(g.Clusters), slices.Compact(g.Namespaces)
	return g, nil
}
