/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random edits: whatever is done to <cpu> and <vcpu>, the rest stays canonically the same, and Revert gives back the
 * very bytes. The seed is printed, and --seed repeats a run. */

#include "config.h"

#include <libxml/c14n.h>
#include <string.h>

#include "nb-cpu-edit.h"
#include "nb-xml-element.h"
#include "nb-xml.h"

static const char *const files[] = {
  "odd.xml",
  "virt-manager.xml",
  "pending/custom-penryn-stored.xml",
  "pending/host-model-svm-stored.xml",
  "pending/numa-stored.xml",
  "pending/default-inactive.xml",
};

static void
drop (xmlNode *domain, const char *name)
{
  xmlNode *node = nb_xml_get_child (domain, name);

  if (node != NULL)
    {
      xmlUnlinkNode (node);
      xmlFreeNode (node);
    }
}

/* Text that only lays out is dropped: putting in a line adds some. */
static void
drop_layout (xmlNode *node)
{
  xmlNode *next;

  for (xmlNode *child = node->children; child != NULL; child = next)
    {
      next = child->next;
      if (xmlIsBlankNode (child))
        {
          xmlUnlinkNode (child);
          xmlFreeNode (child);
        }
      else
        {
          drop_layout (child);
        }
    }
}

static char *
canonical_rest (const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) document = nb_xml_parse (xml, "domain", &error);
  xmlChar *out = NULL;
  char *copy;

  g_assert_no_error (error);
  drop (xmlDocGetRootElement (document), "cpu");
  drop (xmlDocGetRootElement (document), "vcpu");
  drop_layout (xmlDocGetRootElement (document));
  g_assert_cmpint (xmlC14NDocDumpMemory (document, NULL, XML_C14N_1_0, NULL, TRUE, &out), >=, 0);
  copy = g_strdup ((const char *) out);
  xmlFree (out);

  return copy;
}

static void
edit_once (NbCpuEdit *edit)
{
  static const char *const models[] = { "EPYC", "Haswell-noTSX", "a&b<c>\"'", NULL };
  static const char *const features[] = { "vmx", "svm", "x2apic", "x-y", "pcid", "é&\"", "ss" };

  switch (g_test_rand_int_range (0, 11))
    {
    case 0:
    case 1:
      nb_cpu_edit_set_mode (edit, (NbCpuMode) g_test_rand_int_range (0, NB_CPU_MODE_CUSTOM + 1));
      break;
    case 2:
      nb_cpu_edit_set_model (edit, models[g_test_rand_int_range (0, 4)]);
      break;
    case 3:
      nb_cpu_edit_set_nesting (edit, (NbCpuNesting) g_test_rand_int_range (0, 3));
      break;
    case 4:
    case 5:
      nb_cpu_edit_set_policy (edit, features[g_test_rand_int_range (0, G_N_ELEMENTS (features))],
                              (NbCpuPolicy) g_test_rand_int_range (0, NB_CPU_POLICY_FORBID + 1));
      break;
    case 6:
      nb_cpu_edit_set_vcpus_maximum (edit, (guint) g_test_rand_int_range (1, 9));
      break;
    case 7:
      nb_cpu_edit_set_vcpus_current (edit, (guint) g_test_rand_int_range (1, 9));
      break;
    case 8:
      nb_cpu_edit_set_has_topology (edit, g_test_rand_bit ());
      break;
    case 9:
      nb_cpu_edit_set_topology (edit, 1, (guint) g_test_rand_int_range (1, 3), (guint) g_test_rand_int_range (1, 4), 2);
      break;
    case 10:
      nb_cpu_edit_set_migratable (edit, (NbTristate) g_test_rand_int_range (-1, 2));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* What was written says what was meant. */
static void
check_result (NbCpuEdit *edit, const char *rest)
{
  const char *result = nb_cpu_edit_get_result (edit);
  g_autofree char *now = canonical_rest (result);
  g_autofree char *difference = nb_cpu_edit_dup_difference (edit);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuEdit) reread = NULL;

  g_assert_cmpstr (now, ==, rest);
  g_assert_true ((*difference != '\0') == nb_cpu_edit_get_modified (edit));
  reread = nb_cpu_edit_new (result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nb_cpu_edit_get_vcpus_maximum (reread), ==, nb_cpu_edit_get_vcpus_maximum (edit));
  g_assert_cmpuint (nb_cpu_edit_get_vcpus_current (reread), ==, nb_cpu_edit_get_vcpus_current (edit));
  g_assert_cmpint (nb_cpu_edit_get_has_topology (reread), ==, nb_cpu_edit_get_has_topology (edit));
  if (!nb_cpu_edit_get_valid (edit))
    return;

  nb_cpu_edit_set_vendor (reread, nb_cpu_edit_get_vendor (edit));
  g_assert_cmpint (nb_cpu_edit_get_mode (reread), ==, nb_cpu_edit_get_mode (edit));
  g_assert_cmpint (nb_cpu_edit_get_nesting (reread), ==, nb_cpu_edit_get_nesting (edit));
  if (nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_CUSTOM)
    g_assert_cmpstr (nb_cpu_edit_get_model (reread), ==, nb_cpu_edit_get_model (edit));
}

static void
test_random (gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "machines", data, NULL);
  g_autofree char *xml = NULL;
  g_autofree char *rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuEdit) edit = NULL;

  g_file_get_contents (path, &xml, NULL, &error);
  g_assert_no_error (error);
  rest = canonical_rest (xml);
  edit = nb_cpu_edit_new (xml, NULL, &error);
  g_assert_no_error (error);
  nb_cpu_edit_set_vendor (edit, g_test_rand_bit () ? NB_CPU_VENDOR_AMD : NB_CPU_VENDOR_INTEL);

  for (guint round = 0; round < 60; round++)
    {
      for (int n = g_test_rand_int_range (1, 12); n > 0; n--)
        {
          edit_once (edit);
          check_result (edit, rest);
        }
      nb_cpu_edit_revert (edit);
      g_assert_cmpstr (nb_cpu_edit_get_result (edit), ==, xml);
      g_assert_false (nb_cpu_edit_get_modified (edit));
      g_assert_null (nb_cpu_edit_get_changes (edit)[0]);
      g_assert_null (nb_cpu_edit_get_losses (edit)[0]);
    }
}

/* Cut into pieces and put together again, a text is the same. */
static void
test_pieces (gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "machines", data, NULL);
  g_autofree char *xml = NULL;
  g_autofree char *again = NULL;
  g_autoptr (NbXmlElement) element = NULL;

  g_assert_true (g_file_get_contents (path, &xml, NULL, NULL));
  element = nb_xml_element_new (xml);
  again = nb_xml_element_to_string (element);
  g_assert_cmpstr (again, ==, xml);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *random = g_strdup_printf ("/machines/cpu-random/edits/%s", files[i]);
      g_autofree char *pieces = g_strdup_printf ("/machines/cpu-random/pieces/%s", files[i]);

      g_test_add_data_func (random, files[i], test_random);
      g_test_add_data_func (pieces, files[i], test_pieces);
    }

  return g_test_run ();
}
