package app

import (
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

// A server that starts takes away the roles that were left of clusters which are gone, before it serves anybody.
func TestServerTidies(t *testing.T) {
	sim := slacksim.New(slacksim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	application := sim.AddApp(slacksim.AppOptions{})
	w := sim.AddWorkspace(application, slacksim.TeamOptions{Users: []string{"ann"}})
	team, st := models.TeamID(w.ID()), store.Memory(time.Now)
	config, err := LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_SLACK_API_URL=" + sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		st.PutWorkspace(t.Context(), models.Workspace{Team: team, AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(w.BotToken())}),
		st.PutCluster(t.Context(), models.Cluster{Ref: models.ClusterRef{Team: team, Name: twin}}),
		st.PutGrant(t.Context(), models.Grant{Team: team, Who: "U01", Role: models.Admin, Clusters: []string{"gone"}}, "gone"),
		st.PutGrant(t.Context(), models.Grant{Team: team, Who: "U02", Role: models.Operator, Clusters: []string{twin}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	server, err := newServer(settingsOf(config), st, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	running(t, server)
	for tick := time.NewTicker(2 * time.Millisecond); application.Connections() == 0; {
		<-tick.C
	}
	left, err := st.Grants(t.Context(), team)
	if err != nil || len(left) != 1 || left[0].Who != "U02" {
		t.Errorf("left: %+v, %v", left, err)
	}
}
