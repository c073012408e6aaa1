//go:build bench

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mulebot/mulebot/kube/kubetest"
)

// The large cluster: 10,000 volumes of three replicas, 8,000 of cStor (one in fifty lacks a replica) and 2,000 of Mayastor,
// and 1,000 of LVM besides. Each has its claim, and a pod, with an event, that mounts it; each of cStor's and Mayastor's its
// attachment, each of cStor's the three other resources of its engine and a target pod.
const (
	largeNodes    = 50
	largeTeams    = 40 // namespaces
	largeCStor    = 8000
	largeDegraded = 160 // of those
	largeMayastor = 2000
	largeLVM      = 1000
)

// prototype is the number of the volume that the others are made of.
const prototype = 999999

// largeCluster returns a real API server that holds it.
func largeCluster(t testing.TB) *kubetest.Server {
	t.Helper()
	server := env.Cluster(t, "large")
	server.Load(t, largeBase(), kubetest.LoadOptions{})
	multiply := func(manifest string, first, last int) {
		server.Multiply(t, []byte(manifest), prototype, first, last, largeNames)
	}
	volume := largePV + largePod
	cstor := volume + largeCStorResources + largeReplicas
	at := 0
	for _, part := range []struct {
		manifest string
		count    int
	}{
		{cstor, largeCStor - largeDegraded},
		{strings.ReplaceAll(cstor, "phase: Healthy # third", "phase: Offline"), largeDegraded},
		{strings.ReplaceAll(volume+largeAttachment, "cstor.csi.openebs.io", "io.openebs.csi-mayastor"), largeMayastor},
		{strings.ReplaceAll(volume+largeLVMVolume, "cstor.csi.openebs.io", "local.csi.openebs.io"), largeLVM},
	} {
		class := strings.NewReplacer("CLASS", "class-a").Replace(part.manifest)
		multiply(class, at, at+part.count)
		at += part.count
	}
	return server
}

// largeNames are the texts that tell one volume's objects from another's.
func largeNames(i int) []string {
	names := []string{fmt.Sprintf("%06d", i), fmt.Sprintf("team-%02d", i%largeTeams)}
	if i == prototype {
		names[1] = "team-99"
	}
	for r := range 3 {
		node := (i + r) % largeNodes
		if i == prototype {
			node = 97 + r
		}
		names = append(names, fmt.Sprintf("worker-%02d", node), fmt.Sprintf("cspc-p%02d", node))
	}
	return append(names, fmt.Sprintf("%dGi", 10+i%7*10))
}

// largeBase is everything but the volumes.
func largeBase() fstest.MapFS {
	var b strings.Builder
	b.WriteString(largeCommon)
	for i := range largeTeams {
		fmt.Fprintf(&b, "---\n{apiVersion: v1, kind: Namespace, metadata: {name: team-%02d}}\n", i)
	}
	for i := range largeNodes {
		b.WriteString(strings.NewReplacer("NN", fmt.Sprintf("%02d", i)).Replace(largeNode))
	}
	volumes, pools := largeREST()
	return fstest.MapFS{
		"base.yaml":                  {Data: []byte(b.String())},
		"mayastor-rest/volumes.json": {Data: volumes},
		"mayastor-rest/pools.json":   {Data: pools},
		"mayastor-rest/nodes.json":   {Data: []byte("[]")},
	}
}

// largeREST are Mayastor's own answers about its volumes and pools.
func largeREST() (volumes, pools []byte) {
	type object = map[string]any
	var entries, list []object
	for i := largeCStor; i < largeCStor+largeMayastor; i++ {
		uuid := largeVolume(i)
		topology := object{}
		for r := range 3 {
			node := fmt.Sprintf("worker-%02d", (i+r)%largeNodes)
			topology[fmt.Sprintf("7ab3c5d1-000%d-4000-8000-000000%06d", r, i)] = object{"node": node, "pool": "pool-" + node, "state": "Online",
				"child-status": "Online", "usage": object{"capacity": 21474836480, "allocated": 1073741824 * (1 + i%19), "allocated_snapshots": 0, "allocated_all_snapshots": 0}}
		}
		entries = append(entries, object{
			"spec": object{"uuid": uuid, "num_replicas": 3, "size": 21474836480, "thin": true, "status": "Created", "policy": object{"self_heal": true},
				"topology": object{"pool_topology": object{"labelled": object{"exclusion": object{}, "inclusion": object{"openebs.io/created-by": "operator-diskpool"}}}}},
			"state": object{"uuid": uuid, "size": 21474836480, "status": "Online", "replica_topology": topology,
				"usage":  object{"capacity": 21474836480, "allocated": 1073741824 * (1 + i%19), "total_allocated": 3221225472},
				"target": object{"node": fmt.Sprintf("worker-%02d", i%largeNodes), "protocol": "nvmf", "size": 21474836480, "state": "Online"}},
		})
	}
	for i := range largeNodes {
		node := fmt.Sprintf("worker-%02d", i)
		list = append(list, object{"id": "pool-" + node, "spec": object{"id": "pool-" + node, "node": node, "disks": []string{"/dev/nvme1n1"}, "status": "Created"},
			"state": object{"id": "pool-" + node, "node": node, "status": "Online", "capacity": 4398046511104, "used": 879609302220, "committed": 2577276480}})
	}
	volumes, _ = json.Marshal(object{"entries": entries}) // of strings and numbers
	pools, _ = json.Marshal(list)
	return volumes, pools
}

