/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts are read as they stand, whatever stands there. */

#include "config.h"

#include "fixture.h"
#include "nb-host-facts.h"
#include "nb-root.h"
#include "nb-verdict.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

static NbHostFacts *
read_fixture (const char *name)
{
  g_autofree char *root = fixture_dup_path (name);

  return nb_host_facts_read (root, 0);
}

static void
test_intel (void)
{
  g_autoptr (NbHostFacts) facts = read_fixture ("intel");

  g_assert_cmpstr (facts->machine, ==, "x86_64");
  g_assert_cmpstr (facts->release, ==, "6.12.48+deb13-amd64");
  g_assert_cmpint (facts->uptime, ==, 3600);
  g_assert_cmpint (facts->vendor, ==, NB_VENDOR_INTEL);
  g_assert_cmpstr (facts->model, ==, "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz");
  g_assert_cmpstr (facts->module, ==, "kvm_intel");
  g_assert_cmpint (facts->module_state, ==, NB_MODULE_STATE_LOADED);
  g_assert_cmpint (facts->parameter, ==, NB_TRISTATE_YES);
  g_assert_cmpint (facts->slat, ==, NB_TRISTATE_YES);
  g_assert_cmpint (facts->ignore_msrs, ==, NB_TRISTATE_NO);
  g_assert_cmpint (facts->refcnt, ==, 0);
  g_assert_cmpint (facts->decider, ==, NB_DECIDER_DEFAULT);
  g_assert_cmpint (facts->next_boot, ==, NB_TRISTATE_YES);
  g_assert_cmpint (facts->own_file, ==, NB_TRISTATE_UNKNOWN);
}

static void
test_others (void)
{
  g_autoptr (NbHostFacts) amd = read_fixture ("off-amd");
  g_autoptr (NbHostFacts) s390 = read_fixture ("hugepage-conflict");
  g_autoptr (NbHostFacts) power = read_fixture ("ppc64");
  g_autoptr (NbHostFacts) arm = read_fixture ("arm64");
  g_autoptr (NbHostFacts) both = read_fixture ("ready-both-built-in");

  g_assert_cmpstr (amd->module, ==, "kvm_amd");
  g_assert_cmpint (amd->next_boot, ==, NB_TRISTATE_NO);
  g_assert_cmpstr (amd->decider_file, ==, "/etc/modprobe.d/kvm.conf");
  g_assert_cmpuint (amd->decider_line, ==, 1);

  g_assert_cmpstr (s390->module, ==, "kvm");
  g_assert_cmpint (s390->hugepages, ==, NB_TRISTATE_YES);
  g_assert_cmpint (s390->cpu_flag, ==, NB_TRISTATE_YES);
  g_assert_cmpint (s390->next_boot, ==, NB_TRISTATE_NO);

  g_assert_cmpstr (power->module, ==, "kvm_hv");
  g_assert_cmpstr (power->model, ==, "POWER9, altivec supported");

  g_assert_null (arm->module);
  g_assert_cmpint (arm->live, ==, NB_TRISTATE_YES);
  g_assert_cmpint (arm->decider, ==, NB_DECIDER_COMMAND_LINE);

  g_assert_cmpstr (both->module, ==, "kvm_amd");
  g_assert_cmpint (both->module_state, ==, NB_MODULE_STATE_BUILT_IN);
}

static void
test_where (void)
{
  g_autoptr (NbHostFacts) later = read_fixture ("until-restart-other-file");
  g_autoptr (NbHostFacts) own = read_fixture ("until-restart-own");
  g_autoptr (NbHostFacts) blocked = read_fixture ("blocked");
  g_autoptr (NbHostFacts) black = read_fixture ("until-restart-blacklist");
  g_autoptr (NbHostFacts) huge = read_fixture ("on-next-boot-unknown");
  const NbConfigLine *line;

  g_assert_cmpstr (later->decider_file, ==, "/etc/modprobe.d/zzz-site.conf");
  g_assert_cmpuint (later->decider_line, ==, 3);
  g_assert_true (later->decider_later);
  g_assert_cmpint (later->own_file, ==, NB_TRISTATE_YES);

  g_assert_false (own->decider_later);
  g_assert_cmpint (own->own_file, ==, NB_TRISTATE_NO);

  line = nb_host_facts_find_obstacle (blocked, NB_WHY_INSTALL, TRUE);
  g_assert_cmpstr (line->file, ==, "/etc/modprobe.d/hardening.conf");
  g_assert_cmpuint (line->line, ==, 2);

  g_assert_null (nb_host_facts_find_obstacle (black, NB_WHY_BLACKLIST, TRUE));
  g_assert_nonnull (nb_host_facts_find_obstacle (black, NB_WHY_BLACKLIST, FALSE));
  g_assert_cmpint (black->decider_why, ==, NB_WHY_BLACKLIST);
  g_assert_cmpstr (black->decider_file, ==, "/etc/modprobe.d/blacklist-kvm.conf");
  g_assert_cmpint (black->next_boot, ==, NB_TRISTATE_NO);

  g_assert_nonnull (huge->config_error);
  g_assert_nonnull (strstr (huge->config_error, "/etc/modprobe.d/huge.conf"));
  g_assert_cmpint (huge->next_boot, ==, NB_TRISTATE_UNKNOWN);
}

