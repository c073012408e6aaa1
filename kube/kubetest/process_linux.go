package kubetest

import "syscall"

// The signals that freeze a process and let it go on.
const (
	freeze = syscall.SIGSTOP
	resume = syscall.SIGCONT
)

// dieWithParent has the kernel kill the child when the test's process ends without stopping it.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
