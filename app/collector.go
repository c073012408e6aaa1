package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The heap may grow to aim between two collections. A bot that knows small clusters, of which little lives, is then seldom
// slowed down by a collection, and one that knows large ones does not take twice what they need. In percent of what lives it
// grows by mostPercent at most, and by leastPercent at least, or a heap near aim would be collected all the time.
const (
	aim          = 256 << 20
	leastPercent = 30
	mostPercent  = 120
)

// TuneCollector sets the pace of garbage collection until ctx ends. What starting has left behind goes back to the system
// first.
func TuneCollector(ctx context.Context) {
	debug.FreeOSMemory()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for last := 0; ; {
		metrics.Read(live)
		if percent := pace(live[0].Value.Uint64()); percent != last {
			debug.SetGCPercent(percent)
			last = percent
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// pace returns the percentage (GOGC) for a heap of so many bytes, in steps of ten.
func pace(live uint64) int {
	percent := (aim - int(live)) / 10 * 1000 / max(int(live), 1)
	return max(leastPercent, min(percent/10*10, mostPercent))
}
