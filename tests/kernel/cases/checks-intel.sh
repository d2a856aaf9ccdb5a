# SPDX-License-Identifier: GPL-3.0-or-later
# emulator: bochs
# programs: tests/host/checks/print-checks /usr/bin/virt-host-validate /usr/bin/setpriv
# judge: host/checks/compare-virt-host-validate
#
# The checks beside the real virt-host-validate, on an Intel processor.

compare 'KVM is not loaded'
modprobe kvm_intel
compare 'KVM is loaded'
as_nobody 'KVM is loaded'