// largeVolume is the UUID in the name of a volume.
func largeVolume(i int) string { return fmt.Sprintf("5e1f0000-0000-4000-8000-000000%06d", i) }

const largeCommon = `
{apiVersion: v1, kind: Namespace, metadata: {name: openebs}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: team-99}}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: class-a}, provisioner: cstor.csi.openebs.io, allowVolumeExpansion: true}
---
apiVersion: v1
kind: Service
metadata: {name: openebs-api-rest, namespace: openebs, labels: {app: api-rest}}
spec: {ports: [{name: http, port: 8081}]}
`

const largeNode = `
---
apiVersion: v1
kind: Node
metadata: {name: worker-NN, labels: {kubernetes.io/hostname: worker-NN, kubernetes.io/os: linux, kubernetes.io/arch: amd64}}
status:
  capacity: {cpu: "32", memory: 128Gi, pods: "250"}
  conditions:
  - {type: MemoryPressure, status: "False", reason: KubeletHasSufficientMemory, message: kubelet has sufficient memory available, lastTransitionTime: "2026-05-01T10:00:00Z", lastHeartbeatTime: "2026-06-01T10:00:00Z"}
  - {type: Ready, status: "True", reason: KubeletReady, message: kubelet is posting ready status, lastTransitionTime: "2026-05-01T10:00:00Z", lastHeartbeatTime: "2026-06-01T10:00:00Z"}
  nodeInfo: {kubeletVersion: v1.34.1, architecture: amd64, bootID: "", containerRuntimeVersion: "", kernelVersion: "", kubeProxyVersion: "", machineID: "", operatingSystem: linux, osImage: "", systemUUID: ""}
---
apiVersion: cstor.openebs.io/v1
kind: CStorPoolInstance
metadata:
  name: cspc-pNN
  namespace: openebs
  labels: {kubernetes.io/hostname: worker-NN, openebs.io/cas-type: cstor, openebs.io/cstor-pool-cluster: cspc, openebs.io/version: 3.5.0}
spec:
  hostName: worker-NN
  poolConfig: {dataRaidGroupType: mirror, roThresholdLimit: 85}
  dataRaidGroups: [{blockDevices: [{blockDeviceName: blockdevice-NN-1}, {blockDeviceName: blockdevice-NN-2}]}]
status: {phase: ONLINE, readOnly: false, provisionedReplicas: 480, healthyReplicas: 480, capacity: {used: 9531G, free: 20469G, total: 30000G}}
---
apiVersion: openebs.io/v1beta3
kind: DiskPool
metadata: {name: pool-worker-NN, namespace: openebs}
spec: {node: worker-NN, disks: [/dev/nvme1n1]}
status: {cr_state: Created, status: Online, pool_status: Online, capacity: 4398046511104, used: 879609302220, available: 3518437208884}
---
apiVersion: local.openebs.io/v1alpha1
kind: LVMNode
metadata: {name: worker-NN, namespace: openebs}
volumeGroups: [{name: vg-fast, size: 2000Gi, free: 1200Gi, uuid: a, lvCount: 20, pvCount: 2}]
`

