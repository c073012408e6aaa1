// Package diagnosis finds out why a thing of a cluster is as it is.
//
// [Why] is a pure function over an inventory, and the inventory's own time is its clock. The way of a question is short: the
// thing is looked up and becomes the evidence; a table of symptoms for its kind says which one it shows (a claim is pending,
// a volume is down); and the symptom's rules, in their order, look for what is known to cause it. The first that finds
// something answers.
//
// A rule follows the objects from the symptom to what is behind it: claim, volume, replicas, pool, disk, node, with pods,
// storage classes, events, attachments and snapshots beside them. Rules of one symptom ask the rules of another: a pod that
// cannot mount its volume is asked about by its volume, and that by its pool.
//
// A cause is [Certain] only where the objects prove it: a node that is NotReady and holds the only copy. What merely fits is
// [Likely]. Where the evidence ends, the diagnosis says what is missing.
package diagnosis
