package kube

import (
	"fmt"

	"github.com/mulebot/mulebot/models"
)

// cstorHealth translates status.phase of a CStorVolume, a CStorVolumeReplica or a CStorPoolInstance.
func cstorHealth(phase string) models.Health {
	switch phase {
	case "Healthy", "ONLINE":
		return models.Healthy
	case "Rebuilding", "ReconstructingNewReplica":
		return models.Rebuilding
	case "Degraded", "NewReplicaDegraded", "DEGRADED":
		return models.Degraded
	case "Init", "Recreate", "Pending", "":
		return models.Awaiting
	case "Offline", "Error", "Invalid", "OFFLINE", "FAULTED", "UNAVAIL", "REMOVED", "PoolCreationFailed":
		return models.Down
	}
	return models.Unknown
}

// defaultReadOnlyLimit is the share of a cStor pool, in percent, at which it turns read-only where nothing else is set.
const defaultReadOnlyLimit = 85

func (b *builder) addCStorPools() {
	for _, object := range b.o.Custom["CStorPoolInstance"] {
		f := fields(object)
		phase := f.str("status", "phase")
		used, free, total := f.str("status", "capacity", "used"), f.str("status", "capacity", "free"), f.str("status", "capacity", "total")
		p := models.Pool{Name: f.name(), Node: b.node(f.str("spec", "hostName")), Engine: models.CStor, Kind: "cStor pool",
			Health: cstorHealth(phase), State: phase, Size: cstorBytes(total), Used: cstorBytes(used), Free: cstorBytes(free),
			Committed: models.UnknownBytes, ReadOnly: f.yes("status", "readOnly"), Group: f.label("openebs.io/cstor-pool-cluster"),
			Replicas: -1, Created: f.created()}
		if p.Size.IsKnown() {
			p.Written = fmt.Sprintf("%s, %s used, %s free", total, used, free)
		}
		if n, ok := f.number("status", "provisionedReplicas"); ok {
			p.Replicas = int(n)
		}
		p.Conditions, p.Details = f.conditions(), cstorPoolDetails(f)
		b.cstorDisks(&p, f)
		b.cstorConditions(&p, f)
		b.cstorThreshold(&p, f)
		b.distrust(&p, "CStorPoolInstance says status.phase "+phase, b.podTrouble(cstorPoolPod+p.Name))
		if p.Health == models.Down && p.Size.IsKnown() {
			p.Notes = append(p.Notes, "its capacity figures are the last that it reported before it went down")
		}
		b.addPool(p)
	}
}

// cstorDisks lists the block devices of a pool, and notes those that are gone.
func (b *builder) cstorDisks(p *models.Pool, f fields) {
	for _, group := range append(f.list("spec", "dataRaidGroups"), f.list("spec", "writeCacheRaidGroups")...) {
		for _, disk := range group.list("blockDevices") {
			name := disk.str("blockDeviceName")
			p.Disks = append(p.Disks, name)
			p.Raid = f.str("spec", "poolConfig", "dataRaidGroupType")
			b.diskOwners[name] = p.Name
			device := b.custom["BlockDevice"][name]
			if state := device.str("status", "state"); state != "" && state != "Active" {
				p.Notes = append(p.Notes, fmt.Sprintf("BlockDevice `%s` (%s) says status.state %s", name, device.str("spec", "path"), state))
			}
		}
	}
}

// cstorConditions takes over the conditions that tell of lost disks or a lost pool.
func (b *builder) cstorConditions(p *models.Pool, f fields) {
	for _, kind := range []string{"DiskUnavailable", "PoolLost"} {
		c := f.condition(kind)
		if c.str("status") != "True" {
			continue
		}
		at := c.time("lastTransitionTime")
		p.Entered, p.Since = at, at
		p.Notes = append(p.Notes, fmt.Sprintf("CStorPoolInstance condition %s%s: %s", kind, since(at), c.str("message")))
		worst := models.Degraded
		if kind == "PoolLost" {
			worst = models.Down
		}
		p.Health = p.Health.Worse(worst)
	}
}

