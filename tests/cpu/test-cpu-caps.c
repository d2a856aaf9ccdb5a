/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-caps.h"
#include "nb-cpu-edit.h"
#include "nb-xml.h"

static char *
read_data (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "machines", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static NbCpuCaps *
read_caps (const char *name, const char *expanded_name, NbCpuMap *map)
{
  g_autofree char *text = read_data (name);
  g_autofree char *expanded = expanded_name != NULL ? read_data (expanded_name) : NULL;
  g_autoptr (GError) error = NULL;
  NbCpuCaps *caps = nb_cpu_caps_new (text, expanded, map, &error);

  g_assert_no_error (error);

  return caps;
}

static void
test_tcg (void)
{
  g_autoptr (NbCpuCaps) caps = read_caps ("capabilities-tcg.xml", "expanded-tcg.xml", NULL);

  g_assert_cmpstr (nb_cpu_caps_get_domain_type (caps), ==, "qemu");
  g_assert_cmpstr (nb_cpu_caps_get_machine (caps), ==, "pc-i440fx-7.2");
  g_assert_cmpuint (nb_cpu_caps_get_max_vcpus (caps), ==, 255);
  g_assert_false (nb_cpu_caps_offers_mode (caps, NB_CPU_MODE_HOST_PASSTHROUGH));
  g_assert_true (nb_cpu_caps_offers_mode (caps, NB_CPU_MODE_MAXIMUM));
  g_assert_true (nb_cpu_caps_offers_migratable (caps, NB_CPU_MODE_MAXIMUM));
  g_assert_cmpint (nb_cpu_caps_get_vendor (caps), ==, NB_CPU_VENDOR_AMD);
  g_assert_cmpint (nb_cpu_caps_host_has (caps, "svm"), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_cpu_caps_host_has (caps, "vmx"), ==, NB_TRISTATE_NO);
  g_assert_cmpint (nb_cpu_caps_get_host_nesting (caps), ==, NB_TRISTATE_YES);
  g_assert_cmpuint (nb_cpu_caps_get_models (caps)->len, ==, 53);
  g_assert_cmpint (nb_cpu_caps_find_model (caps, "EPYC")->usable, ==, NB_TRISTATE_NO);
  g_assert_null (nb_cpu_caps_find_model (caps, "qemu64")->vendor);
}

static void
test_intel (void)
{
  g_autoptr (NbCpuCaps) caps = read_caps ("capabilities-intel.xml", NULL, NULL);
  g_auto (GStrv) mitigations = nb_cpu_caps_dup_mitigations (caps);

  g_assert_cmpint (nb_cpu_caps_get_vendor (caps), ==, NB_CPU_VENDOR_INTEL);
  g_assert_cmpint (nb_cpu_caps_get_host_nesting (caps), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_cpu_caps_host_has (caps, "rtm"), ==, NB_TRISTATE_NO);
  g_assert_cmpint (nb_cpu_caps_host_has (caps, "aes"), ==, NB_TRISTATE_UNKNOWN);
  g_assert_cmpint (nb_cpu_caps_knows_feature (caps, "aess"), ==, NB_TRISTATE_UNKNOWN);
  g_assert_cmpstrv (mitigations, ((const char *const[]){ "stibp", "ssbd", "md-clear", NULL }));
}

static void
test_amd (void)
{
  g_autoptr (NbCpuCaps) caps = read_caps ("capabilities-amd.xml", NULL, NULL);
  const NbCpuModel *haswell = nb_cpu_caps_find_model (caps, "Haswell");

  g_assert_cmpint (nb_cpu_caps_get_vendor (caps), ==, NB_CPU_VENDOR_AMD);
  g_assert_cmpint (nb_cpu_caps_get_host_nesting (caps), ==, NB_TRISTATE_NO);
  g_assert_false (nb_cpu_caps_offers_mode (caps, NB_CPU_MODE_MAXIMUM));
  g_assert_cmpstrv (haswell->blockers, ((const char *const[]){ "erms", "hle", NULL }));
  g_assert_true (nb_cpu_caps_find_model (caps, "qemu64")->deprecated);
}

static void
test_map (void)
{
  const char *directory = "/usr/share/libvirt/cpu_map";
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuMap) map = NULL;
  g_autoptr (NbCpuCaps) caps = NULL;

  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("libvirt's CPU map is not installed");
      return;
    }
  map = nb_cpu_map_new_from_directory (directory, "x86_64", &error);
  g_assert_no_error (error);

  g_assert_true (nb_cpu_map_has_feature (map, "vmx"));
  g_assert_false (nb_cpu_map_has_feature (map, "vmxx"));
  g_assert_cmpint (nb_cpu_map_model_has (map, "EPYC-IBPB", "svm"), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_cpu_map_model_has (map, "Haswell-noTSX", "rtm"), ==, NB_TRISTATE_NO);
  g_assert_cmpint (nb_cpu_map_model_has (map, "No-Such-Model", "svm"), ==, NB_TRISTATE_UNKNOWN);

  caps = read_caps ("capabilities-intel.xml", NULL, map);
  g_assert_cmpint (nb_cpu_caps_host_has (caps, "aes"), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_cpu_caps_knows_feature (caps, "aess"), ==, NB_TRISTATE_NO);
}

