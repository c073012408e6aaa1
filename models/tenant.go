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
	// Until is when what is kept of the workspace goes, because the app was removed from it; zero: it was not.
	Until time.Time
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

	// Imported says that the kubeconfig came from the workspace and not from whoever runs MuleBot: it may not do all that a
	// kubeconfig can.
	Imported bool
	// Impersonate makes MuleBot ask the cluster as a user and a group that stand for the asker's role, so that the cluster's
	// own RBAC decides.
	Impersonate bool
	By          UserID // who imported it; empty: whoever runs MuleBot
}
