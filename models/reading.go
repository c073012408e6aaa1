package models

import "fmt"

// Reading is how far a cluster has been read that is read for the first time.
type Reading struct {
	Kinds, AllKinds int // of objects, that have been read and that there are
	Objects         int // that have come
	Left            int // that are known to come yet; servers that stream their objects do not tell
}

// String words a reading: "30 of 36 kinds of objects, 41000 of about 90000 objects so far".
func (r Reading) String() string {
	kinds := fmt.Sprintf("%d of %d kinds of objects, ", r.Kinds, r.AllKinds)
	if r.Left > 0 {
		return kinds + fmt.Sprintf("%d of about %d objects so far", r.Objects, r.Objects+r.Left)
	}
	return kinds + fmt.Sprintf("%d objects so far", r.Objects)
}
