# SPDX-License-Identifier: GPL-3.0-or-later
# What cases are written with, in an emulated computer: points of TAP, printed to the second serial port, and the words of
# this project. busybox runs its own modprobe and rmmod whatever PATH says, hence the full paths.

stty -F /dev/ttyS1 115200 raw -echo
exec 3>/dev/ttyS1

points=0
point () {
  points=$((points + 1))
  echo "$1 $points - $2" >&3
}

# is NAME EXPECTED ACTUAL
is () {
  if [ "$2" = "$3" ]; then
    point ok "$1"
  else
    point 'not ok' "$1"
    printf '%s\n' "expected: $2" "actual:   $3" "${last-}" | sed 's/^/# /' >&3
  fi
}

# like NAME PATTERN TEXT: an extended regular expression that one of the text's lines matches
like () {
  if printf '%s\n' "$3" | grep -qE -- "$2"; then
    point ok "$1"
  else
    point 'not ok' "$1"
    printf '%s\n' "expected a line like: $2" "actual: $3" | sed 's/^/# /' >&3
  fi
}

# patiently COMMAND…: until it succeeds, for five minutes at most
patiently () {
  for _ in $(seq 600); do
    "$@" && return
    sleep 0.5
  done
  false
}

modprobe () { /sbin/modprobe "$@"; }
rmmod () { /sbin/rmmod "$@"; }

# nested MODULE: 1 or 0, whether the kernel says so or Y or N; "none" where the module is not loaded
nested () {
  if [ -e "/sys/module/$1" ]; then
    tr YN 10 <"/sys/module/$1/parameters/nested"
  else
    echo none
  fi
}

# load_anew MODULE: what a restart does, as far as the module is concerned
load_anew () {
  rmmod "$1" && modprobe "$1"
}

# helper ARGUMENT…: sets $status, $output and $error
helper () {
  output=$(nestbox-helper "$@" 2>/tmp/helper.error)
  status=$?
  error=$(cat /tmp/helper.error)
  last="helper $*: $status; $output; $error"
}

# prove [COMMAND…]: sets $proof to the proof's exit code and its line
prove () {
  [ $# -gt 0 ] || set -- nestbox-proof
  proof=$("$@" 2>&1)
  proof="$? $proof"
  proof=${proof% }
  last=$proof
}

# proven NAME: a virtual machine ran inside a virtual machine
proven () {
  prove
  like "$1" '^0 proof result=proven trips=1000 nanoseconds=[1-9][0-9]*$' "$proof"
  echo "# $1: $proof" >&3
}

# used MODULE: its use count
used () { cat "/sys/module/$1/refcnt"; }

# drop_in: what our own file says, on one line, comments left out
drop_in () {
  if [ -e /etc/modprobe.d/zz-nestbox.conf ]; then
    grep -v '^#' /etc/modprobe.d/zz-nestbox.conf | tr '\n' ' ' | sed 's/ $//'
  else
    echo absent
  fi
}

# verdict_is NAME ID [PROGRAM]: the verdict that the application shows now, after PROGRAM has tried; $facts are the facts behind it
verdict_is () {
  facts=$(show-verdict ${3+"/usr/bin/$3"} 2>&1)
  last=$facts
  is "$1" "$2" "$(echo "$facts" | sed -n 's/^verdict //p')"
}

# hold NAME: a process of that name holds a virtual machine; $holder is its process
hold () {
  cp /usr/bin/hold-kvm "/tmp/$1"
  mkfifo /tmp/hold.pipe
  "/tmp/$1" >/tmp/hold.pipe &
  holder=$!
  read -r _ </tmp/hold.pipe
  rm /tmp/hold.pipe
}

release () {
  kill "$holder"
  wait "$holder"
}

# compare CONDITION PREFIX…: hands what virt-host-validate and Nestbox say now to compare-virt-host-validate, which judges
# outside; PREFIX runs both as somebody else
compare () {
  condition=$1
  shift
  LC_ALL=C "$@" virt-host-validate >/tmp/tool 2>/dev/null
  tool=$?
  "$@" print-checks >/tmp/ours
  ours=$?
  printf '%s\n' "@condition $condition" "@tool $tool" "$(cat /tmp/tool)" "@ours $ours" "$(cat /tmp/ours)" "@end" >&3
  points=$((points + 1))
}

# check ID PREFIX…: what Nestbox says now of one thing that it checks
check () {
  id=$1
  shift
  last=$("$@" print-checks | tr '{' '\n' | grep "\"id\":\"$id\"")
  echo "$last"
}

as_nobody () { compare "$1, as nobody" /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups; }

switch_off () {
  echo "1..$points" >&3
  echo "=== end of $points points" >&3
  # stty waits until the serial port has sent everything.
  stty -F /dev/ttyS1 raw
  case $(cat /proc/cmdline) in
    *emulator=bochs*) write-port 0x8900 $(printf Shutdown | od -An -tu1) ;;
    *) write-port 0xf4 16 ;; # QEMU leaves with 16 * 2 + 1 = 33
  esac
}
