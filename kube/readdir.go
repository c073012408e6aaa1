package kube

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/mulebot/mulebot/models"
)

// Offline serves inventories that were read from folders, by the name of their cluster. It meets the same interface as
// *Clusters.
type Offline map[string]*models.Inventory

// Inventory returns the inventory of that name, whatever the team, or a NotFound error.
func (o Offline) Inventory(_ context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	if inv := o[ref.Name]; inv != nil {
		return inv, nil
	}
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	return nil, &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("there is no cluster %q here", ref.Name),
		Hint: "the clusters are " + strings.Join(sorted(names), ", ")}
}

// Reading returns false: a folder has been read.
func (o Offline) Reading(models.ClusterRef) (models.Reading, bool) { return models.Reading{}, false }

// ReadDir builds the inventory of a cluster from a folder of manifests: every *.yaml, *.yml and *.json below it, of one or
// many documents, lists too ("kubectl get … -o yaml"), such as a support bundle holds. Kinds that it does not know are
// skipped. Files volumes.json, pools.json and nodes.json in a folder mayastor-rest are answers of Mayastor's REST API, and
// JSON files that are answers of kubelets (stats/summary), wherever they are, tell how full file systems are.
//
// The inventory is as of now, or, if now is zero, of the newest timestamp in any object. A file that is no YAML or JSON, or a
// folder with no object of interest, is a *models.Error of kind Invalid that names the file and the line.
func ReadDir(name string, fsys fs.FS, now time.Time) (*models.Inventory, error) {
	r := reader{kinds: map[string]string{}, at: map[string]int{}}
	for _, k := range resources() {
		r.kinds[k.Kind] = k.Group
	}
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return r.file(fsys, file, d)
	})
	if err != nil {
		var told *models.Error
		if errors.As(err, &told) {
			return nil, told
		}
		return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the folder of cluster %q cannot be read", name),
			Hint: "give a folder of YAML or JSON manifests", Err: err}
	}
	if len(r.objects) == 0 {
		return nil, &models.Error{Kind: models.Invalid,
			Message: fmt.Sprintf("the folder of cluster %q holds no manifest of a volume, claim, node, pod or storage engine (%d files looked at)", name, r.files),
			Hint:    "fill it with: kubectl get pv,pvc,pods,nodes,sc,events -A -o yaml > DIR/objects.yaml, and the same for the resources of the engines"}
	}
	if now.IsZero() {
		now = r.newest
	}
	if now.IsZero() {
		now = r.written
	}
	objects := r.sort()
	if objects.Mayastor != nil {
		objects.Mayastor.At = now
	}
	return Build(name, objects, now), nil
}

// reader collects the objects of a folder.
type reader struct {
	kinds    map[string]string // API group by kind
	objects  []map[string]any
	at       map[string]int // position in objects, by kind, namespace and name
	mayastor *Mayastor
	kubelets map[string]*Summary // by node
	newest   time.Time           // of all timestamps
	written  time.Time           // newest modification of a file
	files    int
	gaps     []string
}

func (r *reader) file(fsys fs.FS, file string, d fs.DirEntry) error {
	extension := strings.ToLower(path.Ext(file))
	if !slices.Contains([]string{".yaml", ".yml", ".json"}, extension) || strings.HasPrefix(path.Base(file), ".") {
		return nil
	}
	r.files++
	if info, err := d.Info(); err == nil && info.ModTime().After(r.written) {
		r.written = info.ModTime()
	}
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return &models.Error{Kind: models.Invalid, Message: file + " cannot be read", Hint: "check its permissions, or remove it from the folder", Err: err}
	}
	if path.Base(path.Dir(file)) == "mayastor-rest" {
		return r.rest(file, data)
	}
	if extension == ".json" {
		return r.json(file, data)
	}
	return r.yaml(file, data)
}

// broken words what is wrong with a file, and what the parser tripped over.
func broken(file string, line int, err error) error {
	return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%s, line %d: %s", file, line, cause(err)),
		Hint: "mend the file, or remove it from the folder"}
}

