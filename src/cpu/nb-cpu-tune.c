/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What <cputune> says of single virtual processors. Of those that are gone libvirt drops the pins without a word, and refuses
 * a scheduler. */

#include "config.h"

#include "nb-cpu-tune.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-cpu-set.h"
#include "nb-cpu-tune-xml.h"

char *
nb_cpu_tune_dup_vcpus (xmlNode *domain, const char *child, const char *attribute)
{
  xmlNode *tune = nb_xml_get_child (domain, "cputune");
  g_autoptr (GString) all = g_string_new (NULL);

  for (xmlNode *node = nb_xml_get_child (tune, child); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *set = nb_xml_dup_attribute (node, attribute);

      if (set != NULL)
        g_string_append_printf (all, "%s%s", all->len > 0 ? "," : "", set);
    }

  return nb_cpu_set_dup_cut (all->str, 0, G_MAXUINT);
}

/* The child @text without the virtual processors from @vcpus on; %NULL where none is left. */
static char *
trim_child (const char *text, const char *name, const char *attribute, guint vcpus)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (text, name, NULL);
  g_autofree char *set = document != NULL ? nb_xml_dup_attribute (xmlDocGetRootElement (document), attribute) : NULL;
  g_autofree char *left = NULL;
  g_autoptr (NbXmlElement) element = NULL;

  if (set == NULL || nb_cpu_set_get_end (set) <= vcpus)
    return g_strdup (text);
  left = nb_cpu_set_dup_cut (set, 0, vcpus);
  if (left == NULL)
    return NULL;
  element = nb_xml_element_new (text);
  nb_xml_element_set_attribute (element, attribute, left);

  return nb_xml_element_to_string (element);
}

/**
 * nb_cpu_tune_trim:
 * @domain: a `<domain>`
 * @vcpus: how many virtual processors it is to have at most
 *
 * Takes out of `<cputune>` what it says of others.
 */
void
nb_cpu_tune_trim (NbXmlElement *domain, guint vcpus)
{
  static const struct
  {
    const char *name;
    const char *attribute;
  } parts[] = { { "vcpupin", "vcpu" }, { "vcpusched", "vcpus" } };
  const int ordinal = nb_xml_element_find_child (domain, "cputune");
  g_autofree char *old = ordinal >= 0 ? nb_xml_element_dup_child (domain, (guint) ordinal) : NULL;
  g_autofree char *new = NULL;
  g_autoptr (NbXmlElement) tune = NULL;

  if (old == NULL)
    return;
  tune = nb_xml_element_new (old);
  for (guint i = nb_xml_element_get_n_children (tune); i-- > 0;)
    for (guint j = 0; j < G_N_ELEMENTS (parts); j++)
      {
        g_autofree char *child = NULL;
        g_autofree char *trimmed = NULL;

        if (strcmp (nb_xml_element_get_child_name (tune, i), parts[j].name) != 0)
          continue;
        child = nb_xml_element_dup_child (tune, i);
        trimmed = trim_child (child, parts[j].name, parts[j].attribute, vcpus);
        if (trimmed == NULL)
          nb_xml_element_remove_child (tune, i);
        else if (strcmp (trimmed, child) != 0)
          nb_xml_element_replace_child (tune, i, trimmed);
        break;
      }

  new = nb_xml_element_to_string (tune);
  if (nb_xml_element_get_n_children (tune) == 0)
    nb_xml_element_remove_child (domain, (guint) ordinal);
  else if (strcmp (new, old) != 0)
    nb_xml_element_replace_child (domain, (guint) ordinal, new);
}

/**
 * nb_cpu_tune_dup_losses:
 * @base: the original
 * @draft: what it becomes
 *
 * Returns: (transfer full) (array zero-terminated=1): what is lost with the virtual processors that go, a sentence each
 */
char **
nb_cpu_tune_dup_losses (const NbCpuConfig *base, const NbCpuConfig *draft)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  g_autofree char *pins = NULL;
  g_autofree char *schedulers = NULL;

  if (base->pinned != NULL)
    pins = nb_cpu_set_dup_cut (base->pinned, draft->vcpus_maximum, G_MAXUINT);
  if (base->scheduled != NULL)
    schedulers = nb_cpu_set_dup_cut (base->scheduled, draft->vcpus_maximum, G_MAXUINT);
  if (pins != NULL)
    {
      /* Translators: %s is a list of numbers, as “2-5,7”. */
      g_autofree char *text =
        g_strdup_printf (_ ("To which processors these virtual processors are pinned is lost, for they "
                            "go: %s."),
                         pins);

      g_strv_builder_add (to, text);
    }
  if (schedulers != NULL)
    {
      /* Translators: %s is a list of numbers, as “2-5,7”. */
      g_autofree char *text =
        g_strdup_printf (_ ("The scheduler of these virtual processors is lost, for they go: %s."), schedulers);

      g_strv_builder_add (to, text);
    }

  return g_strv_builder_end (to);
}
