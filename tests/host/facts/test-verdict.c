/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every computer of fixtures.ini gets the verdict and the button that stand there, and every verdict has a computer. */

#include "config.h"

#include "fixture.h"
#include "nb-facts-enums.h"
#include "nb-advice.h"
#include "nb-verdict.h"

#include <errno.h>
#include <string.h>

static GKeyFile *fixtures;

/* A key of a computer, or of the one that it is like. */
static char *
get_key (const char *name, const char *key)
{
  char *value = g_key_file_get_string (fixtures, name, key, NULL);
  g_autofree char *base = NULL;

  if (value != NULL)
    return value;
  base = g_key_file_get_string (fixtures, name, "base", NULL);

  return base != NULL ? get_key (base, key) : NULL;
}

static const char *
get_nick (GType type, int value)
{
  g_autoptr (GEnumClass) names = g_type_class_ref (type);

  return g_enum_get_value (names, value)->value_nick;
}

static void
assert_plain_sentence (const char *text)
{
  g_assert_cmpuint (strlen (text), >, 10);
  g_assert_null (strstr (text, "(null)"));
  g_assert_true (g_str_has_suffix (text, "."));
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_fixture (gconstpointer data)
{
  const char *name = data;
  g_autofree char *root = fixture_dup_path (name);
  g_autofree char *verdict_id = get_key (name, "verdict");
  g_autofree char *remedy = get_key (name, "remedy");
  g_autofree char *load_error = get_key (name, "error");
  g_autoptr (NbHostFacts) facts = NULL;
  g_autofree char *sentence = NULL;
  g_auto (GStrv) commands = NULL;
  NbVerdict verdict;

  facts = nb_host_facts_read (root, load_error != NULL ? atoi (load_error) : 0);
  verdict = nb_verdict_decide (facts);
  g_assert_cmpstr (nb_verdict_get_id (verdict), ==, verdict_id);
  g_assert_cmpstr (get_nick (NB_TYPE_REMEDY, nb_verdict_get_remedy (verdict, facts)), ==, remedy);

  sentence = nb_verdict_dup_sentence (verdict, facts);
  assert_plain_sentence (sentence);
  commands = nb_verdict_dup_commands (verdict, facts);
  for (guint i = 0; commands[i] != NULL; i++)
    {
      if (nb_advice_find (commands[i]) == NULL)
        g_test_message ("nowhere written: %s", commands[i]);
      g_assert_nonnull (nb_advice_find (commands[i]));
    }
  for (guint i = 0; commands[i] != NULL; i++)
    g_assert_null (strstr (commands[i], "(null)"));
}

/* What the page must hold to, whatever the computer is like: no button that the helper would refuse, no check that offers
 * what the verdict denies. */
static void
assert_consistent (const char *root, const NbHostFacts *facts, NbVerdict verdict)
{
  const NbRemedy remedy = nb_verdict_get_remedy (verdict, facts);
  g_autofree char *sentence = nb_verdict_dup_sentence (verdict, facts);
  gboolean loads = remedy == NB_REMEDY_ENABLE || remedy == NB_REMEDY_ENABLE_NOW || remedy == NB_REMEDY_ENABLE_BUSY ||
                   remedy == NB_REMEDY_START_KVM;

  assert_plain_sentence (sentence);
  for (guint i = 0; i < facts->obstacles->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (facts->obstacles, i);

      g_assert_false (loads && line->blocks_now);
    }
}

/* Computers as people have reported them: make-reported. */
static void
test_reported (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "host", "reported", NULL);
  g_autofree char *list = g_build_filename (folder, "expected.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (list, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, 25);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "\t", -1);
      g_autofree char *root = g_build_filename (folder, words[0], NULL);
      g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
      NbVerdict verdict = nb_verdict_decide (facts);

      g_test_message ("%s", words[0]);
      g_assert_cmpstr (nb_verdict_get_id (verdict), ==, words[1]);
      assert_consistent (root, facts, verdict);
    }
}

static void
test_every_verdict (void)
{
  g_autoptr (GEnumClass) verdicts = g_type_class_ref (NB_TYPE_VERDICT);

  g_assert_cmpuint (verdicts->n_values, ==, 30);
  for (guint i = 0; i < verdicts->n_values; i++)
    {
      const char *id = verdicts->values[i].value_nick;
      g_autofree char *expected = NULL;

      g_assert_true (g_key_file_has_group (fixtures, id));
      expected = get_key (id, "verdict");
      g_assert_cmpstr (expected, ==, id);
      g_assert_cmpstr (nb_verdict_get_title (i), !=, "");
    }
}

