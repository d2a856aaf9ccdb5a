# SPDX-License-Identifier: GPL-3.0-or-later
# emulator: bochs
# programs: src/proof/nestbox-proof tests/kernel/proof-faulty
#
# nestbox-proof with a real kvm_intel: nested on and off, without extended page tables.

modprobe kvm_intel
proven 'nested on'
prove proof-faulty
is 'the inner machine faults: a triple fault' '4 proof result=failed at=VMLAUNCH exit=0x2 field=0x6c16' "$proof"

rmmod kvm_intel
modprobe kvm_intel nested=0
prove
is 'nested off' '3 proof result=not-offered' "$proof"
rmmod kvm_intel
modprobe kvm_intel ept=0
proven 'without extended page tables'
is 'nothing holds the module in the end' 0 "$(used kvm_intel)"
is 'no message of the kernel' '' "$(dmesg | grep -iE 'kvm.*(unhandled|needs to be|bug|warn)|call trace')"
