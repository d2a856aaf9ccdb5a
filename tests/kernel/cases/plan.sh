# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# root: large
# programs: tests/nb-plan-run
#
# "Let This Machine Run Virtual Machines", for real: the plan that the button runs, with pkexec, the helper, libvirt, and
# guests in the emulated KVM, one of them with QEMU's own guest agent. What can go wrong goes wrong at every step.

export VIRSH_DEFAULT_CONNECT_URI=qemu:///system

HOST='Enable Nested Virtualization'
LATER='Enable Nested Virtualization at the Next Restart'
CPU='Change the Machine’s Processor'
PROOF='Check Inside the Guest'

# add_agent: Debian's guest agent with its libraries, for init-nested
add_agent () {
  for file in /usr/sbin/qemu-ga $(ldd /usr/sbin/qemu-ga | grep -o '/[^ ]*'); do
    mkdir -p "/tmp/root/agent${file%/*}"
    cp -L "$file" "/tmp/root/agent$file"
  done
  (cd /tmp/root && find agent | busybox cpio -o -H newc) >>/opt/nestbox/nested/initrd 2>/dev/null
}

# machine NAME DEVICES [OS]: defines a machine
machine () {
  cat >/tmp/machine.xml <<XML
<domain type='kvm'>
  <name>$1</name>
  <memory unit='MiB'>${4-16}</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type>${3-}</os>
  <features><acpi/></features>
  <cpu mode='host-model'/>
  <devices>
    <serial type='file'><source path='/var/log/$1.log'/></serial>
    $2
    <memballoon model='none'/>
  </devices>
</domain>
XML
  virsh -q define /tmp/machine.xml
}

# linux NAME OPTION…: a machine with Linux, which is init-nested's, and QEMU's guest agent
linux () {
  name=$1
  shift
  machine "$name" "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>" \
    "<kernel>/opt/nestbox/nested/linux</kernel><initrd>/opt/nestbox/nested/initrd</initrd>
     <cmdline>console=ttyS0 quiet agent $*</cmdline>" 256
}

# button NAME TICKS: a machine that is up in a moment: a boot sector of a few instructions, which says so on the serial port
# and waits for the power button. It turns itself off that many eighteenths of a second later.
button () {
  disk=/var/lib/libvirt/images/$1.img
  truncate -s 1M "$disk"
  # cli; enable the button; say "!"; until pressed: sti, hlt; TICKS times hlt; off
  printf "$(printf '\\%03o' \
    250 186 2 6 184 0 1 239  186 248 3 176 33 238  251 244 186 0 6 237 246 196 1 116 245  185 "$2" 0 244 73 117 252 \
    186 4 6 184 0 32 239 244)" | dd of="$disk" conv=notrunc status=none
  printf '\125\252' | dd of="$disk" bs=1 seek=510 conv=notrunc status=none
  machine "$1" "<disk type='file'><source file='$disk'/><target dev='sda'/></disk>"
}

# start NAME…: starts machines, and waits until their guests are up
start () {
  for name; do
    virsh -q start "$name"
  done
  up "$@"
}

up () {
  for name; do
    case $name in
      linux*) patiently has_agent "$name" ;;
      deaf) ;;
      *) patiently test -s "/var/log/$name.log" ;;
    esac
  done
}

has_agent () { virsh -q dumpxml "$1" | grep -q "state='connected'"; }

running () {
  virsh -q list --name | sort | xargs
}

# configured NAME: its <cpu>
configured () {
  virsh -q dumpxml --inactive "$1" | sed -n '/<cpu.*\/>/p; /<cpu.*[^/]>/,/<\/cpu>/p'
}

