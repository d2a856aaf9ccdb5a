/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-inference.h"

#include <glib/gi18n-lib.h>

#include "nb-cpu-nesting.h"
#include "nb-cpu-pending.h"
#include "nb-xml.h"

/**
 * nb_machine_dup_differences:
 * @config: what was read of a machine
 * @caps: (nullable): its capabilities
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): how the stored processor differs from the running one, a
 *   translated sentence each
 */
char **
nb_machine_dup_differences (const NbMachineConfig *config, NbCpuCaps *caps)
{
  char **sentences = NULL;

  if (config->live != NULL)
    nb_cpu_pending_compare (config->live, config->inactive, config->expected, caps, &sentences, NULL);

  return sentences;
}

/**
 * nb_machine_dup_risks:
 * @machine: a machine that is to get another processor
 * @config: (nullable): what was read of it
 *
 * A saved state brings the old processor back, and a snapshot with memory may refuse to be restored with a new one.
 *
 * Returns: (transfer full) (array zero-terminated=1): a translated sentence each
 */
char **
nb_machine_dup_risks (NbMachine *machine, const NbMachineConfig *config)
{
  g_autoptr (GStrvBuilder) risks = g_strv_builder_new ();

  if (nb_machine_has_managed_save (machine))
    g_strv_builder_add (risks, _ ("The saved state still holds the old processor. Discard it, or the next start brings "
                                  "the old processor back."));
  if (config != NULL && config->n_memory_snapshots > 0)
    {
      /* Translators: %u is a number of snapshots */
      g_autofree char *text =
        g_strdup_printf (ngettext ("%u snapshot with memory may refuse to be restored.",
                                   "%u snapshots with memory may refuse to be restored.", config->n_memory_snapshots),
                         config->n_memory_snapshots);

      g_strv_builder_add (risks, text);
    }

  return g_strv_builder_end (risks);
}

/**
 * nb_machine_dup_public_xml:
 * @config: what was read of a machine
 *
 * Returns: (transfer full) (nullable): the stored XML without graphics passwords, for the clipboard
 */
char *
nb_machine_dup_public_xml (const NbMachineConfig *config)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (config->inactive, "domain", NULL);
  xmlNode *devices = document != NULL ? nb_xml_get_child (xmlDocGetRootElement (document), "devices") : NULL;
  xmlChar *dump = NULL;
  char *text;
  int length = 0;

  if (document == NULL)
    return NULL;

  for (xmlNode *node = devices != NULL ? devices->children : NULL; node != NULL; node = node->next)
    if (nb_xml_is (node, "graphics"))
      xmlUnsetProp (node, BAD_CAST "passwd");

  xmlDocDumpMemory (document, &dump, &length);
  text = g_strndup ((const char *) dump, (gsize) length);
  xmlFree (dump);

  return text;
}

/**
 * nb_machine_join_names:
 * @machines: (element-type NbMachine): machines
 *
 * Returns: (transfer full): their names, with commas
 */
char *
nb_machine_join_names (GPtrArray *machines)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) array = NULL;

  for (guint i = 0; i < machines->len; i++)
    g_strv_builder_add (names, nb_machine_get_name (g_ptr_array_index (machines, i)));
  array = g_strv_builder_end (names);

  return g_strjoinv (", ", array);
}
