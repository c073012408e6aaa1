package kubetest

import (
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// statsFolder is the folder, among the manifests, with the answers of kubelets: NODE.json.
const statsFolder = "kubelet-stats"

// kubelets answers for the kubelets of a cluster, which has none: stats/summary from files by node, and nothing else.
type kubelets struct{ answers map[string][]byte }

// readKubelets reads the folder of a cluster. edit is applied to every file.
func readKubelets(fsys fs.FS, edit func([]byte) []byte) (*kubelets, error) {
	files, err := fs.Glob(fsys, path.Join(statsFolder, "*.json"))
	if err != nil {
		return nil, err
	}
	k := &kubelets{answers: map[string][]byte{}}
	for _, file := range files {
		content, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		k.answers[strings.TrimSuffix(path.Base(file), ".json")] = edit(content)
	}
	return k, nil
}

// kubeletPath takes a path of the API server apart if it leads through the node proxy; node is "" if it does not.
func kubeletPath(p string) (node, rest string) {
	rest, ok := strings.CutPrefix(p, "/api/v1/nodes/")
	if !ok {
		return "", ""
	}
	node, rest, _ = strings.Cut(rest, "/")
	if rest, ok = strings.CutPrefix(rest, "proxy/"); !ok {
		return "", ""
	}
	return node, rest
}

// serve answers as the API server does that reaches no kubelet, where there is no file.
func (k *kubelets) serve(w http.ResponseWriter, node, path string) {
	if k == nil || k.answers[node] == nil {
		status(w, http.StatusServiceUnavailable, "error trying to reach service: no kubelet")
		return
	}
	if path != "stats/summary" {
		status(w, http.StatusNotFound, "the server could not find the requested resource")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(k.answers[node]) // the caller may be gone
}