const largePV = `
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999
  annotations: {pv.kubernetes.io/provisioned-by: cstor.csi.openebs.io, volume.kubernetes.io/provisioner-deletion-secret-name: "", volume.kubernetes.io/provisioner-deletion-secret-namespace: ""}
  finalizers: [kubernetes.io/pv-protection]
spec:
  capacity: {storage: 70Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Delete
  storageClassName: CLASS
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: team-99, name: data-app-999999-0, uid: 5e1f0000-0000-4000-8000-000000999999, resourceVersion: "4312"}
  csi:
    driver: cstor.csi.openebs.io
    fsType: ext4
    volumeHandle: 5e1f0000-0000-4000-8000-000000999999
    volumeAttributes: {openebs.io/cas-type: any, storage.kubernetes.io/csiProvisionerIdentity: 1771300000000-8081-cstor.csi.openebs.io}
status: {phase: Bound}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data-app-999999-0
  namespace: team-99
  labels: {app.kubernetes.io/name: app-999999, app.kubernetes.io/managed-by: Helm}
  annotations: {volume.kubernetes.io/storage-provisioner: cstor.csi.openebs.io, volume.beta.kubernetes.io/storage-provisioner: cstor.csi.openebs.io, pv.kubernetes.io/bind-completed: "yes", pv.kubernetes.io/bound-by-controller: "yes"}
  finalizers: [kubernetes.io/pvc-protection]
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 70Gi}}
  storageClassName: CLASS
  volumeName: pvc-5e1f0000-0000-4000-8000-000000999999
status: {phase: Bound, accessModes: [ReadWriteOnce], capacity: {storage: 70Gi}}
`

const largePod = `
---
apiVersion: v1
kind: Pod
metadata:
  name: app-999999-0
  namespace: team-99
  labels: {app.kubernetes.io/name: app-999999, app.kubernetes.io/managed-by: Helm, controller-revision-hash: app-999999-6d5f8c9b7, statefulset.kubernetes.io/pod-name: app-999999-0, apps.kubernetes.io/pod-index: "0"}
  annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090", checksum/config: 5a0c1f6e1b0d4a7fb8a1c3f7c2d9e6a45a0c1f6e1b0d4a7fb8a1c3f7c2d9e6a4}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: app-999999, uid: 41bcd190-e835-52ed-ac18-8419d6597727, controller: true, blockOwnerDeletion: true}]
spec:
  nodeName: worker-97
  serviceAccountName: default
  containers:
  - name: app
    image: registry.example.com/platform/application:2.14.3
    args: [--config=/etc/app/config.yaml, --data=/data, --listen=:8080]
    env: [{name: A, value: some value of a variable}, {name: B, value: another value of a variable}, {name: C, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
    ports: [{containerPort: 8080}, {containerPort: 9090}]
    resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 2Gi}}
    livenessProbe: {httpGet: {path: /healthz, port: 8080}}
    readinessProbe: {httpGet: {path: /readyz, port: 8080}}
    volumeMounts: [{name: data, mountPath: /data}, {name: config, mountPath: /etc/app}]
  - name: exporter
    image: registry.example.com/platform/exporter:1.2.0
    resources: {requests: {cpu: 50m, memory: 64Mi}}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data-app-999999-0}}
  - {name: config, configMap: {name: app-999999}}
status:
  phase: Running
  qosClass: Burstable
  startTime: "2026-05-25T10:00:00Z"
  hostIP: 10.20.0.15
  podIP: 10.42.1.20
  podIPs: [{ip: 10.42.1.20}]
  conditions:
  - {type: PodScheduled, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  - {type: Initialized, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  - {type: ContainersReady, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  - {type: Ready, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  containerStatuses:
  - {name: app, image: registry.example.com/platform/application:2.14.3, imageID: "registry.example.com/platform/application@sha256:9b2d", containerID: "containerd://1a52bd2910ac5e2eab6db7a0fd09c0b1", ready: true, started: true, restartCount: 0, state: {running: {startedAt: "2026-05-25T10:00:00Z"}}}
  - {name: exporter, image: registry.example.com/platform/exporter:1.2.0, imageID: "registry.example.com/platform/exporter@sha256:77aa", containerID: "containerd://3883c742b9865562afc579081b2bb6ea", ready: true, started: true, restartCount: 0, state: {running: {startedAt: "2026-05-25T10:00:00Z"}}}
---
apiVersion: v1
kind: Event
metadata: {name: app-999999-0.17f2c4b9a0d3e851, namespace: team-99}
involvedObject: {apiVersion: v1, kind: Pod, namespace: team-99, name: app-999999-0}
type: Normal
reason: Pulled
message: Container image "registry.example.com/platform/application:2.14.3" already present on machine
source: {component: kubelet, host: worker-97}
count: 1
firstTimestamp: "2026-05-25T10:00:00Z"
lastTimestamp: "2026-05-25T10:00:00Z"
`

