/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Holds a virtual machine, as QEMU does, until it is killed; with an argument, only tries to make one. Linked statically, for
 * the emulated computers. */

#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int kvm = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  int machine = kvm < 0 ? -1 : ioctl (kvm, KVM_CREATE_VM, 0);

  if (machine < 0)
    {
      perror ("KVM_CREATE_VM");
      return 1;
    }
  if (argc > 1)
    return 0;

  puts ("holding");
  fflush (stdout);
  pause ();
  return 0;
}
