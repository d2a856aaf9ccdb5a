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

static void
test_enlightenments (void)
{
  g_autofree char *intel = nb_purpose_dup_enlightenments (DOMAIN ("", ""), NB_CPU_VENDOR_INTEL);
  g_autofree char *amd = nb_purpose_dup_enlightenments (
    DOMAIN ("<features><hyperv><relaxed state='on'/><vapic state='off'/></hyperv></features>", ""), NB_CPU_VENDOR_AMD);
  g_autofree char *none = nb_purpose_dup_enlightenments (
    DOMAIN ("<features><hyperv><relaxed state='on'/><vapic state='on'/><spinlocks state='on'/><vpindex state='on'/>"
            "<runtime state='on'/><synic state='on'/><stimer state='on'/><frequencies state='on'/></hyperv></features>",
            ""),
    NB_CPU_VENDOR_AMD);

  g_assert_nonnull (strstr (intel, "<evmcs state='on'/>"));
  g_assert_nonnull (strstr (intel, "<relaxed state='on'/>"));
  g_assert_null (strstr (amd, "evmcs"));
  g_assert_null (strstr (amd, "relaxed"));
  g_assert_nonnull (strstr (amd, "<vapic state='on'/>"));
  g_assert_null (none);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/purpose/apply", test_apply);
  g_test_add_func ("/purpose/guess", test_guess);
  g_test_add_func ("/purpose/enlightenments", test_enlightenments);

  return g_test_run ();
}