const largeAttachment = `
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: csi-8f3a1c6d2e4b5a7089f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0999999}
spec: {attacher: cstor.csi.openebs.io, nodeName: worker-97, source: {persistentVolumeName: pvc-5e1f0000-0000-4000-8000-000000999999}}
status: {attached: true}
`

const largeLVMVolume = `
---
apiVersion: local.openebs.io/v1alpha1
kind: LVMVolume
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999
  namespace: openebs
  labels: {kubernetes.io/nodename: worker-97}
  finalizers: [lvm.openebs.io/finalizer]
spec: {capacity: "75161927680", ownerNodeID: worker-97, shared: "no", thinProvision: "no", vgPattern: ^vg-fast$, volGroup: vg-fast}
status: {state: Ready}
`

const largeCStorResources = largeAttachment + `
---
apiVersion: v1
kind: Pod
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999-target-71c30
  namespace: openebs
  labels: {app: cstor-volume-manager, openebs.io/target: cstor-target, openebs.io/storage-class: "", openebs.io/persistent-volume: pvc-5e1f0000-0000-4000-8000-000000999999, openebs.io/persistent-volume-claim: data-app-999999-0, openebs.io/version: 3.5.0}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: pvc-5e1f0000-0000-4000-8000-000000999999-target, uid: 41bcd190-e835-52ed-ac18-8419d6597727, controller: true, blockOwnerDeletion: true}]
spec:
  nodeName: worker-97
  containers: [{name: cstor-istgt, image: "openebs/cstor-istgt:3.5.0"}, {name: cstor-istgt-sidecar1, image: "openebs/cstor-istgt:3.5.0"}]
status:
  phase: Running
  podIP: 10.42.1.21
  conditions:
  - {type: PodScheduled, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  - {type: Ready, status: "True", lastTransitionTime: "2026-05-25T10:00:00Z"}
  containerStatuses:
  - {name: cstor-istgt, image: "openebs/cstor-istgt:3.5.0", imageID: "", ready: true, started: true, restartCount: 0, state: {running: {startedAt: "2026-05-25T10:00:00Z"}}}
  - {name: cstor-istgt-sidecar1, image: "openebs/cstor-istgt:3.5.0", imageID: "", ready: true, started: true, restartCount: 0, state: {running: {startedAt: "2026-05-25T10:00:00Z"}}}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolume
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999
  namespace: openebs
  labels: {openebs.io/persistent-volume: pvc-5e1f0000-0000-4000-8000-000000999999, openebs.io/version: 3.5.0, openebs.io/persistent-volume-claim: data-app-999999-0}
spec:
  capacity: 70Gi
  iqn: iqn.2016-09.com.openebs.cstor:pvc-5e1f0000-0000-4000-8000-000000999999
  targetIP: 10.96.40.10
  targetPort: "3260"
  targetPortal: 10.96.40.10:3260
  replicationFactor: 3
  consistencyFactor: 2
  desiredReplicationFactor: 3
  replicaDetails: {knownReplicas: {1D66D17BE5225D97A7987DB215999999: "132413187798738393", 907FBE976B505DA580DDD15A96999999: "650765651315852762", AF7A12FC3ABB5B27A2492EE510999999: "790277486145156530"}}
versionDetails: {desired: 3.5.0, status: {current: 3.5.0, dependentsUpgraded: true, state: Reconciled, lastUpdateTime: "2026-04-16T10:00:00Z"}}
status:
  phase: Healthy
  capacity: 70Gi
  replicaStatuses:
  - {replicaId: 1D66D17BE5225D97A7987DB215999999, mode: Healthy, checkpointedIOSeq: "48211000", inflightRead: "0", inflightWrite: "0", inflightSync: "0", upTime: 1814400, quorum: "1"}
  - {replicaId: 907FBE976B505DA580DDD15A96999999, mode: Healthy, checkpointedIOSeq: "48211000", inflightRead: "0", inflightWrite: "0", inflightSync: "0", upTime: 1814400, quorum: "1"}
  - {replicaId: AF7A12FC3ABB5B27A2492EE510999999, mode: Healthy, checkpointedIOSeq: "48211000", inflightRead: "0", inflightWrite: "0", inflightSync: "0", upTime: 1814400, quorum: "1"}
  lastTransitionTime: "2026-05-25T10:00:00Z"
  lastUpdateTime: "2026-06-15T09:59:29Z"
  replicaDetails: {knownReplicas: {1D66D17BE5225D97A7987DB215999999: "132413187798738393", 907FBE976B505DA580DDD15A96999999: "650765651315852762", AF7A12FC3ABB5B27A2492EE510999999: "790277486145156530"}}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeConfig
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999
  namespace: openebs
  labels: {openebs.io/cstor-pool-cluster: cspc, openebs.io/pod-disruption-budget: cspc-pdb}
  annotations: {openebs.io/volumeID: pvc-5e1f0000-0000-4000-8000-000000999999, openebs.io/persistent-volume-claim: data-app-999999-0}
  finalizers: [cvc.openebs.io/finalizer]
spec:
  capacity: {storage: 70Gi}
  cstorVolumeRef: {apiVersion: cstor.openebs.io/v1, kind: CStorVolume, name: pvc-5e1f0000-0000-4000-8000-000000999999, namespace: openebs}
  policy: {provision: {replicaAffinity: false}, replica: {}, target: {}, replicaPoolInfo: [{poolName: cspc-p97}, {poolName: cspc-p98}, {poolName: cspc-p99}]}
  provision: {capacity: {storage: 70Gi}, replicaCount: 3}
publish: {nodeId: worker-97}
versionDetails: {desired: 3.5.0, status: {current: 3.5.0, dependentsUpgraded: true, state: Reconciled, lastUpdateTime: "2026-04-16T10:00:00Z"}}
status: {phase: Bound, poolInfo: [cspc-p97, cspc-p98, cspc-p99], capacity: {storage: 70Gi}}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeAttachment
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999-worker-97
  namespace: openebs
  labels: {Volname: pvc-5e1f0000-0000-4000-8000-000000999999, nodeID: worker-97}
spec:
  volume: {name: pvc-5e1f0000-0000-4000-8000-000000999999, capacity: 70Gi, ownerNodeID: worker-97, fsType: ext4, accessType: mount, stagingTargetPath: /var/lib/kubelet/plugins/kubernetes.io/csi/cstor.csi.openebs.io/a179ba93fc2352298e84e01420c41b0fa179ba93fc2352298e84e01420c41b0f/globalmount, devicePath: "/dev/disk/by-path/ip-10.96.40.10:3260-iscsi-iqn.2016-09.com.openebs.cstor:pvc-5e1f0000-0000-4000-8000-000000999999-lun-0"}
  iscsi: {iqn: "iqn.2016-09.com.openebs.cstor:pvc-5e1f0000-0000-4000-8000-000000999999", targetPortal: "10.96.40.10:3260", iscsiInterface: default, lun: "0"}
status: Mounted
`

