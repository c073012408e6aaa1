package kube

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// addComponents sums up the pods that make up each engine, and the node disk manager, by the namespace that they are in.
func (b *builder) addComponents() {
	at := map[string]int{}
	for _, p := range b.pods {
		name := componentName(p)
		engine, ok := engineOfComponent(p, name)
		if !ok {
			continue
		}
		k := key(p.Namespace, string(engine))
		i, known := at[k]
		if !known {
			i = len(b.inv.Components)
			at[k] = i
			b.inv.Components = append(b.inv.Components, models.Component{Engine: engine, Namespace: p.Namespace})
		}
		c := &b.inv.Components[i]
		c.Pods++
		if trouble := b.trouble(p); trouble != "" {
			c.Broken = append(c.Broken, fmt.Sprintf("`%s` %s", p.Name, trouble))
		}
		if name != "" && !slices.Contains(c.Parts, name) {
			c.Parts = append(c.Parts, name)
		}
		if n := p.Spec.NodeName; n != "" && !slices.Contains(c.Nodes, n) {
			c.Nodes = append(c.Nodes, n)
		}
		if v := componentVersion(p); v != "" && !slices.Contains(c.Versions, v) {
			c.Versions = append(c.Versions, v)
		}
	}
	for i := range b.inv.Components {
		slices.Sort(b.inv.Components[i].Parts)
		slices.Sort(b.inv.Components[i].Versions)
		slices.Sort(b.inv.Components[i].Nodes)
	}
	slices.SortFunc(b.inv.Components, func(x, y models.Component) int {
		return cmp.Or(strings.Compare(string(x.Engine), string(y.Engine)), strings.Compare(x.Namespace, y.Namespace))
	})
}

// componentVersion is the version of an engine that a pod is of: its label says it, else its image.
func componentVersion(p *corev1.Pod) string {
	if v := p.Labels[versionLabel]; v != "" {
		return v
	}
	if m := versionedImage.FindStringSubmatch(versionImage(p)); m != nil {
		return m[1]
	}
	return ""
}

// versionedImage is an image of OpenEBS with a version for its tag; the sidecars of CSI have versions of their own.
var versionedImage = regexp.MustCompile(`(?:^|/)openebs/[^/:@]+:v?(\d+(?:\.\d+)+(?:-[\w.-]+)?)(?:@|$)`)

// versionImage returns the image that says which version of OpenEBS a pod without a label for it is of; "" if none does.
func versionImage(p *corev1.Pod) string {
	if p.Labels[versionLabel] != "" {
		return ""
	}
	for i := range p.Spec.Containers {
		if image := p.Spec.Containers[i].Image; versionedImage.MatchString(image) {
			return image
		}
	}
	return ""
}

// trouble says why a pod does not work; "" if it does.
func (b *builder) trouble(p *corev1.Pod) string {
	state, ready, _ := podState(p)
	switch node := b.nodeTrouble(p.Spec.NodeName); {
	case node != "":
		return "(its " + node + ")"
	case state == "Running" && ready, state == "Completed", state == "Succeeded":
		return ""
	}
	return "(" + notReady(state) + ")"
}

// componentName is the part of an engine that a pod is: "cvc-operator", "csi-node"; "" for the pods of single volumes and pools.
func componentName(p *corev1.Pod) string {
	if name := p.Labels["openebs.io/component-name"]; name != "" {
		return name
	}
	if p.Labels["openebs.io/release"] != "" || p.Labels["app"] == "api-rest" || p.Labels["app"] == "io-engine" {
		return p.Labels["app"]
	}
	return ""
}

// engineOfComponent recognises the engine that a pod is a part of; the node disk manager is of none.
func engineOfComponent(p *corev1.Pod, name string) (models.Engine, bool) {
	if r := role(p); r != "" && !strings.HasPrefix(r, operator) {
		return agentOf(r, p).Engine, true
	}
	for _, word := range []struct {
		part   string
		engine models.Engine
	}{{"cstor", models.CStor}, {"cspc", models.CStor}, {"cvc", models.CStor}, {"jiva", models.Jiva}, {"lvm", models.LVM}, {"zfs", models.ZFS}, {"localpv", models.Hostpath}, {"ndm", ""}} {
		if strings.Contains(name, word.part) {
			return word.engine, true
		}
	}
	return models.Mayastor, name != "" && p.Labels["openebs.io/release"] != ""
}
