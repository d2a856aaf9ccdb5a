# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
#
# The helper and the verdict with a real kvm_amd: every verb, in use, overridden, refused, killed in the middle.

verdict_is 'before KVM is loaded' kvm-not-loaded
modprobe kvm_amd
is 'the default is on' 1 "$(nested kvm_amd)"
verdict_is 'and the verdict knows' ready

helper off disable kvm_amd
is 'disable: done' 0 $status
is 'disable: now' 0 "$(nested kvm_amd)"
is 'disable: in the file' 'options kvm_amd nested=0' "$(drop_in)"
like 'disable: result' '^result live=0 config=new next-boot=0$' "$output"
verdict_is 'disable: verdict' off
like 'disable: KVM offers nothing to guests' '^kvm-nested 0$' "$facts"
load_anew kvm_amd
is 'disable: kept when the module is loaded anew' 0 "$(nested kvm_amd)"

helper on enable kvm_amd
is 'enable: done' 0 $status
is 'enable: now' 1 "$(nested kvm_amd)"
is 'enable: in the file' 'options kvm_amd nested=1' "$(drop_in)"
like 'enable: result' '^result live=1 config=new next-boot=1$' "$output"
verdict_is 'enable: verdict' ready
like 'enable: KVM offers it to guests' '^kvm-nested 1$' "$facts"
load_anew kvm_amd
is 'enable: kept when the module is loaded anew' 1 "$(nested kvm_amd)"

# A virtual machine is running.
cp /etc/modprobe.d/zz-nestbox.conf /tmp/before
hold 'a vm'
helper show holders kvm_amd
is 'holders: done' 0 $status
like 'holders: the process, its name escaped' "^holder $holder 0 a\\\\x20vm " "$output"
helper off disable kvm_amd
is 'disable in use: refused' 13 $status
like 'disable in use: by whom' "^holder $holder 0 a\\\\x20vm " "$output"
is 'disable in use: still on' 1 "$(nested kvm_amd)"
cmp /tmp/before /etc/modprobe.d/zz-nestbox.conf
is 'disable in use: the file is untouched' 0 $?
helper off disable-later kvm_amd
is 'disable-later in use: done' 0 $status
like 'disable-later in use: result' '^result live=1 config=new next-boot=0$' "$output"
verdict_is 'disable-later in use: verdict' until-restart
release
load_anew kvm_amd
is 'disable-later: off afterwards' 0 "$(nested kvm_amd)"

hold vm
verdict_is 'off and in use' off-busy
helper on enable-now kvm_amd
is 'enable-now in use: refused' 13 $status
helper on enable-later kvm_amd
is 'enable-later in use: done' 0 $status
verdict_is 'enable-later in use: verdict' after-restart-busy
release
verdict_is 'enable-later: verdict' after-restart
helper on enable-now kvm_amd
is 'enable-now: done' 0 $status
is 'enable-now: now' 1 "$(nested kvm_amd)"
verdict_is 'enable-now: verdict' ready

helper off disable-now kvm_amd
is 'disable-now: now' 0 "$(nested kvm_amd)"
is 'disable-now: the file stays' 'options kvm_amd nested=1' "$(drop_in)"
helper forget forget kvm_amd
is 'forget: done' 0 $status
is 'forget: no file' absent "$(drop_in)"
is 'forget: live is left alone' 0 "$(nested kvm_amd)"
like 'forget: the default counts again' '^result live=0 config=new next-boot=1$' "$output"

# Somebody else's file, earlier and later than ours.
echo 'options kvm-amd nested=0' >/etc/modprobe.d/kvm.conf
verdict_is 'an earlier file' off
like 'an earlier file: named' '^decided-by /etc/modprobe.d/kvm.conf$' "$facts"
helper on enable kvm_amd
load_anew kvm_amd
is 'an earlier file: ours wins' 1 "$(nested kvm_amd)"
mv /etc/modprobe.d/kvm.conf /etc/modprobe.d/zzz.conf
verdict_is 'a later file' until-restart-other-file
helper on enable kvm_amd
is 'a later file: done' 0 $status
like 'a later file: warned' '^warning overridden-by-file$' "$output"
like 'a later file: result' '^result live=1 config=new next-boot=0$' "$output"
rm /etc/modprobe.d/zzz.conf

# Somebody else's option that the kernel refuses: found before KVM is stopped, which would not come back.
echo 'options kvm_amd npt=banana' >/etc/modprobe.d/broken.conf
cp /etc/modprobe.d/zz-nestbox.conf /tmp/before
helper off disable kvm_amd
is 'a refused option: refused' 20 $status
like 'a refused option: where' '^warning refused-value /etc/modprobe.d/broken.conf 1 npt=banana$' "$output"
is 'a refused option: still on' 1 "$(nested kvm_amd)"
like 'a refused option: result' '^result live=1 config=old next-boot=0$' "$output"
cmp /tmp/before /etc/modprobe.d/zz-nestbox.conf
is 'a refused option: the file is untouched' 0 $?
helper on enable-later kvm_amd
is 'a refused option: enable-later is done' 0 $status
like 'a refused option: enable-later warns' '^warning refused-value /etc/modprobe.d/broken.conf 1 npt=banana$' "$output"
like 'a refused option: enable-later knows what is next' '^result live=1 config=new next-boot=0$' "$output"
rmmod kvm_amd
modprobe kvm_amd 2>/dev/null
is 'a refused option: the kernel thinks so, too' none "$(nested kvm_amd)"
helper off disable kvm_amd
is 'a refused option, not loaded: refused' 20 $status
like 'a refused option, not loaded: result' '^result live=none config=old ' "$output"
rm /etc/modprobe.d/broken.conf

