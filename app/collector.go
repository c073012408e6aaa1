package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The heap grows by headroom between two collections, whatever it holds: then a bot that knows small clusters is seldom
// slowed down by one, and a bot that knows large ones does not take twice what they need. In percent of what lives it stays
// between leastPercent, or a heap much larger would be collected all the time, and mostPercent.
const (
	headroom     = 96 << 20
	leastPercent = 40
	mostPercent  = 300
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
	percent := int(100 * headroom / max(live, 1))
	return max(leastPercent, min(percent/10*10, mostPercent))
}