// largeReplicas are the three replicas of a cStor volume.
var largeReplicas = largeReplica("97", "") + largeReplica("98", "") + largeReplica("99", " # third")

func largeReplica(node, remark string) string {
	return strings.NewReplacer("NN", node, "REMARK", remark).Replace(`
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeReplica
metadata:
  name: pvc-5e1f0000-0000-4000-8000-000000999999-cspc-pNN
  namespace: openebs
  labels: {cstorpoolinstance.openebs.io/name: cspc-pNN, cstorpoolinstance.openebs.io/uid: fb99a684-da46-5f52-9401-d91638b31362, cstorvolume.openebs.io/name: pvc-5e1f0000-0000-4000-8000-000000999999, openebs.io/persistent-volume: pvc-5e1f0000-0000-4000-8000-000000999999, openebs.io/version: 3.5.0}
  annotations: {cstorpoolinstance.openebs.io/hostname: worker-NN}
  finalizers: [cstorvolumereplica.openebs.io/finalizer]
spec: {capacity: 70Gi, replicaid: 1D66D17BE5225D97A7987DB215999999, targetIP: 10.96.40.10, compression: lz4, zvolWorkers: ""}
versionDetails: {desired: 3.5.0, status: {current: 3.5.0, dependentsUpgraded: true, state: Reconciled, lastUpdateTime: "2026-04-16T10:00:00Z"}}
status:
  phase: HealthyREMARK
  capacity: {total: 61G, used: 61G}
  lastTransitionTime: "2026-05-25T10:00:00Z"
  lastUpdateTime: "2026-06-15T09:59:35Z"
  snapshots: {snapshot-1e90aec4-eb9a-55cc-8dce-55133064680b: {logicalReferenced: 64424509440}}
`)
}