/* The deciding file is older than this start of the computer: an old initramfs may be why it is off. Its mtime tells
 * nothing of that. */
static void
test_before_boot (void)
{
  static const char facts_ini[] = "[facts]\nmachine=x86_64\nrelease=6.1.0\nuptime=60\n";
  g_autofree char *root = fixture_make_root ();
  g_autofree char *file = g_build_filename (root, "etc/modprobe.d/kvm.conf", NULL);
  g_autofree char *with_old = g_strconcat (facts_ini, "decided-by-ctime=1000000000\n", NULL);
  g_autofree char *with_new = g_strconcat (facts_ini, "decided-by-ctime=99999999999\n", NULL);
  struct utimbuf old = { 1000000000, 1000000000 };

  fixture_write (root, "facts.ini", facts_ini);
  fixture_write (root, "proc/cpuinfo", "flags : svm\n");
  fixture_write (root, "sys/module/kvm_amd/initstate", "live\n");
  fixture_write (root, "sys/module/kvm_amd/refcnt", "0\n");
  fixture_write (root, "sys/module/kvm_amd/parameters/nested", "0\n");
  fixture_write (root, "etc/modprobe.d/kvm.conf", "options kvm_amd nested=1\n");
  fixture_write (root, "usr/sbin/update-initramfs", "");
  g_assert_cmpint (utime (file, &old), ==, 0);
  {
    g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);

    g_assert_cmpint (facts->decider_before_boot, ==, NB_TRISTATE_UNKNOWN);
    g_assert_null (facts->initramfs_command);
  }
  fixture_write (root, "facts.ini", with_new);
  {
    g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);

    g_assert_cmpint (facts->decider_before_boot, ==, NB_TRISTATE_NO);
    g_assert_null (facts->initramfs_command);
  }
  fixture_write (root, "facts.ini", with_old);
  {
    g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
    g_auto (GStrv) commands = nb_verdict_dup_commands (NB_VERDICT_AFTER_RESTART, facts);

    g_assert_cmpint (facts->decider_before_boot, ==, NB_TRISTATE_YES);
    g_assert_cmpstr (commands[0], ==, "sudo update-initramfs -u");
  }

  /* An image's own initramfs is not made here. */
  fixture_write (root, "run/ostree-booted", "");
  {
    g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);

    g_assert_null (facts->initramfs_command);
  }
  fixture_remove (root);
}

/* int and bool parameters, in every spelling that a kernel or a person has used. */
static void
test_spellings (void)
{
  static const struct
  {
    const char *text;
    NbTristate value;
  } cases[] = {
    { "Y\n", NB_TRISTATE_YES },
    { "N\n", NB_TRISTATE_NO },
    { "1\n", NB_TRISTATE_YES },
    { "0\n", NB_TRISTATE_NO },
    { "2", NB_TRISTATE_YES },
    { "-1\n", NB_TRISTATE_YES },
    { "on\n", NB_TRISTATE_YES },
    { "off\n", NB_TRISTATE_NO },
    { "true", NB_TRISTATE_YES },
    { "\n", NB_TRISTATE_UNKNOWN },
    { "", NB_TRISTATE_UNKNOWN },
    { "maybe\n", NB_TRISTATE_UNKNOWN },
    { "\xff\xfe\n", NB_TRISTATE_UNKNOWN },
  };
  g_autofree char *root = fixture_make_root ();

  fixture_write (root, "facts.ini", "[facts]\nmachine=x86_64\nrelease=6.1.0\n");
  fixture_write (root, "proc/cpuinfo", "flags : vmx\n");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NbHostFacts) facts = NULL;

      fixture_write (root, "sys/module/kvm_intel/parameters/nested", cases[i].text);
      facts = nb_host_facts_read (root, 0);
      g_assert_cmpint (facts->live, ==, cases[i].value);
    }
  fixture_remove (root);
}

/* Nothing of the computer that the test runs on may show in a fixture's facts. */
static void
test_no_leak (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
  g_autoptr (NbHostFacts) nothing = nb_host_facts_new ();

  g_assert_true (nb_host_facts_equal (facts, nothing));
  g_assert_cmpint (facts->uptime, ==, -1);
  fixture_remove (root);
}