# An earlier nested= of somebody else's, which an int refuses wherever ours stands: we load without it, a restart does not.
modprobe kvm_amd
echo 'options kvm_amd nested=Y' >/etc/modprobe.d/broken.conf
helper off disable kvm_amd
is 'a refused nested: done' 0 $status
is 'a refused nested: off now' 0 "$(nested kvm_amd)"
like 'a refused nested: warned' '^warning refused-value /etc/modprobe.d/broken.conf 1 nested=Y$' "$output"
like 'a refused nested: result' '^result live=0 config=new next-boot=0$' "$output"
rmmod kvm_amd
modprobe kvm_amd 2>/dev/null
is 'a refused nested: the kernel thinks so, too' none "$(nested kvm_amd)"
rm /etc/modprobe.d/broken.conf

# Registers that KVM does not know: live and in the file, machines or not.
modprobe kvm_amd
hold vm
helper msrs allow-msrs kvm
is 'allow-msrs: done' 0 $status
is 'allow-msrs: now' Y "$(cat /sys/module/kvm/parameters/ignore_msrs)"
like 'allow-msrs: result' '^result live=1 config=new next-boot=1$' "$output"
like 'allow-msrs: in the file' '^options kvm ignore_msrs=1$' "$(cat /etc/modprobe.d/zz-nestbox.conf)"
helper msrs refuse-msrs kvm
is 'refuse-msrs: now' N "$(cat /sys/module/kvm/parameters/ignore_msrs)"
like 'refuse-msrs: in the file' '^options kvm ignore_msrs=0$' "$(cat /etc/modprobe.d/zz-nestbox.conf)"
like 'refuse-msrs: the other line stays' '^options kvm_amd nested=' "$(cat /etc/modprobe.d/zz-nestbox.conf)"
helper forget forget kvm
is 'forget of kvm: done' 0 $status
is 'forget of kvm: the other line stays' 'options kvm_amd nested=0' "$(drop_in)"
release
rmmod kvm_amd
rm /etc/modprobe.d/zz-nestbox.conf
verdict_is 'not loaded' kvm-not-loaded
helper on enable kvm_amd
is 'not loaded: enable loads it' 0 $status
is 'not loaded: on' 1 "$(nested kvm_amd)"

echo 'install kvm_amd /bin/true' >/etc/modprobe.d/blocked.conf
helper off disable kvm_amd
is 'an install line: refused' 20 $status
is 'an install line: still on' 1 "$(nested kvm_amd)"
rm /etc/modprobe.d/blocked.conf

# Killed in the middle: the next run puts things right first.
for event in write unload load; do
  kill-at $event /usr/bin/nestbox-helper off disable kvm_amd >/tmp/stood 2>/tmp/kill-at
  is "killed after $event" 0 $?
  # SYS_MODULE, DAC_OVERRIDE and FOWNER, and nothing else.
  like "killed after $event: what it could do" '^status CapEff:[[:space:]]0*1000a$' "$(cat /tmp/stood)"
  if [ $event = unload ]; then
    like 'while KVM is out the kernel spares the helper' '^oom_score_adj -1000$' "$(cat /tmp/stood)"
    like 'while KVM is out nothing waits for a disk' '^status VmLck:[[:space:]]+[1-9]' "$(cat /tmp/stood)"
  fi
  [ $event != unload ] || is "killed after $event: not loaded" none "$(nested kvm_amd)"
  helper on enable kvm_amd
  is "killed after $event: the next run is done" 0 $status
  like "killed after $event: it repairs" '^step repair$' "$output"
  is "killed after $event: on" 1 "$(nested kvm_amd)"
  is "killed after $event: the file" 'options kvm_amd nested=1' "$(drop_in)"
  is "killed after $event: nothing is left over" zz-nestbox.conf "$(ls -A /etc/modprobe.d)"
done

# Somebody loads the module as soon as it is gone, perhaps with what the configuration said a moment ago: either way the
# answer is true.
touch /tmp/race
(while [ -e /tmp/race ]; do /sbin/modprobe -q kvm_amd; done) &
helper off disable kvm_amd
rm /tmp/race
wait
case $status in
  0) is 'a race to load the module: won' '0 options kvm_amd nested=0' "$(nested kvm_amd) $(drop_in)" ;;
  *) is 'a race to load the module: lost' '18 1 options kvm_amd nested=1' "$status $(nested kvm_amd) $(drop_in)" ;;
esac

cp /etc/modprobe.d/zz-nestbox.conf /tmp/before
helper on enable kvm_intel
is "another processor's module: refused" 12 $status
cmp /tmp/before /etc/modprobe.d/zz-nestbox.conf
is "another processor's module: nothing is written" 0 $?
