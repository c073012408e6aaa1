// Package models is the vocabulary of MuleBot: the nouns that the other packages exchange, one to a file, with no I/O,
// no interface and nothing but the standard library behind them. The other packages import it instead of one another.
//
// Three groups of nouns live here.
//
//   - The conversation: a [Message] comes in through a door (Slack, the console), a [Reply] goes out, and a [Dialogue]
//     is what is remembered of a thread in between. A question that was understood is a [Query].
//   - The tenant: a [Workspace] is a Slack workspace (team) that MuleBot serves; a [Cluster] is a Kubernetes cluster that
//     the workspace registered; a [Card] links one channel of the workspace to clusters. No cluster can be named without
//     its tenant: see [ClusterRef].
//   - The storage: an [Inventory] is everything MuleBot knows of one cluster at one moment: volumes, claims, replicas,
//     pools, nodes, storage classes, snapshots, quotas, pods and events. Inventories are immutable once built and are shared
//     between goroutines without locks.
//
// "Volume" always means a PersistentVolume with what its engine says about it, and "claim" a PersistentVolumeClaim.
// "Snapshot" always means a VolumeSnapshot. "Model", in the singular, always means a trained nlp.Model and never a noun
// of this package.
package models
