package models_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

func TestRoleOf(t *testing.T) {
	everywhere := models.Grant{Role: models.Operator}
	prod := models.Grant{Role: models.Admin, Clusters: []string{"prod"}}
	db := models.Grant{Role: models.Operator, Clusters: []string{"prod", "stage"}, Namespaces: []string{"db"}}
	for name, c := range map[string]struct {
		grants []models.Grant
		scope  models.Scope
		want   models.Role
	}{
		"nothing":                          {nil, models.Scope{}, models.Viewer},
		"everywhere":                       {[]models.Grant{everywhere}, models.Scope{Clusters: []string{"stage"}}, models.Operator},
		"of a cluster":                     {[]models.Grant{prod}, models.Scope{Clusters: []string{"prod"}}, models.Admin},
		"of another cluster":               {[]models.Grant{prod}, models.Scope{Clusters: []string{"stage"}}, models.Viewer},
		"of one of two":                    {[]models.Grant{prod}, models.Scope{Clusters: []string{"prod", "stage"}}, models.Viewer},
		"of one of two, and everywhere":    {[]models.Grant{prod, everywhere}, models.Scope{Clusters: []string{"prod", "stage"}}, models.Operator},
		"of a cluster is not of all":       {[]models.Grant{prod}, models.Scope{}, models.Viewer},
		"of a cluster is somewhere":        {[]models.Grant{prod}, models.Scope{Anywhere: true}, models.Admin},
		"of a namespace":                   {[]models.Grant{db}, models.Scope{Clusters: []string{"stage"}, Namespace: "db"}, models.Operator},
		"of a namespace is not of all":     {[]models.Grant{db}, models.Scope{Clusters: []string{"stage"}}, models.Viewer},
		"of a namespace is not of another": {[]models.Grant{db}, models.Scope{Clusters: []string{"stage"}, Namespace: "web"}, models.Viewer},
	} {
		if got := models.RoleOf(c.grants, c.scope); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestMeantBy(t *testing.T) {
	g := models.Grant{Who: "U1", Role: models.Operator, Clusters: []string{"east", "west"}, Namespaces: []string{"db"}}
	if got := g.Gives(); got != "operator on east, west in namespace db" {
		t.Error(got)
	}
	for _, c := range []struct {
		meant models.Grant
		want  bool
	}{
		{models.Grant{Who: "U1"}, true},
		{models.Grant{Who: "U2"}, false},
		{models.Grant{Who: "U1", Role: models.Operator}, true},
		{models.Grant{Who: "U1", Role: models.Admin}, false},
		{models.Grant{Who: "U1", Clusters: []string{"east", "west", "north"}}, true},
		{models.Grant{Who: "U1", Clusters: []string{"east"}}, false}, // it is for west too
		{models.Grant{Who: "U1", Namespaces: []string{"db"}}, true},
		{models.Grant{Who: "U1", Namespaces: []string{"web"}}, false},
	} {
		if got := g.MeantBy(c.meant); got != c.want {
			t.Errorf("%+v: %v", c.meant, got)
		}
	}
	if (models.Grant{Who: "U1", Role: models.Admin}).MeantBy(models.Grant{Who: "U1", Clusters: []string{"east"}}) {
		t.Error("a role on one cluster means that of the whole workspace")
	}
}
