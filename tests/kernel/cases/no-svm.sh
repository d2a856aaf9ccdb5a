# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC,-svm,-hypervisor
#
# A processor without virtualization.

verdict_is 'verdict' no-hardware
helper on enable kvm_amd
is 'enable: refused' 12 $status
is 'enable: nothing is written' absent "$(drop_in)"
is 'enable: nothing is loaded' none "$(nested kvm_amd)"
helper show holders kvm_amd
is 'holders: refused' 12 $status
