/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-helper-holders.h"

#define ARGUMENTS(text) text, sizeof text

static void
check (const char *arguments, gsize length, const char *expected)
{
  g_autofree char *name = nb_helper_holders_find_name (arguments, length);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_name (void)
{
  /* libvirt's, virt-manager's, by hand, and Debian's kvm. */
  check (ARGUMENTS ("/usr/bin/qemu-system-x86_64\0-name\0guest=win11,debug-threads=on\0-S"), "win11");
  check (ARGUMENTS ("qemu-system-x86_64\0-m\0002G\0-name\0my box"), "my box");
  check (ARGUMENTS ("/usr/bin/kvm\0-name\0a,process=b"), "a");
  check (ARGUMENTS ("qemu\0-name\0guest=a,,b,x=y"), "a,b");
  check (ARGUMENTS ("qemu\0-name\0guest=a,"), "a");
  check (ARGUMENTS ("qemu\0-name\0x\nresult live=1"), "x\nresult live=1");

  check (ARGUMENTS ("qemu\0-name"), NULL);
  check (ARGUMENTS ("qemu\0-name\0"), NULL);
  check (ARGUMENTS ("qemu\0-name\0guest="), NULL);
  check (ARGUMENTS ("qemu\0-nam\0x"), NULL);
  check (ARGUMENTS ("/opt/password-tool\0-name\0secret"), NULL);
  check ("", 0, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper-holders/name", test_name);

  return g_test_run ();
}
