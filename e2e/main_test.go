//go:build e2e || bench

package e2e

import (
	"os"
	"testing"

	"github.com/mulebot/mulebot/kube/kubetest"
)

var env kubetest.Env

func TestMain(m *testing.M) { os.Exit(env.Main(m)) }
