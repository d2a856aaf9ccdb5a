/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-purpose.h"

#include <string.h>

#define DOMAIN(features, cpu)                                                                                          \
  "<domain type='kvm'><name>a</name><vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os>" features cpu "</domain>"

static NbCpuEdit *
make_edit (const char *cpu)
{
  g_autofree char *xml = g_strdup_printf (DOMAIN ("", "%s"), cpu);
  g_autoptr (GError) error = NULL;
  NbCpuEdit *edit = nb_cpu_edit_new (xml, NULL, &error);

  g_assert_no_error (error);
  nb_cpu_edit_set_vendor (edit, NB_CPU_VENDOR_INTEL);
  return edit;
}

static void
test_apply (void)
{
  for (guint i = 0; i < NB_N_PURPOSES; i++)
    {
      g_autoptr (NbCpuEdit) edit = make_edit ("<cpu mode='custom' match='exact'><model>Nehalem</model></cpu>");

      g_assert_nonnull (nb_purpose_get_title ((NbPurpose) i));
      g_assert_nonnull (nb_purpose_get_text ((NbPurpose) i));
      g_assert_false (nb_purpose_is_applied ((NbPurpose) i, edit));
      nb_purpose_apply ((NbPurpose) i, edit);
      g_assert_true (nb_purpose_is_applied ((NbPurpose) i, edit));
      g_assert_cmpint (nb_cpu_edit_get_nesting (edit), ==,
                       i == NB_PURPOSE_HIDE ? NB_CPU_NESTING_OFF : NB_CPU_NESTING_ON);
      g_assert_cmpint (nb_cpu_edit_get_mode (edit), ==,
                       i == NB_PURPOSE_HIDE ? NB_CPU_MODE_CUSTOM : NB_CPU_MODE_HOST_PASSTHROUGH);
      /* Only the processor. */
      g_assert_nonnull (strstr (nb_cpu_edit_get_result (edit), "<vcpu>2</vcpu>"));
    }
}

static void
test_guess (void)
{
  g_assert_cmpint (nb_purpose_guess (NULL), ==, NB_PURPOSE_LINUX);
  g_assert_cmpint (nb_purpose_guess ("http://microsoft.com/win/11"), ==, NB_PURPOSE_WINDOWS);
  g_assert_cmpint (nb_purpose_guess ("http://debian.org/debian/13"), ==, NB_PURPOSE_LINUX);
  g_assert_cmpint (nb_purpose_guess ("http://vmware.com/esxi/8.0"), ==, NB_PURPOSE_ESXI);
  g_assert_cmpint (nb_purpose_guess ("http://proxmox.com/ve/9"), ==, NB_PURPOSE_ESXI);
  g_assert_cmpint (nb_purpose_guess ("http://android-x86.org/android-x86/9.0"), ==, NB_PURPOSE_ANDROID);
}

static NbCpuEdit *
edit_windows (const char *xml, const char *capabilities)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuCaps) caps = capabilities != NULL ? nb_cpu_caps_new (capabilities, NULL, NULL, &error) : NULL;
  NbCpuEdit *edit;

  g_assert_no_error (error);
  edit = nb_cpu_edit_new (xml, caps, &error);
  g_assert_no_error (error);
  nb_purpose_apply (NB_PURPOSE_WINDOWS, edit);
  g_assert_true (nb_purpose_is_applied (NB_PURPOSE_WINDOWS, edit));
  return edit;
}

static void
assert_has (NbCpuEdit *edit, const char *text, gboolean has)
{
  if ((strstr (nb_cpu_edit_get_result (edit), text) != NULL) != has)
    g_error ("%s %s in %s", text, has ? "is not" : "is", nb_cpu_edit_get_result (edit));
}

#define CAPABILITIES(vendor, features)                                                                                 \
  "<domainCapabilities><cpu><mode name='host-passthrough' supported='yes'/><mode name='host-model' supported='yes'>"   \
  "<model>EPYC</model><vendor>" vendor "</vendor></mode></cpu><features>" features "</features></domainCapabilities>"

