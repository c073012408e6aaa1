package diagnosis

import (
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// crashRules find why a pod ends again and again, or runs and is not ready. Volumes are one cause of many: only what the
// container itself said makes one certain.
func crashRules() []rule {
	return []rule{
		{"not about storage", notStorage},
		{"evicted", evicted},
		{"out of memory", outOfMemory},
		{"volume", crashByVolume},
		{"volume full", volumeFull},
		{"I/O errors told", toldByContainer},
		{"application", func(e *evidence) *finding {
			p := e.pod
			if len(p.Volumes) == 0 {
				return nil
			}
			f := because(NotKnown, "%s", e.volumesOfPod()).link(podLink(p))
			if v := e.worst(); v != nil && serves(v) && len(e.strangeVolumes()) == 0 {
				f.cause += ", so the cause is most likely in the application and not in storage"
			}
			if p.LastExit != "" {
				f.cause += "; it ended last with: " + gist(p.LastExit)
				f.link(exitLink(p))
			}
			for _, name := range p.Volumes {
				if v := e.inv.Volume(name); v != nil {
					f.link(volumeLink(v))
				}
			}
			return f.run("see what it said before it ended", "kubectl -n %s logs %s --all-containers --previous", p.Namespace, p.Name).lack("the log of its containers is not read")
		}},
	}
}

func exitLink(p *models.Pod) Link {
	return Link{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, Field: "status.containerStatuses[].lastState.terminated", Says: gist(p.LastExit), Health: models.Down}
}

// badIO are the words of a program whose file system fails.
func badIO(text string) bool {
	return says(text, "input/output error", "i/o error", "read-only file system", "EROFS", "stale file handle", "transport endpoint")
}

// trouble returns what of a pod's last end or events tells of a failing file system, or "".
func (e *evidence) trouble() (string, *Link) {
	p := e.pod
	if badIO(p.LastExit) {
		l := exitLink(p)
		return gist(p.LastExit), &l
	}
	for _, ev := range e.events("Pod", p.Namespace, p.Name) {
		if badIO(ev.Message) {
			l := eventLink(ev)
			return gist(ev.Message), &l
		}
	}
	return "", nil
}

func crashByVolume(e *evidence) *finding {
	v := e.worst()
	f := e.volumeOfPod(models.ReadOnly)
	if f == nil || v.Health == models.Degraded || v.Health == models.Rebuilding {
		return nil
	}
	text, link := e.trouble()
	if link == nil {
		f.certainty = weaker(f.certainty, Likely)
		f.lack("that its containers end because of the volume: their log would say so (I/O error, read-only file system)")
	} else {
		f.cause += "; it says: " + text
		f.chain = append([]Link{*link}, f.chain...)
	}
	p := e.pod
	f.do = append([]Command{{Why: "see what it said before it ended", Run: fmt.Sprintf("kubectl -n %s logs %s --all-containers --previous", p.Namespace, p.Name)}}, f.do...)
	return f
}

func toldByContainer(e *evidence) *finding {
	text, link := e.trouble()
	if link == nil {
		return nil
	}
	f := because(Likely, "its file system fails: %s", text).link(*link)
	if v := e.worst(); v != nil {
		f.link(volumeLink(v)).lack(fmt.Sprintf("volume %s is %s: the kernel's log of node %s tells more", phrase.Code(v.KnownAs()), word(v.Health, v.State), e.pod.Node))
	}
	return f
}

func evicted(e *evidence) *finding {
	p := e.pod
	if p.State != "Evicted" {
		return nil
	}
	f := because(Certain, "its node %s ran short and put it out", phrase.Code(p.Node))
	if ev := e.newest("Pod", p.Namespace, p.Name, "Evicted"); ev != nil {
		f.cause += ": " + gist(ev.Message)
		f.link(eventLink(ev))
	}
	if n := e.findNode(p.Node); n != nil && len(n.Pressure) > 0 {
		f.cause += fmt.Sprintf(" (it is under %s)", phrase.And(n.Pressure))
		f.link(Link{Kind: "Node", Name: n.Name, Field: "status.conditions[" + n.Pressure[0] + "]", Says: "True", Health: models.Degraded})
	}
	return f
}

func outOfMemory(e *evidence) *finding {
	p := e.pod
	if p.State != "OOMKilled" && !strings.HasPrefix(p.LastExit, "OOMKilled") {
		return nil
	}
	return because(Certain, "it needs more memory than its limit (OOMKilled), which is not about storage").link(exitLink(p))
}

// volumeFull is for pods on a volume that has no space left.
func volumeFull(e *evidence) *finding {
	for _, name := range e.pod.Volumes {
		v := e.inv.Volume(name)
		if v == nil {
			continue
		}
		share, ok := models.Percent(v.Used, v.Capacity())
		told := says(e.pod.LastExit, "no space left", "disk full", "ENOSPC")
		if !told && (!ok || share < 98) || ok && share < 90 {
			continue
		}
		c := Likely
		if told && ok {
			c = Certain
		}
		f := because(c, "its volume %s has no space left", phrase.Code(v.KnownAs()))
		if ok {
			f.cause = fmt.Sprintf("its volume %s is %.0f %% used", phrase.Code(v.KnownAs()), share)
		}
		if told {
			f.cause += "; it says: " + gist(e.pod.LastExit)
			f.link(exitLink(e.pod))
		}
		l := volumeLink(v)
		l.Field, l.Says = "used of size", fmt.Sprintf("%s of %s", v.Used, v.Capacity())
		f.link(l)
		if class := e.findClass(v.StorageClass); class != nil && class.Expandable {
			f.do = append(f.do, Command{Why: fmt.Sprintf("ask for more: raise spec.resources.requests.storage of claim %s; class %s allows it", phrase.Scoped(v.Namespace, v.Claim), phrase.Code(class.Name))})
		}
		return f
	}
	return nil
}
