package kubetest

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// restFolder is the folder, among the manifests, with the answers of Mayastor's REST API.
const restFolder = "mayastor-rest"

// restAPI answers the paths of Mayastor's REST API that read, from files. It keeps the API's habits: volumes and snapshots
// come in pages and only if max_entries is given (0: all); the other lists are bare arrays.
type restAPI struct {
	services []string                    // namespace/name of the Services that lead here
	lists    map[string][]map[string]any // by path below /v0: "volumes", "volumes/snapshots", "pools", "nodes", "replicas"
}

// readREST reads the folder of a cluster; nil if it has none. edit is applied to every file.
func readREST(fsys fs.FS, edit func([]byte) []byte) (*restAPI, error) {
	files, err := fs.Glob(fsys, path.Join(restFolder, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, err
	}
	api := &restAPI{lists: map[string][]map[string]any{}}
	for _, file := range files {
		content, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(file), ".json")
		content = edit(content)
		switch name {
		case "volumes", "snapshots":
			var page struct{ Entries []map[string]any }
			if err := json.Unmarshal(content, &page); err != nil {
				return nil, &fs.PathError{Op: "read", Path: file, Err: err}
			}
			if name == "snapshots" {
				name = "volumes/snapshots"
			}
			api.lists[name] = page.Entries
		case "pools", "nodes", "replicas":
			var list []map[string]any
			if err := json.Unmarshal(content, &list); err != nil {
				return nil, &fs.PathError{Op: "read", Path: file, Err: err}
			}
			api.lists[name] = list
		}
	}
	return api, nil
}

// match takes a path of the API server apart if it leads through the service proxy to this API; service is "" if it does
// not. service is as the API server names it to RBAC: "openebs-api-rest:http".
func (a *restAPI) match(p string) (namespace, service, rest string) {
	parts := strings.SplitN(strings.TrimPrefix(p, "/"), "/", 8)
	if a == nil || len(parts) < 8 || parts[0] != "api" || parts[1] != "v1" || parts[2] != "namespaces" || parts[4] != "services" || parts[6] != "proxy" {
		return "", "", ""
	}
	name := parts[5] // [scheme:]name[:port]
	if fields := strings.Split(name, ":"); len(fields) == 3 {
		name = fields[1]
	} else {
		name = fields[0]
	}
	if !slices.Contains(a.services, parts[3]+"/"+name) {
		return "", "", ""
	}
	return parts[3], parts[5], parts[7]
}

// serve answers a request for a path below the API's root: "v0/volumes".
func (a *restAPI) serve(w http.ResponseWriter, r *http.Request, p string) {
	p, ok := strings.CutPrefix(strings.Trim(p, "/"), "v0/")
	switch {
	case r.Method != http.MethodGet:
		restError(w, http.StatusMethodNotAllowed, "InvalidArgument", "this stand-in only reads")
		return
	case !ok:
		restError(w, http.StatusNotFound, "NotFound", "no such path")
		return
	}
	if list, found := a.lists[p]; found {
		a.serveList(w, r, p, list)
		return
	}
	for _, element := range a.lists[path.Dir(p)] {
		if identity(element) == path.Base(p) {
			answer(w, http.StatusOK, element)
			return
		}
	}
	restError(w, http.StatusNotFound, "NotFound", "'"+p+"' not found")
}

func (a *restAPI) serveList(w http.ResponseWriter, r *http.Request, p string, list []map[string]any) {
	if list == nil {
		list = []map[string]any{}
	}
	if p != "volumes" && p != "volumes/snapshots" {
		answer(w, http.StatusOK, list)
		return
	}
	limit, err := strconv.Atoi(r.URL.Query().Get("max_entries"))
	if err != nil {
		restError(w, http.StatusBadRequest, "InvalidArgument", "Query deserialize error: missing field `max_entries`")
		return
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("starting_token")) // 0 if there is none
	start = min(max(0, start), len(list))
	if limit <= 0 {
		limit = len(list)
	}
	end := min(start+limit, len(list))
	page := map[string]any{"entries": list[start:end]}
	if end < len(list) {
		page["next_token"] = end
	}
	answer(w, http.StatusOK, page)
}

// identity returns what names an element in a path.
func identity(element map[string]any) string {
	spec, _ := element["spec"].(map[string]any)
	for _, id := range []any{element["id"], element["uuid"], spec["uuid"]} {
		if s, ok := id.(string); ok {
			return s
		}
	}
	return ""
}

func restError(w http.ResponseWriter, code int, kind, details string) {
	answer(w, code, map[string]string{"kind": kind, "message": kind, "details": details})
}
