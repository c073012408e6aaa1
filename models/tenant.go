package models

import "time"

// Workspace is a Slack workspace that MuleBot serves. One app-level token may serve many workspaces (one app installed in
// each), or each workspace may have an app, and so a token, of its own.
type Workspace struct {
	Team     TeamID
	Name     string
	AppToken Secret // xapp-…: opens Socket Mode connections
	BotToken Secret // xoxb-…: calls the Web API in this workspace
	AddedAt  time.Time
}

// Cluster is a Kubernetes cluster that a workspace registered.
type Cluster struct {
	Ref        ClusterRef
	Kubeconfig Secret // a whole kubeconfig file; empty: the cluster that MuleBot itself runs in
	Context    string // of the kubeconfig; empty: its current context
	// Prometheus is where its file systems' figures may be asked for too: a URL, which may hold a password, or
	// NAMESPACE/SERVICE:PORT; empty: nowhere.
	Prometheus Secret
	AddedAt    time.Time
}

// Card is the slack card: it links a channel of a workspace to the clusters that are asked about there. Channel may be
// [AnyChannel].
type Card struct {
	Team      TeamID    `json:"team"`
	Channel   ChannelID `json:"channel"`
	Clusters  []string  `json:"clusters"`
	Namespace string    `json:"namespace,omitempty"` // assumed where a question names none; empty: all
	AddedAt   time.Time `json:"added_at"`
}
