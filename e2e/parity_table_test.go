package e2e

// parityCommand is a table that the kubectl plugin prints, or a list of labelled values, and the question for the same.
type parityCommand struct {
	command string // as it is typed
	title   string // of the part of its output; "" for all
	ask     string // with {name}, {node} and {pool} of a line
	cluster string // the sample cluster and
	thing   map[string]string
	columns []parityColumn
}

// parityColumn is one column and where the answer has it: the labels of facts, of which one is enough, "text" for the answer's
// sentence, or "column KEY" of the line of a table. want is what must be there for the thing of the sample cluster, by its
// manifests.
type parityColumn struct {
	column string
	where  string
	want   string
	is     verdict
	note   string
	ask    string // where another question than the command's answers
}

// verdict compares the plugin's column with the answer.
type verdict string

const (
	equal    verdict = "equal"
	better   verdict = "better"   // the same value, and more
	misleads verdict = "misleads" // the plugin's value is wrong, or says less than its heading
	moment   verdict = "equal, at its own moment"
	reworded verdict = "equal, in other words"
)

// parity is every column of what "kubectl openebs" prints: openebsctl v0.5.1, and the newer plugin for what the older does not know.
var parity = []parityCommand{
	{"get volumes", "", "describe volume {name}", "harbor", map[string]string{"name": "pvc-7dc7409b-83bb-5e8a-b151-f279bf53e974"}, []parityColumn{
		{"NAMESPACE", "Namespace of its objects", "openebs", better, "the plugin's is that of the engine's objects; the answer has the claim's too", ""},
		{"NAME", "text", "pvc-7dc7409b-83bb-5e8a-b151-f279bf53e974", misleads, "the plugin lists the hostpath volumes that hold Jiva's replicas as if they were an application's, and no volume of Mayastor", ""},
		{"STATUS", "Health", "down (Healthy)", misleads, "the plugin repeats what the engine's object says, though its node is lost; and has nothing for hostpath", ""},
		{"VERSION", "Version", "3.6.0", better, "for LVM and ZFS, N/A there, the version is that of the engine's pods", ""},
		{"CAPACITY", "Size", "100 GiB", better, "with the request beside it while a resize is not done", ""},
		{"STORAGE CLASS", "Storage class", "cstor-3", equal, "", ""},
		{"ATTACHED", "Phase", "Bound", misleads, "the heading says attached, the value is the PersistentVolume's phase; \"Attached to\" is what the heading means", ""},
		{"ACCESS MODE", "Access modes", "ReadWriteOnce", equal, "", ""},
		{"ATTACHED NODE", "Attached to|Node", "dock-3", equal, "", ""},
	}},
	{"get storage", "cStor", "describe pool {name}", "harbor", map[string]string{"name": "cspc-main-t9wz"}, []parityColumn{
		{"NAME", "text", "cspc-main-t9wz", equal, "", ""},
		{"HOSTNAME", "Node", "dock-3", equal, "", ""},
		{"FREE", "Free", "679 GiB", misleads, "cStor's G are GiB: the plugin takes them for GB and prints 7 % less", ""},
		{"CAPACITY", "Size", "800 GiB", misleads, "the same; \"As the engine writes it\" quotes 800G", ""},
		{"READ ONLY", "Read-only", "no, from 85% used on", better, "with the share at which it turns so", ""},
		{"PROVISIONED REPLICAS", "Replicas", "2", equal, "", ""},
		{"HEALTHY REPLICAS", "Replicas that cStor calls healthy", "2", misleads, "cStor's count goes stale with its node; \"replicas in pool …\" judges each", ""},
		{"STATUS", "Health", "down (ONLINE)", misleads, "ONLINE though the pool's node is lost", ""},
		{"AGE", "Age", "227 days", moment, "", ""},
	}},
	{"get storage", "LVM", "describe pool {pool} on {node}", "quarry", map[string]string{"pool": "vg-thin", "node": "pit-2"}, []parityColumn{
		{"NAME", "text", "vg-thin", equal, "", ""},
		{"FREESIZE", "Free", "0 B", misleads, "0 for a group that is all thin pool, and not full: the thin pool, which the plugin does not know, has a line of its own", ""},
		{"TOTALSIZE", "Size", "300 GiB", equal, "", ""},
	}},
	{"get storage", "ZFS", "describe pool {pool} on {node}", "quarry", map[string]string{"pool": "tank", "node": "pit-1"}, []parityColumn{
		{"NAME", "text", "tank", equal, "", ""},
		{"FREESIZE", "Free", "61 GiB", better, "with used space and size", ""},
	}},
	{"get bd", "", "describe block device {name}", "harbor", map[string]string{"name": "blockdevice-e844a1e55d3e5acab2fc473e0c4b563d"}, []parityColumn{
		{"NAME", "text", "blockdevice-e844a1e55d3e5acab2fc473e0c4b563d", equal, "", ""},
		{"PATH", "Path", "/dev/sdb", equal, "", ""},
		{"SIZE", "Size", "1 TiB", equal, "", ""},
		{"CLAIMSTATE", "Claimed", "Unclaimed", equal, "", ""},
		{"STATUS", "State", "Active", better, "Health beside it knows when the node is lost", ""},
		{"FSTYPE", "File system", "ext4", equal, "", ""},
		{"MOUNTPOINT", "Mounted at", "/mnt/scratch", equal, "", ""},
	}},
	{"cluster-info", "", "describe cluster {cluster}", "quarry", map[string]string{"name": "localpv-lvm", "cluster": "quarry"}, []parityColumn{
		{"CAS-TYPE", "{engine}", "3 of 3", reworded, "and Mayastor is there too", ""},
		{"NAMESPACE", "{engine}", "namespace openebs", equal, "", ""},
		{"VERSION", "{engine}", "version 1.9.1", misleads, "for localpv-device it is that of the hostpath provisioner, which it counts in", ""},
		{"WORKING", "{engine}", "3 of 3 pods work", misleads, "the plugin counts kinds of pods of which any is in phase Running, one that crashes in a loop too; the answer counts pods that are ready on a node that is, and names the others", ""},
		{"STATUS", "{engine}", "3 of 3 pods work", misleads, "the same", ""},
	}},
	{"describe storage", "cStor", "describe pool {name}", "harbor", map[string]string{"name": "cspc-main-a7kd"}, []parityColumn{
		{"NAME", "text", "cspc-main-a7kd", equal, "", ""},
		{"HOSTNAME", "Node", "dock-1", equal, "", ""},
		{"SIZE", "Size", "800 GiB", misleads, "cStor's G are GiB", ""},
		{"FREE CAPACITY", "Free", "152 GiB", misleads, "the same", ""},
		{"READ ONLY STATUS", "Read-only", "no, from 85% used on", better, "", ""},
		{"STATUS", "Health", "healthy (ONLINE)", better, "", ""},
		{"RAID TYPE", "Raid", "mirror", equal, "", ""},
	}},
	{"describe storage", "Blockdevice details", "block devices of pool {pool}", "harbor", map[string]string{"pool": "cspc-main-a7kd", "name": "blockdevice-19d3b8aab0b1534e8f65db7d29231495"}, []parityColumn{
		{"NAME", "column name", "blockdevice-19d3b8aab0b1534e8f65db7d29231495", equal, "", ""},
		{"CAPACITY", "column size", "801 GiB", equal, "", ""},
		{"STATE", "column state", "Active", equal, "", ""},
	}},
	{"describe storage", "Replica Details", "replicas in pool {pool}", "harbor", map[string]string{"pool": "cspc-main-m3xp", "name": "pvc-5303d7ae-c529-50c5-bc0d-2c5434baad5e"}, []parityColumn{
		{"NAME", "column volume", "pvc-5303d7ae-c529-50c5-bc0d-2c5434baad5e", equal, "a replica is named after its volume and pool", ""},
		{"PVC NAME", "column claim", "data-clickhouse-0", equal, "", ""},
		{"SIZE", "column used", "187 GiB", misleads, "it is what the replica uses, and 7 % too little (G are GiB); its size is beside it", ""},
		{"STATE", "column state", "Rebuilding", better, "Health beside it knows when the node is lost", ""},
	}},
	{"describe volume", "cStor", "describe volume {name}", "harbor", map[string]string{"name": "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104"}, []parityColumn{
		{"NAME", "text", "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104", equal, "", ""},
		{"ACCESS MODE", "Access modes", "ReadWriteOnce", equal, "", ""},
		{"CSI DRIVER", "Driver", "cstor.csi.openebs.io", equal, "", ""},
		{"STORAGE CLASS", "Storage class", "cstor-3", equal, "", ""},
		{"VOLUME PHASE", "Phase", "Bound", equal, "", ""},
		{"VERSION", "Version", "3.6.0", equal, "", ""},
		{"CSPC", "Pool cluster", "cspc-main", equal, "", ""},
		{"SIZE", "Size", "100 GiB", equal, "", ""},
		{"STATUS", "Health", "degraded", better, "", ""},
		{"REPLICA COUNT", "Replicas", "2 of 3 replicas are healthy", better, "", ""},
		{"IQN", "IQN", "iqn.2016-09.com.openebs.cstor:pvc-6ee9055e-f86e-568d-8477-37e0de8b1104", equal, "", ""},
		{"VOLUME NAME", "text", "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104", equal, "", ""},
		{"TARGET NODE NAME", "Target node", "dock-1", misleads, "it prints where the volume is mounted (\"Attached to\"), and not where its target runs", ""},
		{"PORTAL", "Portal", "10.96.40.21:3260", equal, "", ""},
		{"TARGET IP", "Target IP", "10.96.40.21", equal, "", ""},
	}},
	{"describe volume", "Replica Details", "describe volume {volume}", "harbor", map[string]string{"volume": "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104", "name": "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104-cspc-main-t9wz"}, []parityColumn{
		{"NAME", "column name", "pvc-6ee9055e-f86e-568d-8477-37e0de8b1104-cspc-main-t9wz", better, "the plugin says \"None of the replicas are running\" of a volume that is Offline and lists none; the answer lists them all", ""},
		{"ZFS USED(COMPRESSED)", "column occupied", "58.1 GiB", misleads, "cStor's G are GiB: the plugin takes them for GB", ""},
		{"LOGICALREFERENCED", "column used", "58.1 GiB", misleads, "the same", ""},
		{"STATUS", "column state", "Offline", better, "", ""},
		{"AGE", "column age", "217 days", moment, "", "replicas of volume {volume} sorted by age"},
	}},
	{"describe volume", "Jiva", "describe volume {name}", "harbor", map[string]string{"name": "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af"}, []parityColumn{
		{"NAME", "text", "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af", equal, "", ""},
		{"ACCESS MODE", "Access modes", "ReadWriteOnce", equal, "", ""},
		{"CSI DRIVER", "Driver", "jiva.csi.openebs.io", equal, "", ""},
		{"STORAGE CLASS", "Storage class", "jiva-3", equal, "", ""},
		{"VOLUME PHASE", "Phase", "Bound", equal, "", ""},
		{"VERSION", "Version", "", equal, "the sample's objects name none", ""},
		{"JVP", "Policy", "jiva-3-policy", equal, "", ""},
		{"SIZE", "Size", "20 GiB", equal, "", ""},
		{"STATUS", "Health", "read-only (RO)", better, "RO in plain words", ""},
		{"REPLICA COUNT", "Replicas", "1 of 3 replicas are healthy", better, "", ""},
		{"IQN", "IQN", "iqn.2016-09.com.openebs.jiva:pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af", equal, "", ""},
		{"VOLUME NAME", "text", "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af", equal, "", ""},
		{"TARGET NODE NAME", "Attached to", "dock-1", equal, "the plugin's is where the volume is mounted; \"Target node\" is where its controller runs", ""},
		{"PORTAL", "Portal", "10.96.77.10:3260", equal, "", ""},
	}},
	{"describe volume", "Controller and Replica Pod Details", "describe volume {volume}", "harbor", map[string]string{"volume": "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af", "name": "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af-jiva-rep-1"}, []parityColumn{
		{"NAMESPACE", "fact {name}", "openebs/", equal, "", ""},
		{"NAME", "fact {name}", "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af-jiva-rep-1", better, "the plugin leaves out a replica's pod that does not run: it is the one to look at", ""},
		{"MODE", "fact {name}", "not connected", equal, "", ""},
		{"NODE", "fact {name}", "node dock-3", equal, "", ""},
		{"STATUS", "fact {name}", "Running, but its node dock-3 is NotReady", better, "with the node's state", ""},
		{"IP", "fact {name}", "10.42.3.12", equal, "", ""},
		{"READY", "fact {name}", "1/1 ready", equal, "", ""},
		{"AGE", "fact {name}", "12 days old", moment, "", ""},
	}},
	{"describe volume", "Replica Data Volume Details", "describe volume {volume}", "harbor", map[string]string{"volume": "pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af", "name": "openebs-pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af-jiva-rep-1"}, []parityColumn{
		{"NAME", "fact {name}", "openebs-pvc-5a4a6c8d-96d1-5694-804a-d9963357c2af-jiva-rep-1", equal, "", ""},
		{"STATUS", "fact {name}", "Bound", equal, "", ""},
		{"VOLUME", "fact {name}", "pvc-198fa4d4-6ac2-5853-8a40-fba55b7fc82c", equal, "", ""},
		{"CAPACITY", "fact {name}", "20 GiB", equal, "", ""},
		{"STORAGECLASS", "fact {name}", "openebs-hostpath", equal, "", ""},
		{"AGE", "fact {name}", "135 days old", moment, "", ""},
	}},
	{"describe storage", "LVM", "describe node {name}", "quarry", map[string]string{"name": "pit-1"}, []parityColumn{
		{"HOSTNAME", "text", "pit-1", equal, "", ""},
		{"NAMESPACE", "Namespace of its object", "openebs", equal, "", "describe pool vg-fast on {name}|describe pool vg-data on {name}"},
		{"NUMBER OF POOLS", "text", "1 LVM pool", equal, "thin pools count too", "how many lvm pools on {name}"},
		{"TOTAL CAPACITY", "text", "400 GiB", equal, "", "total size of lvm pools on {name}"},
		{"TOTAL FREE", "text", "14 GiB", misleads, "groups are added up, though a volume must fit into one: the answer says so", "total free space of lvm pools on {name}"},
		{"TOTAL LVs", "Logical volumes", "4", equal, "of each group", "describe pool vg-fast on {name}|describe pool vg-data on {name}"},
		{"TOTAL PVs", "Physical volumes", "2", equal, "of each group", "describe pool vg-fast on {name}|describe pool vg-data on {name}"},
	}},
	{"describe storage", "Volume group details", "describe pool {name} on {node}", "quarry", map[string]string{"name": "vg-data", "node": "pit-1"}, []parityColumn{
		{"NAME", "text", "vg-data", equal, "", ""},
		{"UUID", "UUID", "ed9e-fc43-1583-5180-80b8-e45c-e764-4dc6", equal, "", ""},
		{"LV COUNT", "Logical volumes", "4", equal, "", ""},
		{"PV COUNT", "Physical volumes", "2", better, "a lost disk is said", ""},
		{"USED PERCENTAGE", "text", "96.5%", better, "what a thin pool has free does not count as used", "how full is {name} on {node}"},
	}},
	{"describe storage", "ZFS", "describe node {name}", "quarry", map[string]string{"name": "pit-1"}, []parityColumn{
		{"HOSTNAME", "text", "pit-1", equal, "", ""},
		{"NAMESPACE", "Namespace of its object", "openebs", equal, "", "describe pool tank on {name}"},
		{"NUMBER OF POOLS", "text", "1 ZFS pool", equal, "", "how many zfs pools on {name}"},
		{"TOTAL FREE", "text", "61 GiB", equal, "", "total free space of zfs pools on {name}"},
	}},
	{"describe volume", "LVM", "describe volume {name}", "quarry", map[string]string{"name": "pvc-8b679435-0fef-5231-8b98-5f931f362e4c"}, []parityColumn{
		{"NAME", "text", "pvc-8b679435-0fef-5231-8b98-5f931f362e4c", equal, "", ""},
		{"NAMESPACE", "Namespace of its objects", "openebs", equal, "", ""},
		{"ACCESS MODE", "Access modes", "ReadWriteOnce", equal, "", ""},
		{"CSI DRIVER", "Driver", "local.csi.openebs.io", equal, "", ""},
		{"CAPACITY", "Size", "120 GiB", equal, "", ""},
		{"PVC NAME", "Claim", "billing/data-billing-db-0", better, "with its namespace", ""},
		{"VOLUME PHASE", "Phase", "Bound", equal, "", ""},
		{"STORAGE CLASS", "Storage class", "lvm-data", equal, "", ""},
		{"VERSION", "Version", "1.9.1", better, "N/A there", ""},
		{"LVM VOLUME STATUS", "Health", "healthy (Ready)", better, "", ""},
		{"VOLUME GROUP", "Volume group", "vg-data", equal, "", ""},
		{"SHARED", "Shared", "no", equal, "", ""},
		{"THIN PROVISIONED", "Thin provisioned", "no", equal, "", ""},
		{"NODE ID", "Node", "pit-2", equal, "", ""},
	}},
	{"describe volume", "ZFS", "describe volume {name}", "quarry", map[string]string{"name": "pvc-7dfed86b-0460-5df6-a4ae-b57c41a6222d"}, []parityColumn{
		{"NAME", "text", "pvc-7dfed86b-0460-5df6-a4ae-b57c41a6222d", equal, "", ""},
		{"NAMESPACE", "Namespace of its objects", "openebs", equal, "", ""},
		{"ACCESS MODE", "Access modes", "ReadWriteOnce", equal, "", ""},
		{"CSI DRIVER", "Driver", "zfs.csi.openebs.io", equal, "", ""},
		{"CAPACITY", "Size", "400 GiB", equal, "", ""},
		{"PVC NAME", "Claim", "minio/export-minio-0", better, "with its namespace", ""},
		{"VOLUME PHASE", "Phase", "Bound", equal, "", ""},
		{"STORAGE CLASS", "Storage class", "zfs-tank", equal, "", ""},
		{"VERSION", "Version", "2.10.1", better, "N/A there", ""},
		{"ZFS VOLUME STATUS", "Health", "healthy (Ready)", better, "", ""},
		{"VOLUME TYPE", "Volume type", "DATASET", equal, "", ""},
		{"POOL NAME", "Dataset's pool", "tank", equal, "", ""},
		{"FILE SYSTEM", "File system", "zfs", equal, "", ""},
		{"COMPRESSION", "Compression", "lz4", equal, "", ""},
		{"DEDUPLICATION", "Deduplication", "off", equal, "", ""},
		{"NODE ID", "Node", "pit-1", equal, "", ""},
		{"RECORD SIZE", "Record size", "128k", equal, "", ""},
	}},
	{"mayastor get volumes", "", "describe volume {name}", "harbor", map[string]string{"name": "pvc-906eafd9-bd69-5264-9b1c-eaba27c79019"}, []parityColumn{
		{"ID", "Volume's UUID", "906eafd9-bd69-5264-9b1c-eaba27c79019", better, "with its PersistentVolume and claim", ""},
		{"REPLICAS", "Replicas", "1 of 2 replicas are healthy", better, "", ""},
		{"TARGET-NODE", "Target node", "dock-5", equal, "", ""},
		{"ACCESSIBILITY", "Access", "nvmf", equal, "", ""},
		{"STATUS", "Health", "degraded", misleads, "an unpublished volume is Online by the count of its replicas alone; Health looks at their states and nodes", ""},
		{"SIZE", "Size", "150 GiB", equal, "", ""},
		{"THIN-PROVISIONED", "Thin", "yes", equal, "", ""},
		{"ALLOCATED", "Allocated|Used", "38 GiB", misleads, "of a thick volume it is all of its size, whatever is in it: Used is then not known", ""},
		{"SNAPSHOTS", "Snapshots by Mayastor's count", "0", equal, "", ""},
		{"SOURCE", "Made from", "", equal, "where it was made from a snapshot", ""},
	}},
	{"mayastor get pools", "", "describe pool {name}", "harbor", map[string]string{"name": "pool-dock-5"}, []parityColumn{
		{"ID", "text", "pool-dock-5", equal, "", ""},
		{"DISKS", "Disks", "/dev/disk/by-id/nvme-eui.cbd9bbf8401b5749", equal, "", ""},
		{"MANAGED", "Managed", "yes", equal, "", ""},
		{"NODE", "Node", "dock-5", equal, "", ""},
		{"STATUS", "Health", "healthy (Online)", better, "", ""},
		{"CAPACITY", "Size", "600 GiB", equal, "not known, and not 0, for a pool that is not loaded", ""},
		{"ALLOCATED", "Used", "309 GiB", equal, "", ""},
		{"AVAILABLE", "Free", "291 GiB", equal, "", ""},
		{"COMMITTED", "Committed", "650 GiB (108%)", better, "with its share", ""},
	}},
	{"mayastor get volume-replica-topologies", "", "describe volume {volume}", "harbor", map[string]string{"volume": "pvc-906eafd9-bd69-5264-9b1c-eaba27c79019", "name": "b343a859-3ef1-5e13-90c3-3375f6965f0d"}, []parityColumn{
		{"ID", "column name", "b343a859-3ef1-5e13-90c3-3375f6965f0d", equal, "", ""},
		{"NODE", "column node", "dock-5", equal, "", ""},
		{"POOL", "column pool", "pool-dock-5", equal, "", ""},
		{"STATUS", "column state", "Degraded", better, "Health beside it says rebuilding", ""},
		{"CAPACITY", "column size", "150 GiB", equal, "", ""},
		{"ALLOCATED", "column used", "", equal, "", ""},
		{"REBUILD", "column progress", "64%", equal, "", ""},
	}},
	{"localpv-hostpath get volumes", "", "describe volume {name}", "harbor", map[string]string{"name": "pvc-7d97c96a-9cab-5455-88bf-9ebb06f25d12"}, []parityColumn{
		{"NAME", "text", "pvc-7d97c96a-9cab-5455-88bf-9ebb06f25d12", equal, "", ""},
		{"NODE", "Node", "dock-5", equal, "", ""},
		{"STATUS", "Phase", "Bound", misleads, "a volume on a lost node is Bound all the same: Health says down", ""},
		{"CAPACITY", "Size", "25 GiB", equal, "nothing enforces it", ""},
		{"PATH", "Path", "/var/openebs/local/pvc-7d97c96a-9cab-5455-88bf-9ebb06f25d12", equal, "", ""},
		{"PVC-NAME", "Claim", "ci/runner-cache", better, "with its namespace", ""},
		{"SC-NAME", "Storage class", "openebs-hostpath", equal, "", ""},
	}},
}
