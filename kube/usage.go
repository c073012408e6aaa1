package kube

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// Sources of how full file systems are, for people.
const (
	fromKubelet    = "the kubelet"
	fromPrometheus = "Prometheus"
)

// Usage is how full the file systems of claims are, by those who can ask them: the kubelet of each node where a pod mounts
// one, and a Prometheus that gathered what kubelets said.
type Usage struct {
	Kubelets   map[string]*Summary          // what kubelets said, by node
	Silent     map[string]string            // why a kubelet said nothing now, by node
	Forbidden  bool                         // RBAC forbids to ask kubelets
	Folder     bool                         // the kubelets' answers are files of a folder: which are not there were not saved
	Prometheus map[string]models.Filesystem // by key(namespace, name) of the claim
	Failed     string                       // why Prometheus said nothing now; "" if it did, or there is none
	Exported   *Exported                    // what the engines' exporters told Prometheus; nil if nobody was asked
	Unexported string                       // why Prometheus did not tell that now
}

// What is missing for all volumes alike, and how to mend it.
const (
	noKubelets = "the kubelets' figures may not be read: RBAC forbids MuleBot the verb get on `nodes/proxy`; deploy/rbac-kubelet-stats.yaml allows it, or name a Prometheus (mulebot cluster add --prometheus)"
	noAnswers  = "the folder holds no answers of kubelets (kubelet-stats/NODE.json), which tell how full file systems are"
)

// addUsageGaps says what is missing, for answers about how full something is: sources that failed, and those that some volume
// would need. That kubelets may not be asked is no news where all is known without them.
func (b *builder) addUsageGaps() {
	u := b.o.Usage
	if u == nil {
		return
	}
	all := slices.Sorted(maps.Keys(b.unasked))
	if len(u.Silent) > 0 {
		all = append(all, silentKubelets(u.Silent))
	}
	if u.Failed != "" {
		all = append(all, "Prometheus does not tell how full file systems are: "+u.Failed)
	}
	if u.Unexported != "" && u.Failed == "" {
		all = append(all, "Prometheus does not tell what the exporters of the engines say: "+u.Unexported)
	}
	b.inv.UsageGaps = all
}

// silentKubelets names the nodes whose kubelets said nothing, and why the first of them did not.
func silentKubelets(reasons map[string]string) string {
	const most = 5
	names := slices.Sorted(maps.Keys(reasons))
	first := reasons[names[0]]
	if len(names) == 1 {
		return fmt.Sprintf("the kubelet of node %s does not tell how full file systems are: %s", names[0], first)
	}
	shown := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		shown += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return fmt.Sprintf("the kubelets of %d nodes do not tell how full file systems are (%s): %s", len(names), shown, first)
}

// measure takes how full a volume's file system is from those who can ask it, or says why nobody knows. What the engine has
// allocated stays beside it: a thin volume keeps the blocks of what was deleted.
func (b *builder) measure(v *models.Volume, pv *corev1.PersistentVolume) {
	if told, ok := b.exported(v); ok {
		v.Used, v.UsedSource, v.UsedAt = told.Used, fromPrometheus+" ("+told.Metric+")", told.At
	}
	f, why := b.filesystem(v, pv)
	switch {
	case f != nil:
		if v.Used.IsKnown() {
			v.Allocated, v.AllocatedSource = v.Used, v.UsedSource
		}
		v.Filesystem, v.Used, v.UsedSource, v.Unmeasured, v.UsedAt = f, f.Used, f.Source, "", time.Time{}
	case v.Used.IsKnown():
		v.Unmeasured = ""
	case v.Unmeasured != "":
		v.Unmeasured += "; " + why
	default:
		v.Unmeasured = why
	}
}

