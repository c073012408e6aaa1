package diagnosis

import (
	"fmt"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// crowd is a cluster of n volumes of cStor with three replicas, of which every tenth is degraded by a node that is lost.
func crowd(n int) *models.Inventory {
	inv := calm()
	v, c, p := *volume(inv, models.CStor), *inv.Claim("a", "cstor"), inv.Pods[0]
	for i := range n {
		name := fmt.Sprintf("cstor-%d", i)
		w := v
		w.Name, w.Claim = "pvc-"+name, name
		w.Replicas = append([]models.Replica(nil), v.Replicas...)
		if i%10 == 0 {
			w.Health, w.State, w.Replicas[2].Health = models.Degraded, "Degraded", models.Down
		}
		ref := models.PodRef{Namespace: "a", Name: name, Workload: "Pod/" + name}
		w.Pods = []models.PodRef{ref}
		d, q := c, p
		d.Name, d.Volume, d.Pods = name, w.Name, w.Pods
		q.Name, q.Claims, q.Volumes = name, []string{name}, []string{w.Name}
		inv.Volumes, inv.Claims, inv.Pods = append(inv.Volumes, w), append(inv.Claims, d), append(inv.Pods, q)
		inv.Agents = append(inv.Agents, agent(models.CStor, models.TargetAgent, w.Name, "n1"))
		tell(inv, "CStorVolume", w.Name, "Degraded", "Volume is in Degraded state")
	}
	lose(inv, "n3")
	poolNamed(inv, "cstor-n3", "n3").Health = models.Down
	return inv
}

func BenchmarkWhy(b *testing.B) {
	inv := crowd(10000)
	for _, thing := range []Thing{about(models.Volumes, "pvc-cstor-9000"), about(models.Pods, "cstor-9000"), about(models.Pools, "cstor-n3"), about(models.Nodes, "n3")} {
		b.Run(string(thing.Subject), func(b *testing.B) {
			for b.Loop() {
				if d, found := Why(inv, thing); !found || d.Certainty != Certain {
					b.Fatal(d.Cause)
				}
			}
		})
	}
}
