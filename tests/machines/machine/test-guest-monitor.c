/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What QEMU says of its processors, in QEMU 7.2's words, and a QEMU that a guest has taken over. */

#include "config.h"

#include <glib.h>

#include "nb-guest-answer.h"
#include "nb-guest-monitor.h"

#define WORD(leaf, features) "{\"cpuid-register\":\"ECX\",\"cpuid-input-eax\":" leaf ",\"features\":" features "}"
#define WORDS(first, second) "{\"return\":[" first "," second "]}"

static void
test_path (void)
{
  g_autofree char *path =
    nb_guest_monitor_parse_path ("{\"return\":[{\"qom-path\":\"/machine/unattached/device[0]\",\"cpu-index\":0}]}");
  static const char *const hostile[] = {
    "",
    "{",
    "[]",
    "{\"return\":[]}",
    "{\"return\":{}}",
    "{\"return\":[{\"qom-path\":1}]}",
    /* It would end the string that it becomes a part of. */
    "{\"return\":[{\"qom-path\":\"/a\\\",\\\"property\\\":\\\"b\"}]}",
    "{\"return\":[{\"qom-path\":\"/a\\\\\"}]}",
  };

  g_assert_cmpstr (path, ==, "/machine/unattached/device[0]");
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    g_assert_null (nb_guest_monitor_parse_path (hostile[i]));
}

static void
test_words (void)
{
  static const struct
  {
    const char *answer;
    NbTristate has;
    gboolean vmx;
  } all[] = {
    { WORDS (WORD ("2147483649", "5"), WORD ("1", "2147491841")), NB_TRISTATE_YES, FALSE },
    { WORDS (WORD ("2147483649", "1"), WORD ("1", "2147491841")), NB_TRISTATE_NO, FALSE },
    { WORDS (WORD ("2147483649", "33"), WORD ("1", "4141363715")), NB_TRISTATE_NO, FALSE },
    { WORDS (WORD ("2147483649", "33"), WORD ("1", "4141363747")), NB_TRISTATE_YES, TRUE },
    /* The bit of another leaf, or in another register, says nothing. */
    { WORDS (WORD ("7", "4294967295"), WORD ("1", "0")), NB_TRISTATE_NO, FALSE },
    { "{\"return\":[{\"cpuid-register\":\"EDX\",\"cpuid-input-eax\":1,\"features\":4294967295}]}", NB_TRISTATE_UNKNOWN,
      FALSE },
    { WORDS (WORD ("\"1\"", "32"), WORD ("1", "\"32\"")), NB_TRISTATE_UNKNOWN, FALSE },
    { "{\"return\":[1,null,[],{}]}", NB_TRISTATE_UNKNOWN, FALSE },
    { "{\"return\":[]}", NB_TRISTATE_UNKNOWN, FALSE },
    { "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"}}", NB_TRISTATE_UNKNOWN, FALSE },
    { "", NB_TRISTATE_UNKNOWN, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      NbGuestMonitor monitor = { .has = NB_TRISTATE_YES, .vmx = TRUE, .runs = NB_TRISTATE_UNKNOWN };

      g_test_message ("%s", all[i].answer);
      nb_guest_monitor_parse_words (&monitor, all[i].answer);
      g_assert_cmpint (monitor.has, ==, all[i].has);
      g_assert_cmpint (monitor.vmx, ==, all[i].vmx);
    }
}

static void
test_registers (void)
{
  static const struct
  {
    const char *text;
    NbTristate runs;
  } all[] = {
    { "CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000\r\nEFER=0000000000000000\r\n", NB_TRISTATE_NO },
    { "CR4=000006f0\r\nEFER=0000000000000d01\r\n", NB_TRISTATE_NO },
    { "CR4=000006f0\r\nEFER=0000000000001d01\r\n", NB_TRISTATE_YES },
    { "CR4=000026f0\r\nEFER=0000000000000d01\r\n", NB_TRISTATE_YES },
    /* The second processor's. */
    { "EFER=0000000000000d01\r\nCPU#1\r\nEFER=0000000000001d01\r\n", NB_TRISTATE_YES },
    { "CR4=\r\nEFER=zz", NB_TRISTATE_UNKNOWN },
    { "EFER=", NB_TRISTATE_UNKNOWN },
    { "", NB_TRISTATE_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_test_message ("%s", all[i].text);
      g_assert_cmpint (nb_guest_monitor_parse_registers (all[i].text), ==, all[i].runs);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest-monitor/path", test_path);
  g_test_add_func ("/guest-monitor/words", test_words);
  g_test_add_func ("/guest-monitor/registers", test_registers);
  return g_test_run ();
}
