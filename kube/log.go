package kube

import (
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// silence keeps client-go from writing to standard error, once for the process: it has one logger, which may be set only
// while nobody uses it. What matters of a connection is logged by us, with the logger that was injected.
var silence = sync.OnceFunc(func() { klog.SetLogger(logr.Discard()) })
