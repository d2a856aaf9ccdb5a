/* SPDX-License-Identifier: GPL-3.0-or-later */

/* write-port PORT BYTE…: writes to an I/O port, which is how an emulated computer tells its emulator to leave. Debian's cloud
 * kernel has no /dev/port. Linked statically. */

#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>

int
main (int argc, char **argv)
{
  if (iopl (3) < 0)
    {
      perror ("iopl");
      return 1;
    }

  for (int i = 2; i < argc; i++)
    outb (strtoul (argv[i], NULL, 0), strtoul (argv[1], NULL, 0));

  return 0;
}
