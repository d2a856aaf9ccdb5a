# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# root: large
# programs: tests/nb-cpu-edit
#
# What a machine's <cpu>, as Nestbox writes it, really gives its guest on AMD: with libvirt, and a guest that runs in the
# emulated KVM.

export VIRSH_DEFAULT_CONNECT_URI=qemu:///system

cat >/tmp/machine.xml <<'XML'
<domain type='kvm'>
  <name>nested</name>
  <memory unit='MiB'>256</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>/opt/nestbox/nested/linux</kernel>
    <initrd>/opt/nestbox/nested/initrd</initrd>
    <cmdline>console=ttyS0 quiet</cmdline>
  </os>
  <features><acpi/></features>
  <devices>
    <serial type='file'><source path='/var/log/nested.log'/></serial>
    <memballoon model='none'/>
  </devices>
</domain>
XML

is_off () { [ "$(virsh -q domstate nested)" != running ]; }

# inside OPTION…: defines and starts the machine with a processor that nb-cpu-edit makes; prints what its guest said
inside () {
  rm -f /var/log/nested.log
  nb-cpu-edit --vendor amd "$@" </tmp/machine.xml >/tmp/edited.xml &&
    virsh -q define /tmp/edited.xml && virsh -q start nested || return
  patiently is_off || virsh -q destroy nested
  virsh -q undefine nested
  tr -d '\r' </var/log/nested.log | grep '^inside:' || cat /var/log/nested.log
}

modprobe kvm_amd
is 'nested is on' 1 "$(nested kvm_amd)"

is 'exact copy: yes' 'inside: svm=yes kvm=yes' "$(inside --mode host-passthrough 2>&1)"
is 'exact copy, off: no' 'inside: svm=no kvm=no' "$(inside --mode host-passthrough --nesting off 2>&1)"
is 'closest model, default: no' 'inside: svm=no kvm=no' "$(inside --mode host-model 2>&1)"
is 'closest model, on: yes' 'inside: svm=yes kvm=yes' "$(inside --mode host-model --nesting on 2>&1)"

helper off disable kvm_amd
is 'the computer: turned off while libvirt runs' 0 "$(nested kvm_amd)"
is 'the computer is off, exact copy: no' 'inside: svm=no kvm=no' "$(inside --mode host-passthrough 2>&1)"
