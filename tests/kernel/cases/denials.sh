# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# programs: tests/host/checks/print-checks apparmor:sbin/apparmor_parser
#
# What a real AppArmor denies to a program under a profile such as libvirt gives a virtual machine.

denials () {
  dmesg >/var/log/kern.log
  check denials
}

mkdir -p /srv /var/log
mount -t securityfs none /sys/kernel/security
echo private >/srv/xanthippe.qcow2
cp /bin/busybox /tmp/busybox-vm
cat >/tmp/profile <<'PROFILE'
profile libvirt-4e5bc69d-9446-48bd-acec-14f40f9179da /tmp/busybox-vm {
  /tmp/busybox-vm mr,
  /dev/** rw,
}
profile browser /tmp/busybox-browser {
  /tmp/busybox-browser mr,
}
PROFILE
apparmor_parser --replace --skip-cache /tmp/profile
is 'the profiles are loaded' 2 "$(grep -c enforce /sys/kernel/security/apparmor/profiles)"
like 'nothing is denied yet' '"level":"pass"' "$(denials)"

cp /bin/busybox /tmp/busybox-browser
/tmp/busybox-browser cat /srv/xanthippe.qcow2
like 'what others are denied does not count' '"level":"pass"' "$(denials)"

/tmp/busybox-vm cat /sys/kernel/uevent_seqnum
like 'looking around is a note' '"level":"note".*1 access ' "$(denials)"

/tmp/busybox-vm cat /srv/xanthippe.qcow2
like 'a virtual machine is kept from its disk' '"level":"warn".*2 accesses .*AppArmor: open' "$(denials)"
is 'no name is told' '' "$(denials | grep -o 'xanthippe\|4e5bc69d')"
