# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# programs: src/proof/nestbox-proof tests/kernel/proof-faulty tests/kernel/proof-hanging tests/kernel/proof-lying /usr/bin/setpriv
# modules: msr
#
# nestbox-proof with a real kvm_amd: nested on and off, without nested paging, beside another machine, with faults, killed,
# and where there is no device, no permission, another hypervisor.

prove
is 'no module: nothing to open' '5 proof result=unavailable at=open errno=2' "$proof"
modprobe kvm_amd
proven 'nested on'

prove proof-faulty
is 'the inner machine faults: shut down' '4 proof result=failed at=VMRUN exit=0x7f' "$proof"
prove proof-lying
is 'the inner machine did not run: its count tells' '4 proof result=failed at=count trips=50' "$proof"

verdict_is 'verdict' ready nestbox-proof
like 'verdict: it was shown' '^proof 0 -$' "$facts"
verdict_is 'verdict: on, and broken underneath' not-working proof-faulty
like 'verdict: what failed is told' '^proof 2 VMRUN, exit 0x7f$' "$facts"
verdict_is 'verdict: one that hangs is killed, and nothing is said' ready proof-hanging
like 'verdict: it took too long' '^proof 5 -$' "$facts"
verdict_is 'verdict: a program that is missing' ready nowhere

# In the middle of a round trip.
proof-hanging &
is_used () { [ "$(used kvm_amd)" != 0 ]; }
patiently is_used
kill -KILL $!
wait $!
is 'killed: by the signal' 137 $?
is 'killed: nothing holds the module' 0 "$(used kvm_amd)"
proven 'killed: the next one'
prove proof-hanging
like 'one that hangs ends itself, by SIGXCPU or SIGALRM' '^1(52|42)$' "${proof%% *}"
is 'one that hangs: nothing holds the module' 0 "$(used kvm_amd)"

hold vm
proven 'beside another machine'
release

chmod 600 /dev/kvm
prove /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups nestbox-proof
is 'denied' '5 proof result=unavailable at=open errno=13' "$proof"
mv /dev/kvm /dev/kvm.not
prove
is 'missing' '5 proof result=unavailable at=open errno=2' "$proof"
mknod /dev/kvm c 1 3
prove
is 'not KVM' '5 proof result=unavailable at=KVM_GET_API_VERSION errno=25' "$proof"
rm /dev/kvm
mv /dev/kvm.not /dev/kvm

rmmod kvm_amd
modprobe kvm_amd nested=0
prove
is 'nested off' '3 proof result=not-offered' "$proof"
rmmod kvm_amd
modprobe kvm_amd npt=0
proven 'without nested paging'

# Another hypervisor holds the processor: EFER.SVME is set. KVM looks when its first machine is made.
rmmod kvm_amd
rmmod kvm
modprobe kvm enable_virt_at_load=0 2>/dev/null
modprobe kvm_amd
modprobe msr
efer () { dd if=/dev/cpu/0/msr bs=8 skip=402653200 count=1 2>/dev/null | od -An -tu4 | tr -s ' ' | cut -d ' ' -f 2; } # at 0xc0000080
set_efer () { printf "$(printf '\\%03o\\%03o\\0\\0\\0\\0\\0\\0' $(($1 & 255)) $(($1 >> 8)))" | dd of=/dev/cpu/0/msr bs=8 seek=402653200 2>/dev/null; }
efer=$(efer)
set_efer $((efer | 0x1000))
prove
like 'another hypervisor holds the processor' '^4 proof result=failed at=KVM_CREATE_VM errno=(16|5)$' "$proof" # EBUSY; EIO since 6.12
set_efer "$efer"
proven 'that has let go of it'

is 'nothing holds the module in the end' 0 "$(used kvm_amd)"
is 'no message of the kernel' '' "$(dmesg | grep -iE 'kvm.*(unhandled|bug|warn)|call trace')"
