// Package demo holds two sample clusters, harbor and quarry, as folders of manifests. They are what "chat --demo" shows and
// what the end-to-end questions are asked over, offline and loaded into real API servers (see package kubetest). They are
// made up, but every object has the form that a real one has: they load under the released resource definitions.
//
// "Now" is 2026-01-15T09:00:00Z in both, the newest timestamp of each folder. On an API server everything shifts with it,
// but ages count from the load, since the server sets creationTimestamp itself.
//
// What follows is the truth about them, against which answers are judged; demo_test.go holds it against the manifests. Sizes
// are GiB. A volume is named by its claim. The words of health are those of models.Health.
//
// # harbor
//
// Seven nodes, dock-0 (control plane) to dock-6; 22 volumes (1,910 GiB) and 23 claims, not counting the 6 hostpath volumes that
// hold the replicas of the Jiva volumes; 7 pools; 9 storage classes; 3 snapshots; 19 pods with claims; 9 block devices (7
// claimed, 2 not: dock-1 /dev/sdd and dock-4 /dev/sdb, which has an ext4 file system on /mnt/scratch). cStor is on dock-1 to
// dock-3, Mayastor on dock-4 to dock-6.
//
//	volume                        engine   size  used   node    health     why
//	shop/data-mysql-0             cStor    100   58.2   dock-1  degraded   replica on cspc-main-t9wz (dock-3) Offline since 07:41; 2 of 3 healthy
//	shop/data-mysql-1             cStor    100   61.7   dock-3  down       says Healthy, but that is stale: its target ran on dock-3
//	shop/data-redis-0             cStor    10    2.1    dock-2  healthy
//	shop/old-orders-export        cStor    50    18.6   -       healthy    used by no pod; one replica, cspc-fast-q2hv
//	analytics/data-clickhouse-0   cStor    400   310    dock-1  degraded   replica on cspc-main-m3xp (dock-2) Rebuilding since 08:05; 1 of 2 healthy
//	monitoring/grafana-data       cStor    10    1.4    dock-2  healthy
//	monitoring/prometheus-db      cStor    150   141    dock-1  healthy    94 % used; resize to 200 waits for a restart of its pod since 08:20
//	registry/registry-data        cStor    80    47.3   dock-2  healthy
//	legacy/backup-2025            cStor    60    22.4   -       healthy    Released, kept (Retain): its claim is gone
//	wiki/wiki-data                Jiva     20    -      dock-1  read-only  1 of 3 replicas RW, one lost with dock-3, one rebuilding on dock-2
//	jenkins/jenkins-home          Jiva     30    -      dock-2  healthy    3 of 3 RW: dock-1, dock-2, dock-4
//	db/data-postgres-0            Mayastor 80    -      dock-4  healthy
//	db/data-postgres-1            Mayastor 80    -      dock-5  degraded   replica on pool-dock-6 Faulted; 1 of 2 healthy
//	kafka/data-kafka-0            Mayastor 150   41     dock-4  healthy    thin
//	kafka/data-kafka-1            Mayastor 150   38     dock-5  degraded   thin; replica on pool-dock-5 rebuilding, 64 % done
//	kafka/data-kafka-2            Mayastor 150   44     dock-6  healthy    thin
//	ml/notebooks                  Mayastor 60    -      -       down       its only replica is on pool-dock-6; no pod can attach it
//	ml/model-cache                Mayastor 40    -      -       healthy    used by no pod (not published)
//	logging/data-loki-0           hostpath 50    -      dock-4  healthy
//	ci/runner-cache               hostpath 25    -      dock-5  healthy
//	search/data-elastic-0         hostpath 100   -      dock-3  down       its node is NotReady and there is no other copy
//	mail/mailbox                  hostpath 15    -      dock-1  healthy
//
//	claim without a volume        size  class             why
//	ml/feature-store              500   mayastor-2        Pending since 08:25, ProvisioningFailed: "Not enough suitable pools available, 0/2"
//	ci/build-cache                20    openebs-hostpath  Pending and no fault: WaitForFirstConsumer, and no pod uses it
//
//	pool            engine   node    size  used  free  health   why
//	cspc-main-a7kd  cStor    dock-1  800   648   152   healthy  81 % used; turns read-only at 85 %; 8 replicas
//	cspc-main-m3xp  cStor    dock-2  1200  524   676   healthy  8 replicas
//	cspc-main-t9wz  cStor    dock-3  800   121   679   down     says ONLINE, but that is stale: its node is NotReady; 2 replicas
//	cspc-fast-q2hv  cStor    dock-2  400   18.9  381   healthy  1 replica
//	pool-dock-4     Mayastor dock-4  600   243   357   healthy  570 committed (95 %)
//	pool-dock-5     Mayastor dock-5  600   309   291   healthy  650 committed (108 %): over-committed
//	pool-dock-6     Mayastor dock-6  -     -     -     down     Offline since 08:10: DiskNotFound, though its node is Ready
//
//	file system      size  used  by the kubelet of dock-5 or dock-6, 40 s ago; those of no other node are there
//	data-postgres-1  78.4  52.5
//	data-kafka-1     147   33    Mayastor has allocated 38
//	data-kafka-2     147   36    Mayastor has allocated 44
//	runner-cache     400   212   all of its node's: hostpath volumes are folders in it, and what this one uses is not known
//
//	quota               of           size  used  claims
//	shop/shop-storage                500   260   4 of 10
//	shop/shop-storage   cstor-fast   60    50
//	kafka/kafka-storage              500   450
//	ml/ml-storage                    1024  600
//
// kafka's StatefulSet wants a fourth pod since 08:20: its claim data-kafka-3 (150) is forbidden by kafka-storage and is not there.
//
// Nodes: dock-3 is NotReady (its kubelet is silent) since 07:40; dock-5 is cordoned since 06:15; the others are fine.
//
// Pods: wiki-5c7d9f6b84-x2k9p is in CrashLoopBackOff (17 restarts); jupyter-8f6d4c7b95-tq8zw is in ContainerCreating
// (FailedAttachVolume: no healthy replica available); mysql-1 and elastic-0 are said to be Running, on dock-3.
//
// Snapshots: shop/mysql-0-nightly (100) and db/postgres-0-weekly (80) are ready; shop/mysql-0-pre-upgrade failed at 08:34
// ("quorum of healthy replicas not met, 2 of 3 replicas are healthy").
//
// Storage classes: cstor-2 (the default; 5 volumes), cstor-3 (2), cstor-fast (1), cstor-retain (1), jiva-3 (2), mayastor-1 (1),
// mayastor-2 (3), mayastor-2-thin (3), openebs-hostpath (4).
//
// # quarry
//
// Four nodes, pit-0 (control plane) to pit-3; 14 volumes (1,986 GiB) and 16 claims; 7 pools; 6 storage classes; 3 snapshots; 13
// pods with claims; no block devices.
//
//	volume                      engine   size  pool              node   health   why
//	gitlab/data-postgresql-0    LVM      80    vg-data           pit-1  healthy
//	gitlab/repo-gitaly-0        LVM      200   vg-data           pit-1  healthy  resize to 260 fails since 08:12 (VolumeResizeFailed): no room in vg-data
//	gitlab/data-redis-0         LVM      16    vg-data           pit-1  healthy  shop in harbor has a claim of the same name
//	nexus/nexus-data            LVM      90    vg-data           pit-1  healthy
//	billing/data-billing-db-0   LVM      120   vg-data           pit-2  healthy
//	billing/data-rabbitmq-0     LVM      20    vg-data           pit-2  healthy
//	search/data-opensearch-0    LVM      150   vg-data           pit-3  unknown  says Ready, but vg-data on pit-3 lost a disk
//	dev/workspace-alice         LVM      100   vg-thin_thinpool  pit-2  healthy  thin
//	dev/workspace-bob           LVM      100   vg-thin_thinpool  pit-2  healthy  thin
//	dev/workspace-carol         LVM      150   vg-thin_thinpool  pit-2  healthy  thin; used by no pod
//	minio/export-minio-0        ZFS      400   tank              pit-1  healthy
//	minio/export-minio-1        ZFS      400   tank              pit-3  healthy
//	media/photos-old            ZFS      120   tank              pit-3  healthy  Released, kept (Retain): its claim is gone
//	monitoring/prometheus-data  hostpath 40    -                 pit-3  healthy  its node has DiskPressure
//
//	claim without a volume      size  class           why
//	gitlab/registry-storage     100   lvm-data-pit-1  Pending since 08:38, ProvisioningFailed: "no vg available to serve volume request"
//	minio/export-minio-2        800   zfs-tank        Pending since 08:05: its pod minio-2 is not placed (FailedScheduling: not enough free storage)
//	dev/workspace-dave          50    lvm-thin        Pending and no fault: WaitForFirstConsumer, and no pod uses it
//
//	pool              kind          node   size  used  free  health    why
//	vg-data           volume group  pit-1  400   386   14    healthy   96.5 % used: nearly full
//	vg-data           volume group  pit-2  500   164   336   healthy
//	vg-data           volume group  pit-3  300   150   150   degraded  one of its two disks is lost (missingPvCount 1)
//	vg-thin           volume group  pit-2  300   264   0     healthy   0 free and not full: all of it is the thin pool
//	vg-thin_thinpool  thin pool     pit-2  300   264   36    healthy   88 % used; 350 committed (117 %): over-committed
//	tank              zpool         pit-1  1000  939   61    healthy   94 % used
//	tank              zpool         pit-3  1000  540   460   healthy
//
//	file system        size  used  by the kubelet of pit-1, 40 s ago; those of no other node are there
//	data-postgresql-0  78.4  51
//	repo-gitaly-0      196   128
//	data-redis-0       15.7  2.2
//	nexus-data         88.2  61
//	export-minio-0     400   268
//
// Nodes: all are Ready and none is cordoned; pit-3 has DiskPressure since 08:42.
//
// Pods: opensearch-0 is in CrashLoopBackOff (23 restarts); minio-2 is Pending, not placed on any node.
//
// Snapshots: billing/billing-db-daily (120) and minio/minio-0-weekly (400) are ready; gitlab/gitaly-before-18 failed at 07:33
// (insufficient free space in vg-data).
//
// Storage classes: lvm-data (the default; 7 volumes), lvm-data-pit-1 (0), lvm-thin (3), zfs-tank (2), zfs-retain (1),
// openebs-hostpath (1).
package demo
