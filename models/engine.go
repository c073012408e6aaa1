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

// Title writes the engine as its makers do.
func (e Engine) Title() string {
	switch e {
	case Mayastor:
		return "Mayastor"
	case CStor:
		return "cStor"
	case Jiva:
		return "Jiva"
	case LVM:
		return "LVM"
	case ZFS:
		return "ZFS"
	case OtherOpenEBS:
		return "other OpenEBS"
	case OtherCSI:
		return "non-OpenEBS"
	}
	return string(e)
}
