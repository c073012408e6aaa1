package kube

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Roles of the pods of engines: with the name of what they serve they are keys of builder.engine.
const (
	cstorTarget   = "cstor target/"    // of a PersistentVolume
	cstorPoolPod  = "cstor pool/"      // of a CStorPoolInstance
	jivaTarget    = "jiva controller/" // of a PersistentVolume
	jivaReplica   = "jiva replica/"    // of a PersistentVolume
	mayastorAgent = "io-engine/"       // of a node
	lvmAgent      = "lvm node/"        // of a node
	zfsAgent      = "zfs node/"        // of a node
	csiNode       = "csi node/"        // of an engine and a node: mounts its volumes there
	provisioner   = "provisioner/"     // of an engine: makes its volumes
	operator      = "operator/"        // of an engine and a name: looks after the engine's objects
)

// role says what an engine's pod serves, as its labels tell; "" for any other pod.
func role(p *corev1.Pod) string {
	l := p.Labels
	volume, component := l["openebs.io/persistent-volume"], l["openebs.io/component-name"]
	switch {
	case l["openebs.io/target"] == "cstor-target" && volume != "":
		return cstorTarget + volume
	case l["app"] == "cstor-pool":
		return cstorPoolPod + l["openebs.io/cstor-pool-instance"]
	case l["openebs.io/component"] == "jiva-controller":
		return jivaTarget + volume
	case l["openebs.io/component"] == "jiva-replica":
		return jivaReplica + volume
	case l["app"] == "io-engine":
		return mayastorAgent + p.Spec.NodeName
	case component == "openebs-lvm-node" || l["app"] == "openebs-lvm-node":
		return lvmAgent + p.Spec.NodeName
	case component == "openebs-zfs-node" || l["app"] == "openebs-zfs-node":
		return zfsAgent + p.Spec.NodeName
	}
	return csiRole(p)
}

// csiRole recognises the pods that make and mount an engine's volumes, by the component that their labels name.
func csiRole(p *corev1.Pod) string {
	for _, label := range []string{"openebs.io/component-name", "app", "name"} {
		component := p.Labels[label]
		var engine models.Engine
		node := false
		switch component {
		case "openebs-lvm-controller":
			engine = models.LVM
		case "openebs-zfs-controller":
			engine = models.ZFS
		case "openebs-cstor-csi-controller", "cvc-operator", "openebs-cstor-cvc-operator":
			engine = models.CStor
		case "openebs-jiva-csi-controller", "jiva-operator", "openebs-jiva-operator":
			engine = models.Jiva
		case "openebs-localpv-provisioner", "localpv-provisioner", "openebs-localpv-hostpath-provisioner":
			engine = models.Hostpath
		case "csi-controller", "api-rest", "agent-core":
			engine = models.Mayastor
		case "openebs-cstor-csi-node":
			engine, node = models.CStor, true
		case "openebs-jiva-csi-node":
			engine, node = models.Jiva, true
		case "csi-node":
			engine, node = models.Mayastor, true
		default:
			if engine, ok := operators[component]; ok {
				return operator + string(engine) + "/" + component
			}
			continue
		}
		if node {
			return csiNode + string(engine) + "/" + p.Spec.NodeName
		}
		return provisioner + string(engine)
	}
	return ""
}

// operators are those that let the objects of engines go when they are deleted, by their labels. The node disk manager and the
// snapshot controller are of no engine.
var operators = map[string]models.Engine{"operator-diskpool": models.Mayastor, "cspc-operator": models.CStor, "openebs-cstor-cspc-operator": models.CStor,
	"ndm-operator": "", "openebs-ndm-operator": "", "snapshot-controller": ""}

