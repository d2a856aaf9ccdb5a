# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# devices: amd-iommu
# programs: tests/host/checks/print-checks /usr/bin/virt-host-validate /usr/bin/setpriv
# judge: host/checks/compare-virt-host-validate
#
# The checks beside the real virt-host-validate, on a computer with KVM: not loaded, loaded, with control groups of
# version 2, of version 1, and with both.

compare 'KVM is not loaded'
modprobe kvm_amd
compare 'KVM is loaded'
as_nobody 'KVM is loaded'
chmod 0666 /dev/kvm
as_nobody 'anybody may use KVM'

mount -t cgroup2 none /sys/fs/cgroup
compare 'control groups of version 2'
as_nobody 'control groups of version 2'
umount /sys/fs/cgroup

mount -t tmpfs none /sys/fs/cgroup
for name in cpu,cpuacct memory devices freezer; do
  mkdir "/sys/fs/cgroup/$name"
  mount -t cgroup -o "$name" none "/sys/fs/cgroup/$name"
done
compare 'some control groups of version 1'
mkdir /sys/fs/cgroup/blkio /sys/fs/cgroup/cpuset
mount -t cgroup -o blkio none /sys/fs/cgroup/blkio
mount -t cgroup -o cpuset none /sys/fs/cgroup/cpuset
compare 'control groups of version 1'
as_nobody 'control groups of version 1'
mkdir /sys/fs/cgroup/unified
mount -t cgroup2 none /sys/fs/cgroup/unified
compare 'control groups of both versions'
umount /sys/fs/cgroup/blkio
compare 'control groups of both versions, one moved'
as_nobody 'control groups of both versions, one moved'