// lineOfError is where the YAML parser's complaints have the line.
func lineOfError() *regexp.Regexp {
	return regexp.MustCompile(`(?:error converting YAML to JSON: )?yaml: (?:line (\d+): )?`)
}

// cause returns the parser's complaint without its own idea of the line.
func cause(err error) string { return lineOfError().ReplaceAllString(err.Error(), "") }

// yaml reads the documents of a file one by one, so that an error has its line in the file.
func (r *reader) yaml(file string, data []byte) error {
	for _, doc := range documents(data) {
		asJSON, err := yaml.YAMLToJSON(doc.text)
		if err != nil {
			line := doc.line
			if m := lineOfError().FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
				n, _ := strconv.Atoi(m[1])
				line += n - 1
			}
			return broken(file, line, err)
		}
		var value any
		if err := utiljson.Unmarshal(asJSON, &value); err != nil {
			return broken(file, doc.line, err)
		}
		r.value(value, "", "")
	}
	return nil
}

// document is one document of a YAML file and the line that it begins on.
type document struct {
	text []byte
	line int
}

// documents splits a file at its lines "---".
func documents(data []byte) []document {
	var all []document
	current, line := document{line: 1}, 0
	lines := bufio.NewReader(bytes.NewReader(data))
	for {
		text, err := lines.ReadBytes('\n')
		line++
		if bytes.HasPrefix(text, []byte("---")) && len(bytes.TrimRight(text[3:], " \t\r\n")) == 0 {
			all = append(all, current)
			current = document{line: line + 1}
		} else {
			current.text = append(current.text, text...)
		}
		if err != nil {
			return append(all, current)
		}
	}
}

func (r *reader) json(file string, data []byte) error {
	return eachJSON(file, data, func(value any) {
		if !r.summary(value) {
			r.value(value, "", "")
		}
	})
}

// eachJSON reads the values of a file, of which there is mostly one.
func eachJSON(file string, data []byte, use func(any)) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var raw json.RawMessage
		var value any
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = utiljson.Unmarshal(raw, &value)
		}
		if err != nil {
			return broken(file, lineAt(data, err, decoder.InputOffset()), err)
		}
		use(value)
	}
}

// lineAt returns the line of a JSON error.
func lineAt(data []byte, err error, offset int64) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	return 1 + bytes.Count(data[:min(max(0, offset), int64(len(data)))], []byte("\n"))
}

// value takes an object, or the objects of a list. Items of a typed list need not repeat their kind.
func (r *reader) value(value any, kind, version string) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			r.value(item, kind, version)
		}
	case map[string]any:
		f := fields(v)
		if own := f.str("kind"); own != "" {
			kind, version = own, f.str("apiVersion")
		}
		items, isList := v["items"].([]any)
		if singular, ok := strings.CutSuffix(kind, "List"); ok && isList {
			r.value(items, singular, version)
			return
		}
		r.object(v, kind, version)
	}
}

func (r *reader) object(object map[string]any, kind, version string) {
	group, _, found := strings.Cut(version, "/")
	if !found {
		group = ""
	}
	if wanted, known := r.kinds[kind]; !known || wanted != group || fields(object).name() == "" {
		return
	}
	object["kind"], object["apiVersion"] = kind, version
	r.timestamps(object)
	id := kind + " " + key(fields(object).namespace(), fields(object).name())
	if at, twice := r.at[id]; twice {
		r.objects[at] = object
		return
	}
	r.at[id] = len(r.objects)
	r.objects = append(r.objects, object)
}

// timestamps looks for the newest one anywhere in an object.
func (r *reader) timestamps(value any) {
	switch v := value.(type) {
	case map[string]any:
		for k, item := range v {
			if k != "annotations" {
				r.timestamps(item)
			}
		}
	case []any:
		for _, item := range v {
			r.timestamps(item)
		}
	case string:
		if len(v) >= len("2006-01-02T15:04:05Z") && v[4] == '-' && v[10] == 'T' {
			if t, err := time.Parse(time.RFC3339, v); err == nil && t.After(r.newest) {
				r.newest = t
			}
		}
	}
}