// addPods lists the pods that mount claims and remembers those of the engines as evidence.
func (b *builder) addPods() {
	for _, p := range b.pods {
		r := role(p)
		if r != "" {
			b.engine[r] = append(b.engine[r], p)
		}
		if strings.HasPrefix(r, jivaReplica) { // what it mounts is Jiva's own storage
			if ip := p.Status.PodIP; ip != "" {
				b.podsByIP[ip] = p
			}
			continue
		}
		names := claimsOf(p)
		if len(names) == 0 {
			continue
		}
		state, ready, restarts := podState(p)
		pod := models.Pod{Namespace: p.Namespace, Name: p.Name, Workload: workload(p), Node: p.Spec.NodeName, State: state,
			Health: podHealth(state, ready), Claims: names, Restarts: restarts, Created: p.CreationTimestamp.Time, Deleting: deleting(p)}
		var unready corev1.PodCondition
		pod.Reason, pod.LastExit, unready = podReasons(p)
		pod.Since = unready.LastTransitionTime.Time
		if pod.Health == models.Healthy && state == "Running" && b.nodeTrouble(pod.Node) != "" {
			pod.Health = models.Unknown
			pod.Notes = append(pod.Notes, fmt.Sprintf("Pod says status.phase Running, but its %s: whether it runs is not known", b.nodeTrouble(pod.Node)))
		}
		for _, name := range names {
			k := key(p.Namespace, name)
			if c := b.claims[k]; c != nil && c.Spec.VolumeName != "" {
				pod.Volumes = append(pod.Volumes, c.Spec.VolumeName)
			}
			if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
				b.users[k] = append(b.users[k], models.PodRef{Namespace: p.Namespace, Name: p.Name, Workload: pod.Workload})
				if p.Spec.NodeName != "" && p.Status.Phase == corev1.PodRunning {
					b.userNode[k] = p.Spec.NodeName
				}
			}
		}
		b.inv.Pods = append(b.inv.Pods, pod)
	}
}

// claimsOf returns the names of the claims that a pod mounts, those of generic ephemeral volumes too.
func claimsOf(p *corev1.Pod) []string {
	var names []string
	for _, v := range p.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			names = append(names, v.PersistentVolumeClaim.ClaimName)
		case v.Ephemeral != nil:
			names = append(names, p.Name+"-"+v.Name)
		}
	}
	return names
}

// workload names what owns a pod. A ReplicaSet is named after its Deployment and a Job after its CronJob, so the names tell.
func workload(p *corev1.Pod) string {
	owner := metav1.GetControllerOf(p)
	if owner == nil && len(p.OwnerReferences) > 0 {
		owner = &p.OwnerReferences[0]
	}
	if owner == nil || owner.Kind == "Node" {
		return "Pod/" + p.Name
	}
	cut := strings.LastIndexByte(owner.Name, '-')
	if cut <= 0 {
		return owner.Kind + "/" + owner.Name
	}
	base, suffix := owner.Name[:cut], owner.Name[cut+1:]
	switch owner.Kind {
	case "ReplicaSet":
		if hash := p.Labels["rollouts-pod-template-hash"]; hash != "" && hash == suffix {
			return "Rollout/" + base
		}
		if hash := p.Labels["pod-template-hash"]; hash == suffix || hash == "" && isHash(suffix) {
			return "Deployment/" + base
		}
	case "Job":
		if len(suffix) >= 8 && strings.Trim(suffix, "0123456789") == "" {
			return "CronJob/" + base
		}
	}
	return owner.Kind + "/" + owner.Name
}

// isHash reports whether s looks like a pod template's hash: Kubernetes writes it in an alphabet without vowels.
func isHash(s string) bool {
	return len(s) >= 6 && len(s) <= 10 && strings.Trim(s, "bcdfghjklmnpqrstvwxz2456789") == "" && strings.ContainsAny(s, "2456789")
}

// podState returns the state of a pod as the STATUS column of kubectl has it, whether all its containers are ready, and how
// often they were restarted.
func podState(p *corev1.Pod) (state string, ready bool, restarts int) {
	state = string(p.Status.Phase)
	if p.Status.Reason != "" {
		state = p.Status.Reason
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonSchedulingGated {
			state = corev1.PodReasonSchedulingGated
		}
	}
	ready = len(p.Status.ContainerStatuses) > 0
	for _, s := range p.Status.ContainerStatuses {
		ready = ready && s.Ready
		restarts += int(s.RestartCount)
	}
	if s := initState(p); s != "" {
		state, ready = s, false
	} else {
		state = containerState(p, state)
	}
	if p.DeletionTimestamp != nil {
		switch {
		case p.Status.Reason == "NodeLost":
			state = "Unknown"
		case p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed:
			state = "Terminating"
		}
	}
	return state, ready, restarts
}

