package kube

import "time"

// States says how the clusters are that are asked about.
type States struct {
	Connecting, Answering, Silent int           // clusters: not read yet; answering; not answering
	Oldest                        time.Duration // since the answering one that was heard of longest ago was
}

// States returns how the clusters are. Names that stand for the same server and credentials count once.
func (c *Clusters) States() (s States) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.options.Now()
	for _, connection := range c.connections {
		connection.mu.Lock()
		down, contact := connection.down, connection.contact
		connection.mu.Unlock()
		switch {
		case down != nil:
			s.Silent++
		case contact.IsZero():
			s.Connecting++
		default:
			s.Answering++
			s.Oldest = max(s.Oldest, now.Sub(contact))
		}
	}
	return s
}
