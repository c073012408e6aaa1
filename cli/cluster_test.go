package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

func TestClusterReport(t *testing.T) {
	var out bytes.Buffer
	c := &command{Streams: Streams{Out: &out}}
	c.clusterReport(kube.Report{Version: "v1.36.1", Engines: []models.Engine{models.LVM},
		Found:       []kube.EngineFound{{Engine: models.LVM, Versions: []string{"1.9.1"}, Classes: []string{"lvm-data", "lvm-thin"}}},
		Permissions: []kube.Permission{{Name: "list pods", Allowed: true}, {Name: "watch pods"}, {Name: "get nodes/proxy", Optional: "how full volumes are"}},
		Missing:     []string{"watch pods"}})
	const want = `answers as Kubernetes v1.36.1; resource definitions of lvm; missing permissions: watch pods

ENGINE   VERSION   STORAGE CLASSES      RESOURCES
LVM      1.9.1     lvm-data, lvm-thin   -

MAY   PERMISSION        NOT NEEDED, BUT TELLS
yes   list pods         
no    watch pods        
no    get nodes/proxy   how full volumes are
`
	if out.String() != want {
		t.Errorf("%s", strings.ReplaceAll(out.String(), " ", "·"))
	}
}