// initState returns the state of a pod whose init containers have not all ended, else "".
func initState(p *corev1.Pod) string {
	sidecars := map[string]bool{}
	for _, c := range p.Spec.InitContainers {
		sidecars[c.Name] = c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
	}
	for i, s := range p.Status.InitContainerStatuses {
		switch {
		case s.State.Terminated != nil && s.State.Terminated.ExitCode == 0:
		case sidecars[s.Name] && s.Started != nil && *s.Started:
		case s.State.Terminated != nil:
			return "Init:" + terminated(s.State.Terminated)
		case s.State.Waiting != nil && s.State.Waiting.Reason != "" && s.State.Waiting.Reason != "PodInitializing":
			return "Init:" + s.State.Waiting.Reason
		default:
			return fmt.Sprintf("Init:%d/%d", i, len(p.Status.InitContainerStatuses))
		}
	}
	return ""
}

// containerState lets the containers speak, the first of them last, as kubectl does.
func containerState(p *corev1.Pod, state string) string {
	running := false
	for i := len(p.Status.ContainerStatuses) - 1; i >= 0; i-- {
		s := p.Status.ContainerStatuses[i]
		switch {
		case s.State.Waiting != nil && s.State.Waiting.Reason != "":
			state = s.State.Waiting.Reason
		case s.State.Terminated != nil:
			state = terminated(s.State.Terminated)
		case s.Ready && s.State.Running != nil:
			running = true
		}
	}
	if state != "Completed" || !running {
		return state
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return "Running"
		}
	}
	return "NotReady"
}

func terminated(t *corev1.ContainerStateTerminated) string {
	switch {
	case t.Reason != "":
		return t.Reason
	case t.Signal != 0:
		return fmt.Sprintf("Signal:%d", t.Signal)
	}
	return fmt.Sprintf("ExitCode:%d", t.ExitCode)
}

func podHealth(state string, ready bool) models.Health {
	switch state {
	case "Running":
		if ready {
			return models.Healthy
		}
		return models.Degraded
	case "Completed", "Succeeded":
		return models.Healthy
	case "Pending", "ContainerCreating", "PodInitializing", "SchedulingGated", "Terminating":
		return models.Awaiting
	case "Unknown", "NodeLost", "":
		return models.Unknown
	}
	if rest, ok := strings.CutPrefix(state, "Init:"); ok && strings.Contains(rest, "/") {
		return models.Awaiting
	}
	return models.Down
}

// podTrouble says what is wrong with the pods of an engine's role: "" if one of them works, or if there is none to judge by.
func (b *builder) podTrouble(role string) string {
	trouble := ""
	for _, p := range b.engine[role] {
		state, ready, restarts := podState(p)
		switch node := b.nodeTrouble(p.Spec.NodeName); {
		case state == "Running" && ready && node == "":
			return ""
		case state == "Running" && ready:
			trouble = fmt.Sprintf("pod `%s` is said to be Running, but its %s", p.Name, node)
		case restarts > 0:
			trouble = fmt.Sprintf("pod `%s` is in state %s after %s", p.Name, notReady(state), phrase.Count(restarts, "restart", "restarts"))
		default:
			trouble = fmt.Sprintf("pod `%s` is in state %s", p.Name, notReady(state))
		}
	}
	return trouble
}

// podLost returns when the last of the pods of a role lost its node; zero if none did, or nobody says.
func (b *builder) podLost(role string) time.Time {
	var last time.Time
	for _, p := range b.engine[role] {
		if at := b.lost(p.Spec.NodeName); at.After(last) {
			last = at
		}
	}
	return last
}

func notReady(state string) string {
	if state == "Running" {
		return "Running but not ready"
	}
	return state
}