/* What libvirt would only refuse when the machine starts. */
static void
test_problems (void)
{
  g_autofree char *xml = read_data ("virt-manager.xml");
  const char *names[] = { "vmx", "svm", "erms", "hle", NULL };
  g_autoptr (NbCpuMap) map = nb_cpu_map_new_from_names (names);
  g_autoptr (NbCpuCaps) caps = read_caps ("capabilities-amd.xml", NULL, map);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuEdit) edit = nb_cpu_edit_new (xml, caps, &error);

  g_assert_no_error (error);
  g_assert_true (nb_cpu_edit_get_valid (edit));

  nb_cpu_edit_set_mode (edit, NB_CPU_MODE_MAXIMUM);
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "(maximum)"));
  nb_cpu_edit_set_mode (edit, NB_CPU_MODE_CUSTOM);
  g_assert_true (nb_cpu_edit_get_valid (edit));

  nb_cpu_edit_set_model (edit, "EPYC-Roma");
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "EPYC-Roma"));
  nb_cpu_edit_set_model (edit, "Haswell");
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "erms, hle"));
  nb_cpu_edit_set_policy (edit, "erms", NB_CPU_POLICY_DISABLE);
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), ": hle."));
  nb_cpu_edit_set_policy (edit, "hle", NB_CPU_POLICY_DISABLE);
  g_assert_true (nb_cpu_edit_get_valid (edit));

  nb_cpu_edit_set_policy (edit, "svmm", NB_CPU_POLICY_REQUIRE);
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "svmm"));
  nb_cpu_edit_revert (edit);
  g_assert_true (nb_cpu_edit_get_valid (edit));

  nb_cpu_edit_set_vcpus_maximum (edit, 6);
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "8"));
  nb_cpu_edit_set_topology (edit, 1, 1, 3, 2);
  /* The NUMA cells still name eight. */
  g_assert_nonnull (strstr (nb_cpu_edit_get_problem (edit), "NUMA"));
  nb_cpu_edit_revert (edit);

  g_assert_cmpint (nb_cpu_edit_get_vendor (edit), ==, NB_CPU_VENDOR_AMD);
  nb_cpu_edit_add_mitigations (edit);
  g_assert_cmpint (nb_cpu_edit_get_policy (edit, "virt-ssbd"), ==, NB_CPU_POLICY_REQUIRE);
}

static void
test_bad (void)
{
  const char *bad[] = { "", "<domainCapabilities>", "<cpu/>", "<!DOCTYPE a><domainCapabilities/>", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (nb_cpu_caps_new (bad[i], NULL, NULL, &error));
      g_assert_true (error->domain == NB_XML_ERROR);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/machines/cpu-caps/tcg", test_tcg);
  g_test_add_func ("/machines/cpu-caps/intel", test_intel);
  g_test_add_func ("/machines/cpu-caps/amd", test_amd);
  g_test_add_func ("/machines/cpu-caps/map", test_map);
  g_test_add_func ("/machines/cpu-caps/problems", test_problems);
  g_test_add_func ("/machines/cpu-caps/bad", test_bad);

  return g_test_run ();
}
