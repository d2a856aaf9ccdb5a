# SPDX-License-Identifier: GPL-3.0-or-later
# emulator: bochs
#
# The helper and the verdict with a real kvm_intel.

modprobe kvm_intel
is 'the default is on' 1 "$(nested kvm_intel)"
verdict_is 'verdict' ready
helper off disable kvm_intel
is 'disable: done' 0 $status
is 'disable: now' 0 "$(nested kvm_intel)"
verdict_is 'disable: verdict' off
helper on enable kvm_intel
is 'enable: done' 0 $status
is 'enable: now' 1 "$(nested kvm_intel)"
is 'enable: in the file' 'options kvm_intel nested=1' "$(drop_in)"
like 'enable: result' '^result live=1 config=new next-boot=1$' "$output"
verdict_is 'enable: verdict' ready
load_anew kvm_intel
is 'enable: kept when the module is loaded anew' 1 "$(nested kvm_intel)"
hold vm
helper off disable kvm_intel
is 'in use: refused' 13 $status
release
helper on enable kvm_amd
is "another processor's module: refused" 12 $status