// cstorThreshold notes a pool that is read-only or will be soon.
func (b *builder) cstorThreshold(p *models.Pool, f fields) {
	limit := float64(defaultReadOnlyLimit)
	if n, ok := f.number("spec", "poolConfig", "roThresholdLimit"); ok && n > 0 {
		limit = n
	}
	if limit < 100 {
		p.Limit = limit
	}
	percent, known := models.Percent(p.Used, p.Used+p.Free)
	known = known && p.Free.IsKnown()
	switch {
	case p.ReadOnly:
		used := "how full it is is not known; it"
		if known {
			used = fmt.Sprintf("it is %.0f %% used, and", percent)
		}
		p.Health = p.Health.Worse(models.ReadOnly)
		p.Notes = append(p.Notes, fmt.Sprintf("CStorPoolInstance says status.readOnly true: %s turns read-only at %.0f %% (spec.poolConfig.roThresholdLimit)", used, limit))
	case known && limit < 100 && percent >= limit-10:
		p.Notes = append(p.Notes, fmt.Sprintf("%.0f %% used; it turns read-only at %.0f %% (spec.poolConfig.roThresholdLimit)", percent, limit))
	}
}

func (b *builder) cstorVolume(v *models.Volume) {
	cv, config := b.custom["CStorVolume"][v.Name], b.custom["CStorVolumeConfig"][v.Name]
	v.Desired = config.count("spec", "provision", "replicaCount")
	if n := cv.count("spec", "replicationFactor"); n > 0 {
		v.Desired = max(n, cv.count("spec", "desiredReplicationFactor"))
	}
	for _, f := range b.byVolume["CStorVolumeReplica"][v.Name] {
		r := b.cstorReplica(v.Name, f)
		b.held[poolKey(models.CStor, r.Node, r.Pool)]++
		v.Replicas = append(v.Replicas, r)
	}
	sortReplicas(v)
	b.cstorUsed(v)
	b.cstorAttachment(v, config)
	b.cstorDetails(v, cv, config)
	if b.cstorAwaiting(v, cv, config) {
		return
	}
	v.State, v.Entered = cv.str("status", "phase"), cv.time("status", "lastTransitionTime")
	v.Health, v.Since = cstorHealth(v.State), v.Entered
	quorum := cv.count("spec", "consistencyFactor")
	if quorum == 0 {
		quorum = v.Desired/2 + 1
	}
	v.Quorum = quorum
	if b.seen("CStorVolumeReplica") {
		judgeReplicas(v, "CStorVolume says status.phase "+v.State, quorum, cstorHealth)
	}
	if trouble := b.podTrouble(cstorTarget + v.Name); trouble != "" {
		v.Notes = append(v.Notes, fmt.Sprintf("CStorVolume says status.phase %s, but its target does not work: %s", v.State, trouble))
		fall(&v.Health, &v.Since, models.Down, b.podLost(cstorTarget+v.Name))
	}
}

// cstorAwaiting reports, and notes, that a volume was not provisioned: cStor's CSI driver lets a claim become Bound before
// there is any replica.
func (b *builder) cstorAwaiting(v *models.Volume, cv, config fields) bool {
	phase := config.str("status", "phase")
	switch {
	case config != nil && phase != "Bound" && cv == nil:
		v.State, v.Health = phase, models.Awaiting
		if phase == "Failed" {
			v.Health = models.Down
		}
		note := fmt.Sprintf("PersistentVolumeClaim says status.phase %s, but CStorVolumeConfig `%s` says %s: no replica was made", v.ClaimPhase, v.Name, phase)
		if e := b.reason("CStorVolumeConfig", config.namespace(), v.Name); e != "" {
			note += "; event " + e
		}
		v.Notes = append(v.Notes, note)
		pools := config.label("openebs.io/cstor-pool-cluster")
		if pools != "" && b.seen("CStorPoolCluster") && b.custom["CStorPoolCluster"][pools] == nil {
			v.Notes = append(v.Notes, fmt.Sprintf("CStorPoolCluster `%s`, which storage class `%s` names, does not exist", pools, v.StorageClass))
		}
	case cv == nil && b.seen("CStorVolume"):
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("PersistentVolume says status.phase %s, but there is no CStorVolume of its name", v.Phase))
	case cv == nil:
		v.Health = models.Unknown
		v.Notes = append(v.Notes, "its CStorVolume could not be read, so its state is not known")
	default:
		return false
	}
	return true
}

