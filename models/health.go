package models

// Health is the state of a thing in one of seven words, the same for every engine. The engine's own word stands beside it
// in the State field of the thing.
type Health string

// The words, from best to worst.
const (
	Healthy    Health = "healthy"
	Rebuilding Health = "rebuilding" // serves; a copy is being made
	Awaiting   Health = "pending"    // not there yet
	Unknown    Health = "unknown"    // the evidence does not say
	Degraded   Health = "degraded"   // serves; redundancy is lost
	ReadOnly   Health = "read-only"  // serves reads only
	Down       Health = "down"       // serves nothing
)

// severity orders the words of health; the words themselves sort alphabetically.
var severity = map[Health]int{Healthy: 0, Rebuilding: 1, Awaiting: 2, Unknown: 3, Degraded: 4, ReadOnly: 5, Down: 6}

// Severity is 0 for healthy and grows as health gets worse.
func (h Health) Severity() int { return severity[h] }

// Worse returns the worse of two.
func (h Health) Worse(o Health) Health {
	if o.Severity() > h.Severity() {
		return o
	}
	return h
}
