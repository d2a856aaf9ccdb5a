/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands where udevadm stands, and writes down how it was called: arguments, then a line for each variable. */

#include <stdio.h>

extern char **environ;

int
main (int argc, char *argv[])
{
  FILE *file = fopen ("/udevadm.log", "w");

  for (int i = 0; i < argc; i++)
    fprintf (file, "%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
  for (char **variable = environ; *variable != NULL; variable++)
    fprintf (file, "%s\n", *variable);
  fclose (file);

  return 0;
}