func (b *builder) cstorReplica(volume string, f fields) models.Replica {
	r := models.Replica{Name: f.name(), Volume: volume, Node: b.node(f.annotation("cstorpoolinstance.openebs.io/hostname")),
		Pool: f.label("cstorpoolinstance.openebs.io/name"), State: f.str("status", "phase"), Entered: f.time("status", "lastTransitionTime"),
		Size: f.bytes("spec", "capacity"), Used: cstorBytes(f.str("status", "capacity", "used")),
		Occupied: cstorBytes(f.str("status", "capacity", "total")), Progress: -1, Created: f.created()}
	r.Health, r.Since = cstorHealth(r.State), r.Entered
	b.distrustReplica(&r, models.CStor, "CStorVolumeReplica says status.phase "+r.State)
	return r
}

// cstorUsed takes what a healthy replica reports, as the kubectl plugin does; where none is, what one says that can only be read, and
// where none of these is, what one that was healthy said last.
func (b *builder) cstorUsed(v *models.Volume) {
	for _, from := range []struct {
		health models.Health
		source string
	}{
		{models.Healthy, "its healthy replica on `%s`, which writes %q"},
		{models.ReadOnly, "its read-only replica on `%s`, which writes %q"},
		{models.Down, "its replica on `%s`, which wrote %q before it was lost"},
	} {
		for _, r := range v.Replicas {
			if r.State == "Healthy" && r.Used.IsKnown() && r.Health == from.health {
				v.Used, v.UsedSource = r.Used, fmt.Sprintf(from.source, r.Pool, b.custom["CStorVolumeReplica"][r.Name].str("status", "capacity", "used"))
				return
			}
		}
	}
}

// cstorAttachment finds where the volume is mounted.
func (b *builder) cstorAttachment(v *models.Volume, config fields) {
	attachments := b.byVolume["CStorVolumeAttachment"][v.Name]
	for _, a := range attachments {
		node := b.node(a.label("nodeID"))
		if v.Node == "" || a.str("status") == "Mounted" {
			v.Node = node
		}
		if status := a.str("status"); status != "Mounted" && status != "" {
			v.Notes = append(v.Notes, fmt.Sprintf("CStorVolumeAttachment on node `%s` says status %s", node, status))
		}
	}
	if len(attachments) == 0 && config.str("status", "phase") == "Bound" && v.Node == "" {
		v.Node = b.node(config.str("publish", "nodeId"))
	}
}

func (b *builder) addBlockDevices() {
	for _, object := range b.o.Custom["BlockDevice"] {
		f := fields(object)
		d := models.BlockDevice{Name: f.name(), Node: b.node(f.str("spec", "nodeAttributes", "nodeName")), Path: f.str("spec", "path"),
			Size: f.bytes("spec", "capacity", "storage"), Claimed: f.str("status", "claimState"), State: f.str("status", "state"),
			Health: models.Unknown, Filesystem: f.str("spec", "filesystem", "fsType"), Mount: f.str("spec", "filesystem", "mountPoint"),
			Pool: b.diskOwners[f.name()], Created: f.created()}
		switch d.State {
		case "Active":
			d.Health = models.Healthy
		case "Inactive":
			d.Health = models.Down
		}
		if trouble := b.nodeTrouble(d.Node); trouble != "" {
			d.Notes = append(d.Notes, fmt.Sprintf("BlockDevice says status.state %s, but its %s", d.State, trouble))
			d.Health = models.Down
		}
		b.inv.BlockDevices = append(b.inv.BlockDevices, d)
	}
}
