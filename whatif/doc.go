// Package whatif answers "can I?" and "what if?" over an inventory: what becomes of volumes and pods when nodes or pools
// go away or are wiped, what a volume can still lose, what another number of replicas would take, where a volume would fit or a pod
// could run, and whether a volume can grow. Everything in it is a pure function of a
// [models.Inventory]; nothing is asked of a cluster, and nothing is changed.
//
// What an engine needs to go on:
//
//	cStor     half of its replicas plus one, healthy; one that is being rebuilt does not count; below that no I/O,
//	          unless ones in pools that are read-only make up for it: then it can be read
//	Jiva      the same to be written to; below that read-only, while one is left
//	Mayastor  one healthy replica; one that is being rebuilt does not count
//	local     its node and its pool: there is no other copy (LVM, ZFS, hostpath)
//
// What serves a volume (cStor's target, Jiva's controller, Mayastor's nexus) is no copy: where it goes away, I/O pauses until it has
// started elsewhere.
//
// A drain is judged up to the moment that the node is away, since that is what nodes are drained for. The pods of cStor's pools
// and Jiva's replicas are evicted by the drain itself and can run nowhere else; Mayastor's replicas serve on until the
// node is shut down.
package whatif
