# SPDX-License-Identifier: GPL-3.0-or-later
# cpu: EPYC
# root: large
# programs: tests/host/checks/print-checks apparmor:sbin/apparmor_parser
#
# What a real AppArmor denies, read from a real journal: by root, by a member of its group, and by somebody else.

# The journal has the kernel's messages a moment later.
is_known () { check denials | grep -q '"level":"warn"'; }

echo private >/srv/xanthippe.qcow2
cp /bin/cat /srv/machine
cat >/tmp/profile <<'PROFILE'
profile libvirt-4e5bc69d-9446-48bd-acec-14f40f9179da /srv/machine {
  /srv/machine mr,
  /usr/** mr,
  /etc/** r,
  /dev/** rw,
}
PROFILE
apparmor_parser --replace --skip-cache /tmp/profile
like 'nothing is denied yet' '"level":"pass"' "$(check denials)"
/srv/machine /srv/xanthippe.qcow2
patiently is_known
like 'root sees it' '"level":"warn".*1 access .*AppArmor: open' "$(check denials)"
somebody='setpriv --reuid 65534 --regid 65534'
like 'a member of the group sees it' '"level":"warn".*1 access ' \
  "$(check denials $somebody --groups "$(getent group systemd-journal | cut -d: -f3)")"
like 'somebody else can not' '"level":"note".*may not read' "$(check denials $somebody --clear-groups)"
