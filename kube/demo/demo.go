package demo

import (
	"embed"
	"io/fs"
)

//go:embed harbor quarry
var files embed.FS

// Cluster is a sample cluster: a folder of manifests as `kubectl get -o yaml` prints them, with the answers of Mayastor's
// REST API in the subfolder mayastor-rest and those of some kubelets in kubelet-stats.
type Cluster struct {
	Name  string
	Files fs.FS
}

// Clusters returns the sample clusters, sorted by name.
func Clusters() []Cluster {
	var all []Cluster
	for _, name := range []string{"harbor", "quarry"} {
		sub, err := fs.Sub(files, name)
		if err != nil {
			panic(err) // only an invalid name fails, and these are constants
		}
		all = append(all, Cluster{Name: name, Files: sub})
	}
	return all
}