# plan ARGUMENT…: sets $status and $output
plan () {
  output=$(nb-plan-run --helper /opt/nestbox/bin/nestbox-helper qemu:///system "$@" 2>&1)
  status=$?
  last=$output
  echo "# $* ($(cut -d. -f1 /proc/uptime) s)" >&3
}

# nested_is NAME LIVE FILE
nested_is () {
  is "$1" "$2 $3" "$(nested kvm_amd) $(drop_in)"
}

ln -s /opt/nestbox/programs/hold-kvm /usr/bin/
echo 'options kvm_amd nested=0' >/etc/modprobe.d/kvm.conf
modprobe kvm_amd
load_anew kvm_amd
nested_is 'nested is off' 0 absent
add_agent
linux linux
button other 1
button button 1
machine deaf ''
before=$(configured linux)

# The helper refuses.
echo 'install kvm_amd /bin/true' >/etc/modprobe.d/blocked.conf
plan linux now
is 'the helper refuses: failed' 2 $status
like 'the helper refuses: at that step' "^Failed: $HOST: " "$output"
like 'the helper refuses: nothing else was done' '^Nothing was changed\.$' "$output"
like 'the helper refuses: what was not done' "^Not done: $HOST; $CPU; Start linux; $PROOF\.$" "$output"
nested_is 'the helper refuses: as before' 0 absent
rm /etc/modprobe.d/blocked.conf

# libvirt refuses.
mount --bind /etc/libvirt/qemu /etc/libvirt/qemu
mount -o remount,bind,ro /etc/libvirt/qemu
plan linux now back
is 'libvirt refuses: taken back' 0 $status
like 'libvirt refuses: at that step' "^Failed: $CPU: .*libvirt" "$output"
like 'libvirt refuses: what was done' "^Done: $HOST\.$" "$output"
like 'libvirt refuses: what was not' "^Not done: $CPU; Start linux; $PROOF\.$" "$output"
nested_is 'libvirt refuses: taken back, all of it' 0 absent
umount /etc/libvirt/qemu
is 'libvirt refuses: the processor is as before' "$before" "$(configured linux)"

# libvirt goes away.
plan --at 'cpu:systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd.service' linux now back
is 'libvirt goes away: taken back' 0 $status
like 'libvirt goes away: at that step' "^Failed: $CPU: .*not connected" "$output"
nested_is 'libvirt goes away: what was done is taken back without it' 0 absent
systemctl start libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
is 'libvirt goes away: the processor is as before' "$before" "$(configured linux)"

# KVM is kept busy by something that is no machine: only the next restart is offered.
hold 'a vm'
plan --at 'host-back:cp /etc/modprobe.d/zz-nestbox.conf /tmp/later' linux now back
is 'a stranger: done, and taken back' 0 $status
like 'a stranger: named' "^In use by: a vm, process $holder, user 0$" "$output"
like 'a stranger: nothing is done now' "^Waiting: $LATER$" "$output"
like 'a stranger: what to do then' '^Restart the computer, then start the machine: ' "$output"
is 'a stranger: it was stored' 'options kvm_amd nested=1' "$(grep -v '^#' /tmp/later)"
nested_is 'a stranger: taken back' 0 absent
is 'a stranger: the processor is as before' "$before" "$(configured linux)"
release

# What the page's Check says, each time that machines are about to be stopped: at first, and when all is set up. Then in a
# guest without KVM, and with an agent that may not open files.
cat >/tmp/check <<'SH'
check () { nb-plan-run qemu:///system linux ask >>/tmp/said 2>&1; }
agent () { virsh -q qemu-agent-command --timeout 10 linux "{\"execute\":\"$1\",\"arguments\":{$2}}" 2>&1; }

check
[ "$(wc -l </tmp/said)" = 2 ] || exit
id=$(agent guest-exec '"path":"/sbin/rmmod","arg":["kvm_amd"]' | tr -cd 0-9)
until agent guest-exec-status "\"pid\":$id" | grep -q '"exited":true'; do sleep 0.5; done
check
agent guest-exec '"path":"/bin/killall","arg":["ld-linux-x86-64.so.2"]'
until agent guest-file-open '"path":"/proc/cpuinfo"' | grep -q disabled; do sleep 0.5; done
check
SH

# From off to proven, with another machine running, and back.
start linux other
ids=$(virsh -q domid linux; virsh -q domid other)
plan --at 'stop:timeout 300 sh /tmp/check' --at "proof:{ cat /sys/module/kvm_amd/parameters/nested; grep -v '^#' /etc/modprobe.d/zz-nestbox.conf; virsh -q list --name | sort; } | xargs >/tmp/then" linux now back
is 'proven: done, and taken back' 0 $status
like 'proven: by whom KVM was used' '^In use by: qemu-system-x86, process [0-9]+, user [0-9]+, machine other$' "$output"
like 'proven: both were shut down' '^Done: Shut Down (linux, other|other, linux)$' "$output"
like 'proven: the helper did it' "^Done: $HOST$" "$output"
like 'proven: the other one was started again' '^Done: Start other Again$' "$output"
is 'proven: now, after a restart, and only what ran' '1 options kvm_amd nested=1 linux other' "$(cat /tmp/then)"
like 'proven: by the guest itself' "^Done: $PROOF: .*/proc/cpuinfo shows virtualization, and KVM is loaded there\.$" "$output"
like 'proven: said so' '^Proven: ' "$output"
nested_is 'proven: taken back' 0 absent
is 'proven: the processor is as before, byte for byte' "$before" "$(configured linux)"
is 'proven: what ran runs again' 'linux other' "$(running)"
is 'proven: and was started anew' 4 "$(echo "$ids" "$(virsh -q domid linux)" "$(virsh -q domid other)" | xargs -n 1 | sort -u | wc -l)"
said () { sed -n "$1p" /tmp/said; }
like 'the guest: no svm' '/proc/cpuinfo shows no virtualization\.$' "$(said 1)"
like 'the guest: svm and KVM' '/proc/cpuinfo shows virtualization, and KVM is loaded there\.$' "$(said 2)"
like 'the guest: svm without KVM' 'KVM isn’t loaded there yet\. In the guest, type: sudo modprobe kvm_amd$' "$(said 3)"
like 'the guest: its agent refuses' 'is not allowed to open files there\. In a Linux guest, type: grep -cwE ' "$(said 4)"
virsh -q destroy linux

# A guest that does not listen: wait, then not now.
start button deaf
id=$(virsh -q domid deaf)
plan --patience 10 --answer wait --answer later button now
is 'later: done' 0 $status
like 'later: asked first' '^Asked about deaf: wait$' "$output"
like 'later: asked again' '^Asked about deaf: later$' "$output"
like 'later: nobody was forced' '^Not done: Shut Down ' "$output"
like 'later: what had stopped runs again' '^Done: Start (button, other|other, button) Again$' "$output"
is 'later: all of them' 'button deaf other' "$(running)"
is 'later: the deaf one was left alone' "$id" "$(virsh -q domid deaf)"
nested_is 'later: stored, and in effect after a restart' 0 'options kvm_amd nested=1'
verdict_is 'later: the verdict says so' after-restart-busy
up button other

# The same, forced; without an agent nothing is claimed.
plan --patience 10 --answer force-off button now
is 'forced: done' 0 $status
like 'forced: asked' '^Asked about deaf: force-off$' "$output"
like 'forced: the others were started again' '^Done: Start (other, deaf|deaf, other) Again$' "$output"
is 'forced: all run' 'button deaf other' "$(running)"
like 'forced: the deaf one was started anew' '^[0-9]+$' "$(virsh -q domid deaf | grep -vx "$id")"
nested_is 'forced: nested is on' 1 'options kvm_amd nested=1'
like 'no agent: no claim' "^Not done: $PROOF: " "$output"
like 'no agent: what to type instead' '^In a Linux guest, type: grep ' "$output"
like 'no agent: the end says so' '^All is set up\. The guest itself has not said so yet\.$' "$output"

# A guest that takes its time.
button slow 150
start slow
plan --patience 3 --answer wait --answer wait --answer wait --answer wait --answer wait slow now
is 'slow: done' 0 $status
like 'slow: asked' '^Asked about slow: wait$' "$output"
like 'slow: it shut down in the end' '^Done: Shut Down and Start slow$' "$output"

# The machine does not start.
button broken 1
rm /var/lib/libvirt/images/broken.img
before=$(configured broken)
plan broken now back
is 'no disk: taken back' 0 $status
like 'no disk: at that step' '^Failed: Start broken: .*broken\.img' "$output"
like 'no disk: what was done' "^Done: $CPU\.$" "$output"
is 'no disk: the processor is as before' "$before" "$(configured broken)"
nested_is 'no disk: nested stays on' 1 'options kvm_amd nested=1'