static void
test_is_on (void)
{
  static const char *const on[] = { "ready", "slow", "on-next-boot-unknown", "until-restart-cmdline", "until-restart",
                                    NULL,    NULL };

  for (guint i = 0; on[i] != NULL; i++)
    {
      g_autoptr (GEnumClass) verdicts = g_type_class_ref (NB_TYPE_VERDICT);

      g_assert_true (nb_verdict_is_on (g_enum_get_value_by_nick (verdicts, on[i])->value));
    }
  g_assert_true (nb_verdict_is_on (NB_VERDICT_UNTIL_RESTART_OTHER_FILE));
  g_assert_false (nb_verdict_is_on (NB_VERDICT_KVM_NOT_LOADED));
  g_assert_false (nb_verdict_is_on (NB_VERDICT_NOT_WORKING));
  g_assert_false (nb_verdict_is_on (NB_VERDICT_OFF_LIVE_WRITABLE));
  g_assert_false (nb_verdict_is_on (NB_VERDICT_UNKNOWN));
}

/* A sentence names what a person has to find: the firmware's setting, the file and the line, the option. */
static void
test_sentences (void)
{
  static const struct
  {
    const char *fixture;
    const char *words;
  } cases[] = {
    { "firmware-off", "Intel Virtualization Technology (VT-x)" },
    { "firmware-off-amd", "SVM Mode" },
    { "until-restart-other-file", "/etc/modprobe.d/zzz-site.conf, line 3" },
    { "until-restart", "/etc/modprobe.d/kvm.conf, line 1" },
    { "until-restart-default", "the system’s default" },
    { "until-restart-blacklist", "/etc/modprobe.d/blacklist-kvm.conf, line 1" },
    { "until-restart-blacklist-cmdline", "modprobe.blacklist=" },
    { "until-restart-cmdline", "“kvm-intel.nested=0”" },
    { "builtin-boot-option", "kvm_intel.nested=1" },
    { "blocked", "/etc/modprobe.d/hardening.conf, line 2" },
    { "blocked-cmdline", "module_blacklist=" },
    { "vt-owned-elsewhere", "vboxdrv" },
    { "not-working", "VMRUN, exit 0x7f" },
    { "not-working-inside-vm", "itself a virtual machine" },
    { "not-working-not-offered", "The setting of kvm_amd says on" },
    { "not-working-owned", "Another virtualization program" },
    { "slow", "ept" },
    { "slow-amd", "npt" },
    { "arch-unsupported", "riscv64" },
    { "off-busy", "Shut down what uses it" },
    { "on-next-boot-unknown", "/etc/modprobe.d/huge.conf" },
    { "arm-denied", "/dev/kvm" },
    { "off-cmdline", "kvm_amd.nested=0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *root = fixture_dup_path (cases[i].fixture);
      g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
      g_autofree char *sentence = nb_verdict_dup_sentence (nb_verdict_decide (facts), facts);

      g_test_message ("%s: %s", cases[i].fixture, sentence);
      g_assert_nonnull (strstr (sentence, cases[i].words));
    }
}

static void
assert_command (const char *fixture, const char *command)
{
  g_autofree char *root = fixture_dup_path (fixture);
  g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
  g_auto (GStrv) commands = nb_verdict_dup_commands (nb_verdict_decide (facts), facts);

  g_assert_cmpstr (commands[0], ==, command);
}

static void
assert_offers (const char *fixture, const char *command)
{
  g_autofree char *root = fixture_dup_path (fixture);
  g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
  g_auto (GStrv) commands = nb_verdict_dup_commands (nb_verdict_decide (facts), facts);
  g_autofree char *all = g_strjoinv ("; ", commands);

  g_test_message ("%s: %s", fixture, all);
  g_assert_true (g_strv_contains ((const char *const *) commands, command));
}

/* Each system's own way, and whose documentation it follows. */
static void
test_advice (void)
{
  const char *own[] = { "sudo modprobe -r vboxdrv", NULL };
  const char *theirs[] = { "Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true", NULL };
  g_autofree char *attribution = nb_advice_dup_attribution (theirs);

  assert_offers ("builtin-grubby", "sudo grubby --update-kernel=ALL --args=kvm_intel.nested=1");
  assert_offers ("builtin-ostree", "sudo rpm-ostree kargs --append-if-missing=kvm_intel.nested=1");
  assert_offers ("builtin-grubby", "sudo grubby --update-kernel=ALL --remove-args=kvm_intel.nested=0");
  assert_offers ("builtin-ostree", "sudo rpm-ostree kargs --delete-if-present=kvm_intel.nested=0");
  assert_offers ("arm-nixos", "boot.kernelParams = [ \"kvm-arm.mode=nested\" ];");
  assert_offers ("inside-hyper-v", theirs[0]);

  g_assert_nonnull (strstr (attribution, "Microsoft"));
  g_assert_null (nb_advice_dup_attribution (own));
  g_assert_null (nb_advice_find ("rm -r /"));
}

static void
test_commands (void)
{
  assert_command ("config-managed", "boot.extraModprobeConfig = \"options kvm_intel nested=1\";");
  assert_command ("config-managed-read-only", "options kvm_intel nested=1");
  assert_command ("builtin-boot-option", "kvm_intel.nested=1");
  assert_command ("arm-boot-option", "kvm-arm.mode=nested");
  assert_command ("vt-owned-elsewhere", "sudo modprobe -r vboxnetadp vboxnetflt vboxdrv");
  assert_command ("ready", NULL);
}

/* Rows that differ in one fact only. */
static void
test_order (void)
{
  g_autoptr (NbHostFacts) facts = nb_host_facts_new ();
  NbConfigLine *ban;

  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_UNREADABLE);

  facts->machine = g_strdup ("x86_64");
  facts->module = "kvm_amd";
  facts->vendor = NB_VENDOR_AMD;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_UNKNOWN);
  facts->sandbox = NB_TRISTATE_YES;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_UNREADABLE);
  facts->sandbox = NB_TRISTATE_NO;

  facts->module_state = NB_MODULE_STATE_AVAILABLE;
  facts->cpu_flag = NB_TRISTATE_YES;
  facts->cpuid_virtualization = NB_TRISTATE_YES;
  facts->cpuid_hypervisor = NB_TRISTATE_NO;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_KVM_NOT_LOADED);
  facts->modules_disabled = NB_TRISTATE_YES;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_MODULES_LOCKED);
  facts->owner = "vmmon";
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_MODULES_LOCKED);
  facts->owner_busy = TRUE;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_VT_OWNED_ELSEWHERE);
  facts->owner_busy = FALSE;
  facts->release = g_strdup ("6.8.0-45-generic");
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_VT_OWNED_ELSEWHERE);
  facts->owner = NULL;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_MODULES_LOCKED);
  facts->load_error = EIO;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_VT_OWNED_ELSEWHERE);
  ban = nb_config_line_new (NB_DECIDER_COMMAND_LINE, NULL, 0, "kvm_amd", "module_blacklist=kvm_amd");
  ban->why = NB_WHY_BLACKLIST;
  g_ptr_array_add (facts->obstacles, ban);
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_VT_OWNED_ELSEWHERE);
  ban->blocks_now = TRUE;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_BLOCKED);
  facts->load_error = ENODEV;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_FIRMWARE_OFF);

  g_ptr_array_set_size (facts->obstacles, 0);
  facts->module_state = NB_MODULE_STATE_LOADED;
  facts->live = NB_TRISTATE_NO;
  facts->next_boot = NB_TRISTATE_NO;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_MODULES_LOCKED);
  facts->modules_disabled = NB_TRISTATE_UNKNOWN;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_OFF);
  facts->refcnt = 1;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_OFF_BUSY);
  facts->config_managed = TRUE;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_CONFIG_MANAGED);
  g_assert_cmpint (nb_verdict_get_remedy (NB_VERDICT_CONFIG_MANAGED, facts), ==, NB_REMEDY_NONE);
  facts->live = NB_TRISTATE_YES;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_UNTIL_RESTART);
  g_assert_cmpint (nb_verdict_get_remedy (NB_VERDICT_UNTIL_RESTART, facts), ==, NB_REMEDY_NONE);
  facts->kvm_device = NB_KVM_DEVICE_ABSENT;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_NO_DEVICE);
  facts->kvm_device = NB_KVM_DEVICE_DENIED;
  facts->decider = NB_DECIDER_FILE;
  facts->decider_later = TRUE;
  g_assert_cmpint (nb_verdict_decide (facts), ==, NB_VERDICT_UNTIL_RESTART_OTHER_FILE);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("KMOD_LOG", "0", TRUE);

  path = g_test_build_filename (G_TEST_DIST, "host", "fixtures.ini", NULL);
  fixtures = g_key_file_new ();
  g_key_file_load_from_file (fixtures, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);

  g_test_add_func ("/verdict/every-verdict", test_every_verdict);
  g_test_add_func ("/verdict/is-on", test_is_on);
  g_test_add_func ("/verdict/sentences", test_sentences);
  g_test_add_func ("/verdict/commands", test_commands);
  g_test_add_func ("/verdict/advice", test_advice);
  g_test_add_func ("/verdict/order", test_order);
  g_test_add_func ("/verdict/reported", test_reported);
  names = g_key_file_get_groups (fixtures, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *test = g_strconcat ("/verdict/fixture/", names[i], NULL);

      g_test_add_data_func (test, names[i], test_fixture);
    }

  return g_test_run ();
}
