# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC,-svm,-hypervisor
# programs: tests/host/checks/print-checks /usr/bin/virt-host-validate /usr/bin/setpriv
# judge: host/checks/compare-virt-host-validate
#
# The checks beside the real virt-host-validate, on a computer without virtualization.

compare 'no virtualization'
as_nobody 'no virtualization'
