//go:build unix

package kubetest

import "syscall"

// awaitFrozen waits until a child that was sent freeze stands still: until then it may answer.
func awaitFrozen(pid int) {
	var status syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); err != syscall.EINTR {
			return
		}
	}
}
