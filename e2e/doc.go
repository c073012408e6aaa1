// Package e2e proves the product as a whole, on real parts: the program in-process or as a process of its own, a real
// Kubernetes API server with sample clusters, a real bbolt file, and the Slack simulator.
//
//	go test ./e2e/               # the questions of testdata/questions.yml and of docs/questions.md, answered offline
//	go test -tags e2e ./e2e/     # the same, and the conversations of testdata/*.txtar, through Slack and API servers
//	go test -tags bench ./e2e/   # figures: latency, throughput, memory, dropped sockets, kills (see Taskfile.yml)
package e2e
