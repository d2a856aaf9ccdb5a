# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# root: large
# programs: tests/host/checks/print-checks
# judge: host/checks/compare-virt-host-validate
#
# The checks beside the system's own virt-host-validate, where systemd and libvirt run. Control groups are of version 2, or
# of both versions, as the kernel's command line says.

compare 'KVM is not loaded'
modprobe kvm_amd
udevadm settle
compare 'KVM is loaded'
as_nobody 'KVM is loaded'
modprobe -a tun vhost_net fuse
udevadm settle
compare 'network devices'
as_nobody 'network devices'
rmmod kvm_amd
compare 'KVM is unloaded'
