package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// TestPrometheusIsNoArgument checks that a password is read from a file or standard input alone, and is in no error.
func TestPrometheusIsNoArgument(t *testing.T) {
	const with = "https://ann:hush@prom.example.com#cluster=east"
	file := filepath.Join(t.TempDir(), "prometheus")
	if err := os.WriteFile(file, []byte(with+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		argument, file, kubeconfig, want string
		refused                          bool
	}{
		{argument: with, refused: true},
		{argument: "https://hush@prom.example.com", refused: true},
		{file: file, want: with},
		{file: "-", want: with},
		{file: "-", kubeconfig: "-", refused: true},
		{argument: "https://prom.example.com#cluster=east", want: "https://prom.example.com#cluster=east"},
		{argument: "monitoring/prometheus:9090", want: "monitoring/prometheus:9090"},
		{},
	} {
		c := &command{Streams: Streams{In: strings.NewReader(with)}}
		o := app.ClusterOptions{Prometheus: test.argument, Kubeconfig: test.kubeconfig}
		err := c.readPrometheus(&o, test.file)
		if (models.KindOf(err) == models.Invalid) != test.refused || !test.refused && (err != nil || o.Prometheus != test.want) {
			t.Errorf("%+v: %q, %v", test, o.Prometheus, err)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%+v: the error has the password: %v", test, err)
		}
	}
}

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
