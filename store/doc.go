// Package store keeps what MuleBot must not forget: the workspaces that it serves, their clusters and slack cards, the
// dialogues, and the journal of messages that were acknowledged and not yet answered. It stands on package kv: one bbolt
// file, or memory.
//
// # Records
//
// A record is a value of JSON under a key that begins with its kind and its tenant:
//
//	workspace/TEAM/                        a Slack workspace and its tokens
//	cluster/TEAM/NAME/                     a cluster and its kubeconfig
//	card/TEAM/CHANNEL/                     which clusters a channel asks about
//	journal/TEAM/MESSAGE/                  a message without an answer yet
//	answered/TEAM/MESSAGE/                 that a message has had its answer, for at least two hours
//	conversation/TEAM/CHANNEL/THREAD/      that MuleBot takes part in a conversation, and its dialogue; for thirty days
//	training/TEAM/                         the files of a workspace's own intents
//	secret/TEAM/NAME/                      a secret for the HTTP requests of those
//	draft/TEAM/ID/                         what was submitted and not yet activated: training files, a kubeconfig; for a day
//	grant/TEAM/WHO/CLUSTERS/NAMESPACES/    the role of a user or of a user group
//	departure/TEAM/                        that the app was removed from the workspace; for thirty days, and with it all of the tenant
//	audit/TEAM/NUMBER/                     an entry of the audit log; audit-text/… what was said, which goes earlier
//	audit-start/TEAM/, audit-end/TEAM/     where its chain of hashes begins by now, and ends
//	usage/TEAM/                            how many bytes all of these have
//	expiry/TIME/KEY                        that KEY may have expired at TIME
//	schema/, check/, tidied/               of the file as a whole
//
// Only keys.go builds keys. Ids are escaped there, so that none can collide with another or reach out of its tenant.
//
// # Limits
//
// What a tenant has is counted in every transaction that writes ([Usage]), and bounded by [Limits]: clusters and cards by number,
// everything by its bytes. What people set up beyond that is refused; messages never are: what they leave behind gives way,
// the oldest entries of the audit log first.
//
// # Seals
//
// Every record is sealed: encrypted and authenticated (AES-256-GCM by Tink) with its own key as associated data, so that a
// record that was copied to another tenant, or to another id, does not open. In clear stand only the keys, the times of
// expiry and the number of the schema. The key lies in a file of its own, made at the first start ([LoadKey]), or comes
// from the environment ([ParseKey]).
//
// # The life of a message
//
// [Store.Append] makes a message durable before it is acknowledged to Slack, and tells new ones from those that came
// before. [Store.Done] takes it out, remembers for two hours that it was answered, and keeps the dialogue, in one
// transaction. What is left after a crash is [Store.Unanswered]. Each Done clears away a few records that have expired, so
// that the file stays as small as its traffic; [Store.Prune] clears away all of them.
package store
