//go:build !unix

package kubetest

import "syscall"

// No process can be frozen here: sending either signal fails.
const (
	freeze = syscall.Signal(-1)
	resume = syscall.Signal(-1)
)

func dieWithParent() *syscall.SysProcAttr { return nil }

// giveWay does nothing: only on Linux do the threads of a program inherit its priority.
func giveWay(int) {}

// awaitFrozen does nothing: nothing freezes.
func awaitFrozen(int) {}
