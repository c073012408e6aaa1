package models

// Engine is what provides a volume.
type Engine string

// The engines. OtherOpenEBS stands for an "*.openebs.io" driver that MuleBot does not know, OtherCSI for every other
// provisioner: their volumes are listed with what the core objects say.
const (
	Mayastor     Engine = "mayastor"
	CStor        Engine = "cstor"
	Jiva         Engine = "jiva"
	Hostpath     Engine = "hostpath"
	LVM          Engine = "lvm"
	ZFS          Engine = "zfs"
	OtherOpenEBS Engine = "other-openebs"
	OtherCSI     Engine = "other"
)

// Local reports whether the engine keeps a single copy on one node, so that a volume cannot be degraded, only down.
func (e Engine) Local() bool { return e == Hostpath || e == LVM || e == ZFS }