// rest takes an answer of Mayastor's REST API: a list, or an object with a list "entries".
func (r *reader) rest(file string, data []byte) error {
	return eachJSON(file, data, func(value any) { r.answer(file, value) })
}

func (r *reader) answer(file string, value any) {
	if page, ok := value.(map[string]any); ok {
		value = page["entries"]
	}
	entries := fields{"entries": value}.list("entries")
	if r.mayastor == nil {
		r.mayastor = &Mayastor{}
	}
	for _, e := range entries {
		switch path.Base(file) {
		case "volumes.json":
			r.mayastor.Volumes = append(r.mayastor.Volumes, e)
		case "pools.json":
			r.mayastor.Pools = append(r.mayastor.Pools, e)
		case "nodes.json":
			r.mayastor.Nodes = append(r.mayastor.Nodes, e)
		}
	}
}

// summary takes a kubelet's answer, and reports whether the value is one.
func (r *reader) summary(value any) bool {
	object, _ := value.(map[string]any)
	if f := fields(object); f.str("kind") != "" || f.str("node", "nodeName") == "" {
		return false
	}
	raw, err := json.Marshal(object)
	if err != nil {
		return false
	}
	s, err := parseSummary(bytes.NewReader(raw), time.Time{})
	if err != nil {
		return false
	}
	for _, f := range s.Claims {
		if f.At.After(r.newest) {
			r.newest = f.At
		}
	}
	if r.kubelets == nil {
		r.kubelets = map[string]*Summary{}
	}
	r.kubelets[s.Node] = s
	return true
}

// sort gives the objects their types and places. One that has the right kind and the wrong content becomes a gap.
func (r *reader) sort() *Objects {
	o, packing := &Objects{Mayastor: r.mayastor, Usage: &Usage{Kubelets: r.kubelets, Folder: true}}, newPacker()
	present := map[string]bool{}
	for _, object := range r.objects {
		f := fields(object)
		present[f.str("kind")] = true
		typed, err := decode(object, packing)
		if err != nil {
			r.gaps = append(r.gaps, fmt.Sprintf("%s %s has content of a wrong type and was left out: %v", f.str("kind"), f.name(), err))
			continue
		}
		typed, _ = packing.trim(typed)
		o.add(typed)
	}
	o.Unread = map[string]bool{}
	for _, k := range resources() {
		if k.Builtin && !present[k.Kind] {
			o.Unread[k.Kind] = true // the folder may simply not hold them
			if slices.Contains([]string{"Node", "PersistentVolume", "PersistentVolumeClaim", "Pod"}, k.Kind) {
				r.gaps = append(r.gaps, fmt.Sprintf("the folder holds no `%s`, so nothing is known of them", k.Name))
			}
		}
	}
	if o.useMayastor() && r.mayastor == nil {
		r.gaps = append(r.gaps, "the folder holds no answers of Mayastor's REST API (mayastor-rest/volumes.json), so the state of its volumes is not known")
	}
	o.Gaps = r.gaps
	return o
}

// decode gives an object of a built-in kind its Go type. A custom resource is read as if it came from an API server.
func decode(object map[string]any, p *packer) (any, error) {
	var typed any
	switch object["kind"] {
	case "Node":
		typed = &corev1.Node{}
	case "Namespace":
		typed = &corev1.Namespace{}
	case "PersistentVolume":
		typed = &corev1.PersistentVolume{}
	case "PersistentVolumeClaim":
		typed = &corev1.PersistentVolumeClaim{}
	case "Pod":
		typed = &corev1.Pod{}
	case "Event":
		typed = &corev1.Event{}
	case "StorageClass":
		typed = &storagev1.StorageClass{}
	case "VolumeAttachment":
		typed = &storagev1.VolumeAttachment{}
	default:
		raw, err := json.Marshal(object)
		if err != nil {
			return nil, err
		}
		return newDecoder(bytes.NewReader(raw), fields(object).str("kind"), p).resource()
	}
	return typed, runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed)
}
