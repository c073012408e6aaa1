package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What somebody copies from a cluster is about the object that the cluster says it of, named or not.
func TestEchoes(t *testing.T) {
	prod, staging := prod(), stagingCluster()
	prod.Events = append(prod.Events,
		models.Event{Namespace: "openebs", Kind: "CStorVolume", Object: prod.Volumes[0].Name, Type: "Warning", Reason: "Offline", Message: "Volume is in Offline state"},
		models.Event{Namespace: "reports", Kind: "PersistentVolumeClaim", Object: "reports-db", Type: "Warning", Reason: "ProvisioningFailed",
			Message: "failed to create volume replicas: not enough pools are available of provided CSPC: \"cspc-ssd\""},
		models.Event{Namespace: "mysql", Kind: "Pod", Object: "mysql-0", Type: "Warning", Reason: "FailedMount",
			Message: "MountVolume.SetUp failed for volume \"pvc-1\": waiting for the nexus to come back"})
	prod.Pools[0].Error = "The block device(s): /dev/disk/by-id/nvme-eui.47 can not be found"
	staging.Claims[0].Conditions = []models.Condition{{Type: "FileSystemResizePending"}}
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(prod), {Team: "T1", Name: "staging"}: always(staging)},
		models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east", "staging"}})
	for _, c := range []struct{ say, intent, query string }{
		{"Not enough pools are available of provided CSPC: what now", "why", "claim name=reports-db @prod-east"},
		{"The block device(s): /dev/disk/by-id/nvme-eui.99 can not be found", "why", "pool name=" + prod.Pools[0].Name + " @prod-east"},
		{"we get \"waiting for the nexus to come back\" here", "why", "pod name=mysql-0 @prod-east"},
		{"FileSystemResizePending since an hour, what is it waiting for", "why", "volume name={data-es-0} @staging"},
		{"MountVolume.SetUp failed for volume \"" + prod.Volumes[1].Name + "\"", "why", "volume name={data-orders-mysql-1} @prod-east"},
		{"kafka: which volume is in offline state", "list", "volume health=down workload=kafka @prod-east"},
		{"which volumes have FileSystemResizePending", "list", "volume resize=pending"},
	} {
		k.forget()
		reply := k.say(c.say)
		if got := named(brief(reply.Query), prod, staging); reply.Intent != c.intent || got != c.query {
			t.Errorf("%s\n   want %s: %s\n   got  %s: %s  %s", c.say, c.intent, c.query, reply.Intent, got, reply.Text)
		}
	}
}
