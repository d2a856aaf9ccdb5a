# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC,-hypervisor
# append: clearcpuid=svm
#
# The processor says svm, the kernel hides it, as it does where the firmware has turned it off.

verdict_is 'verdict' firmware-off
helper on enable kvm_amd
is 'enable: refused' 12 $status
is 'enable: nothing is written' absent "$(drop_in)"
