/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into both programs by compare-virt-host-validate: another computer's uname(). */

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static void
replace (char *field, size_t size, const char *name)
{
  const char *value = getenv (name);

  if (value != NULL)
    {
      strncpy (field, value, size - 1);
      field[size - 1] = '\0';
    }
}

int
uname (struct utsname *name)
{
  int result = syscall (SYS_uname, name);

  if (result == 0)
    {
      replace (name->machine, sizeof name->machine, "FAKE_MACHINE");
      replace (name->release, sizeof name->release, "FAKE_RELEASE");
    }
  return result;
}
