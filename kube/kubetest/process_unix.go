//go:build unix && !linux

package kubetest

import "syscall"

// The signals that freeze a process and let it go on.
const (
	freeze = syscall.SIGSTOP
	resume = syscall.SIGCONT
)

// dieWithParent does nothing: only Linux offers it.
func dieWithParent() *syscall.SysProcAttr { return nil }

// giveWay does nothing: only on Linux do the threads of a program inherit its priority.
func giveWay(int) {}
