# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# append: kvm_amd.nested=0 kvm_amd.npt=0
#
# The kernel's command line beats every file.

modprobe kvm_amd
verdict_is 'off' off
helper on enable-now kvm_amd
is 'enable-now: done' 0 $status
is 'enable-now: on' 1 "$(nested kvm_amd)"
verdict_is 'enable-now: verdict' until-restart-cmdline
helper on enable kvm_amd
is 'enable: done' 0 $status
like 'enable: warned' '^warning overridden-by-command-line' "$output"
like 'enable: result' '^result live=1 config=new next-boot=0$' "$output"
verdict_is 'enable: verdict' until-restart-cmdline
load_anew kvm_amd
is 'loaded anew: off' 0 "$(nested kvm_amd)"
