# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# programs: tests/kernel/proof-once
#
# One round trip, again and again, leaves nothing behind. "runs=1000" on the kernel's command line is the long form.

runs=$(sed -n 's/.*runs=\([0-9]*\).*/\1/p' /proc/cmdline)
runs=${runs:-50}

free () { sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
# Without the kernel's own threads, which come and go.
processes () { grep -l '^VmRSS' /proc/[0-9]*/status 2>/dev/null | wc -l; }

modprobe kvm_amd
for _ in $(seq 10); do prove proof-once; done
is 'the first ones' '0 proof result=proven trips=1' "${proof% nanoseconds=*}"
memory=$(free)
processes=$(processes)
failed=0
for _ in $(seq "$runs"); do
  prove proof-once
  [ "${proof%% *}" = 0 ] || failed=$((failed + 1))
done
last=$proof
is "$runs runs: all proven" 0 $failed
is "$runs runs: nothing holds the module" 0 "$(used kvm_amd)"
is "$runs runs: no process is left" "$processes" "$(processes)"
lost=$((memory - $(free)))
like "$runs runs: no memory is lost ($lost kB less is free)" yes "$([ $lost -lt 1024 ] && echo yes)"