// filesystem returns what a volume's file system says of itself, the kubelet's word before Prometheus', or why there is none.
func (b *builder) filesystem(v *models.Volume, pv *corev1.PersistentVolume) (*models.Filesystem, string) {
	claim := b.claims[key(v.Namespace, v.Claim)]
	bound := claim != nil && claim.Spec.VolumeName == v.Name || v.Claim != "" && b.o.Unread["PersistentVolumeClaim"]
	switch {
	case v.VolumeMode == string(corev1.PersistentVolumeBlock):
		return nil, "it is a raw block device (volumeMode Block), and only what uses it knows how full that is"
	case !bound:
		return nil, "no claim is bound to it, so no pod mounts it and nobody measures it"
	}
	f := b.measured[key(v.Namespace, v.Claim)]
	if folder(pv) {
		return nil, folderUsage(f)
	}
	if f == nil && v.Used.IsKnown() {
		return nil, "" // its engine's word will do
	}
	if f == nil {
		return nil, b.unmeasured(v)
	}
	if largest := max(v.Size, v.Requested, sizeOf(pv.Spec.Capacity)); f.Size > largest+largest/20+64*models.MiB {
		return nil, fmt.Sprintf("%s tells of a file system of %s, which is larger than the volume and so not its own", f.Source, f.Size)
	}
	return f, ""
}

// folder reports whether a volume is a folder of its node's file system. The kubelet measures that whole file system when it
// is asked about such a volume.
func folder(pv *corev1.PersistentVolume) bool {
	return pv.Spec.CSI == nil && (pv.Spec.HostPath != nil || pv.Spec.Local != nil)
}

// indexUsage keeps what was measured by claim: the newest that a kubelet said, since pods of several nodes may mount one,
// else what Prometheus did.
func (b *builder) indexUsage() {
	b.measured, b.unasked = map[string]*models.Filesystem{}, map[string]bool{}
	if b.o.Usage == nil {
		return
	}
	for claim, f := range b.o.Usage.Prometheus {
		b.measured[claim] = &f
	}
	for _, node := range slices.Sorted(maps.Keys(b.o.Usage.Kubelets)) {
		for claim, f := range b.o.Usage.Kubelets[node].Claims {
			if last := b.measured[claim]; last == nil || last.Source != f.Source || f.At.After(last.At) {
				b.measured[claim] = &f
			}
		}
	}
}

// folderUsage says why it is not known how much of a folder is used, and what is known of the file system that it is in.
func folderUsage(f *models.Filesystem) string {
	text := "the volume is a folder in a file system of its node, and nobody measures the folder alone"
	if f != nil {
		return fmt.Sprintf("%s; what %s tells is of that whole file system, which all of its folders share: %s of %s used, %s free",
			text, f.Source, f.Used, f.Size, f.Free)
	}
	return text + "; du in its pod would tell"
}

// unmeasured says why nobody told how full a volume is.
func (b *builder) unmeasured(v *models.Volume) string {
	u, node := b.o.Usage, b.userNode[key(v.Namespace, v.Claim)]
	kubelet := fmt.Sprintf("the kubelet of node `%s`", node)
	var why string
	switch {
	case len(v.Pods) == 0 && b.o.Unread["Pod"]:
		return "pods could not be read, so it is not known whose kubelet would tell"
	case len(v.Pods) == 0:
		return "no pod mounts it, and a kubelet measures only what is mounted"
	case node == "":
		return "no pod that mounts it runs, and a kubelet measures only what is mounted"
	case b.nodeTrouble(node) != "":
		return "its " + b.nodeTrouble(node) + ", so that no kubelet tells"
	case u == nil:
		return "no kubelet was asked"
	case u.Forbidden:
		why = noKubelets
		b.unasked[noKubelets] = true
	case u.Silent[node] != "":
		why = kubelet + " does not tell: " + u.Silent[node]
	case u.Kubelets[node] != nil:
		why = kubelet + " tells nothing of it"
	case u.Folder:
		if len(u.Kubelets) == 0 {
			b.unasked[noAnswers] = true
		}
		return fmt.Sprintf("the folder holds no answer of %s (kubelet-stats/%s.json)", kubelet, node)
	default:
		why = kubelet + " was not asked yet"
	}
	switch {
	case u.Failed != "":
		why += "; nor does Prometheus: " + u.Failed
	case u.Prometheus != nil:
		why += ", nor does Prometheus"
	}
	return why
}