static void
make_garbage (const char *root, guint kind)
{
  static const char *const paths[] = {
    "facts.ini",
    "proc/cpuinfo",
    "proc/cmdline",
    "proc/sys/kernel/modules_disabled",
    "sys/module/kvm_intel/initstate",
    "sys/module/kvm_intel/refcnt",
    "sys/module/kvm_intel/parameters/nested",
    "sys/module/kvm_intel/parameters/ept",
    "sys/module/kvm/parameters/ignore_msrs",
    "lib/modules/6.12.48+deb13-amd64/modules.dep",
    "lib/modules/6.12.48+deb13-amd64/modules.builtin",
    "etc/modprobe.d/kvm.conf",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *full = g_build_filename (root, paths[i], NULL);

      switch (kind)
        {
        case 0:
          fixture_make_dir (root, paths[i]);
          break;
        case 1:
          fixture_link (root, paths[i], "/nowhere/at/all");
          break;
        case 2:
          fixture_link (root, paths[i], strrchr (paths[i], '/') != NULL ? strrchr (paths[i], '/') + 1 : paths[i]);
          break;
        case 3:
          fixture_write (root, paths[i], "");
          break;
        case 4:
          fixture_write (root, paths[i], "\xff\xfe\x80[facts\n=\n[facts]\nmachine\nuptime=-99999999999999999999\n\\");
          break;
        case 5:
          fixture_write (root, paths[i], "");
          g_assert_cmpint (truncate (full, 256 * 1024 * 1024), ==, 0);
          break;
        case 6:
          {
            g_autofree char *parent = g_path_get_dirname (paths[i]);

            fixture_make_dir (root, parent);
            g_assert_cmpint (mkfifo (full, 0600), ==, 0);
          }
          break;
        case 7:
          fixture_write (root, paths[i], "options kvm_intel nested=1\n");
          g_assert_cmpint (g_chmod (full, 0), ==, 0);
          break;
        case 8:
          fixture_link (root, paths[i], "/dev/zero");
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

/* Neither a crash nor waiting, and never "on" out of nothing. With facts.ini at hand, and without. */
static void
test_garbage (void)
{
  for (guint kind = 0; kind <= 8; kind++)
    for (guint with_facts = 0; with_facts < 2; with_facts++)
      {
        g_autofree char *root = fixture_make_root ();
        g_autofree char *ini = g_build_filename (root, "facts.ini", NULL);
        g_autoptr (NbHostFacts) facts = NULL;
        g_autofree char *sentence = NULL;
        NbVerdict verdict;

        make_garbage (root, kind);
        if (with_facts)
          {
            g_assert_cmpint (g_remove (ini), ==, 0);
            fixture_write (root, "facts.ini", "[facts]\nmachine=x86_64\nrelease=6.12.48+deb13-amd64\n");
          }
        facts = nb_host_facts_read (root, 0);
        verdict = nb_verdict_decide (facts);
        sentence = nb_verdict_dup_sentence (verdict, facts);
        g_assert_nonnull (sentence);
        if (kind != 7 || geteuid () != 0)
          g_assert_cmpint (facts->live, ==, NB_TRISTATE_UNKNOWN);
        fixture_remove (root);
      }
}

/* A release that would lead out of the folder is not followed. */
static void
test_release_path (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autoptr (NbHostFacts) facts = NULL;

  fixture_write (root, "facts.ini", "[facts]\nmachine=x86_64\nrelease=../../..\n");
  fixture_write (root, "proc/cpuinfo", "flags : vmx\n");
  fixture_make_dir (root, "sys/module");
  facts = nb_host_facts_read (root, 0);
  g_assert_cmpint (facts->module_state, ==, NB_MODULE_STATE_UNKNOWN);
  fixture_remove (root);
}

/* The computer that the test runs on, whatever it is: nothing crashes, and what uname says is there. */
static void
test_real (void)
{
  g_autoptr (NbHostFacts) facts = nb_host_facts_read ("/", 0);
  g_autofree char *sentence = NULL;

  g_assert_nonnull (facts->machine);
  g_assert_nonnull (facts->release);
  g_assert_cmpint (facts->uptime, >=, 0);
  sentence = nb_verdict_dup_sentence (nb_verdict_decide (facts), facts);
  g_test_message ("%s: %s", nb_verdict_get_id (nb_verdict_decide (facts)), sentence);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("KMOD_LOG", "0", TRUE);

  g_test_add_func ("/facts/intel", test_intel);
  g_test_add_func ("/facts/others", test_others);
  g_test_add_func ("/facts/where", test_where);
  g_test_add_func ("/facts/before-boot", test_before_boot);
  g_test_add_func ("/facts/spellings", test_spellings);
  g_test_add_func ("/facts/no-leak", test_no_leak);
  g_test_add_func ("/facts/garbage", test_garbage);
  g_test_add_func ("/facts/release-path", test_release_path);
  g_test_add_func ("/facts/real", test_real);

  return g_test_run ();
}
