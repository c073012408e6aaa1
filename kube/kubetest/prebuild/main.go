// Command prebuild builds the Kubernetes API server and the etcd of package kubetest, if they are not yet in the cache, so
// that no test spends minutes on it:
//
//	go run ./kube/kubetest/prebuild
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mulebot/mulebot/kube/kubetest"
)

func main() {
	if err := kubetest.Prebuild(context.Background(), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "prebuild:", err)
		os.Exit(1)
	}
}