/* stimer comes with the clock and direct timers; what is on stays as it is. */
static void
test_enlightenments (void)
{
  g_autoptr (NbCpuEdit) intel = edit_windows (DOMAIN ("", "<clock offset='localtime'/>"), CAPABILITIES ("Intel", ""));
  g_autoptr (NbCpuEdit) amd = edit_windows (
    DOMAIN ("<features>\n    <acpi/>\n    <hyperv mode='custom'>\n      <relaxed state='on'/>\n      "
            "<vapic state='off'/>\n      <spinlocks state='on' retries='4095'/>\n      <stimer state='on'/>\n    "
            "</hyperv>\n  </features>",
            "<clock offset='utc'>\n    <timer name='hpet' present='no'/>\n    <timer name='hypervclock' "
            "present='no'/>\n  </clock>"),
    CAPABILITIES ("AMD", ""));

  assert_has (intel, "<evmcs state='on'/>", TRUE);
  assert_has (intel, "<hyperv mode='custom'><relaxed state='on'/>", TRUE);
  assert_has (intel, "<stimer state='on'><direct state='on'/></stimer>", TRUE);
  assert_has (intel, "<clock offset='localtime'><timer name='hypervclock' present='yes'/></clock>", TRUE);
  assert_has (amd, "evmcs", FALSE);
  assert_has (amd, "<vapic state='on'/>", TRUE);
  assert_has (amd, "retries='4095'", TRUE);
  assert_has (
    amd,
    "<relaxed state='on'/>\n      <vapic state='on'/>\n      <spinlocks state='on' retries='4095'/>\n      <vpindex",
    TRUE);
  assert_has (amd, "<direct state='on'/>", TRUE);
  assert_has (amd, "<timer name='hypervclock' present='yes'/>\n  </clock>", TRUE);
  assert_has (amd, "<timer name='hpet' present='no'/>", TRUE);

  /* Another purpose takes it back. */
  nb_purpose_apply (NB_PURPOSE_LINUX, amd);
  assert_has (amd, "<vapic state='off'/>", TRUE);
  assert_has (amd, "direct", FALSE);
}

static void
test_enlightened (void)
{
  g_autoptr (NbCpuEdit) passthrough =
    edit_windows (DOMAIN ("<features><hyperv mode='passthrough'/></features>", "<clock offset='utc'/>"), NULL);
  g_autoptr (NbCpuEdit) overridden = edit_windows (
    "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><os><type arch='x86_64'>hvm</type></os>"
    "<cpu mode='host-passthrough'/><qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host,hv-time'/>"
    "</qemu:commandline></domain>",
    CAPABILITIES ("Intel", ""));
  g_autoptr (NbCpuEdit) poor = edit_windows (
    DOMAIN ("", ""), CAPABILITIES ("AMD", "<hyperv supported='yes'><enum name='features'><value>relaxed</value>"
                                          "<value>spinlocks</value></enum></hyperv>"));

  assert_has (passthrough, "<hyperv mode='passthrough'/></features>", TRUE);
  assert_has (passthrough, "hypervclock", FALSE);
  assert_has (overridden, "evmcs", FALSE);
  assert_has (overridden, "<relaxed state='on'/>", TRUE);
  assert_has (poor, "<relaxed state='on'/><spinlocks state='on' retries='8191'/></hyperv>", TRUE);
  assert_has (poor, "hypervclock", FALSE);
  g_assert_nonnull (strstr (nb_cpu_edit_get_hints (poor)[0], "vapic, vpindex, runtime, synic, stimer, frequencies"));
}

/* Nothing is filled in that the page greys out. */
static void
test_emulated (void)
{
  g_autoptr (NbCpuCaps) caps =
    nb_cpu_caps_new ("<domainCapabilities><cpu><mode name='host-passthrough' supported='no'/>"
                     "<mode name='maximum' supported='yes'/></cpu></domainCapabilities>",
                     NULL, NULL, NULL);
  g_autoptr (NbCpuEdit) edit =
    nb_cpu_edit_new ("<domain type='qemu'><os><type arch='x86_64'>hvm</type></os></domain>", caps, NULL);

  nb_purpose_apply (NB_PURPOSE_LINUX, edit);
  g_assert_cmpint (nb_cpu_edit_get_mode (edit), ==, NB_CPU_MODE_MAXIMUM);
  g_assert_true (nb_purpose_is_applied (NB_PURPOSE_LINUX, edit));
  g_assert_null (nb_cpu_edit_get_problem (edit));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/purpose/apply", test_apply);
  g_test_add_func ("/purpose/guess", test_guess);
  g_test_add_func ("/purpose/enlightenments", test_enlightenments);
  g_test_add_func ("/purpose/enlightened", test_enlightened);
  g_test_add_func ("/purpose/emulated", test_emulated);

  return g_test_run ();
}
