package kubetest

import "syscall"

// The signals that freeze a process and let it go on.
const (
	freeze = syscall.SIGSTOP
	resume = syscall.SIGCONT
)

// dieWithParent has the kernel kill the child when the test's process ends without stopping it.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// giveWay lowers the priority of a program that has just started, and of the threads it will make: an API server stands for
// one that runs on another machine, and is not to take the cores from what is tested or measured on this one.
func giveWay(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10) }
