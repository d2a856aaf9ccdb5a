/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What decides over a machine's <cpu>. libvirt hands <qemu:commandline> to QEMU behind its own arguments, and of two the last one
 * wins; guides for macOS guests and for passing on graphics cards write -cpu there. */

#include "config.h"

#include "nb-cpu-override-xml.h"

#include <string.h>

#define QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"

static gboolean
is_qemus (xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
         strcmp ((const char *) node->ns->href, QEMU_NAMESPACE) == 0 && strcmp ((const char *) node->name, name) == 0;
}

static gboolean
names_nesting (const char *global)
{
  /* DRIVER.PROPERTY=VALUE, or driver=DRIVER,property=PROPERTY,value=VALUE. */
  g_auto (GStrv) words = g_strsplit_set (global, ".,=", -1);

  return g_strv_contains ((const char *const *) words, "svm") || g_strv_contains ((const char *const *) words, "vmx");
}

static gboolean
names_accelerator (const char *machine)
{
  g_auto (GStrv) words = g_strsplit_set (machine, ",=", -1);

  return g_strv_contains ((const char *const *) words, "accel");
}

/* Whether QEMU's argument @option with its value, where it has one, decides what a guest's processor has. */
static gboolean
decides (const char *option, const char *value)
{
  /* QEMU takes two dashes like one. */
  option += g_str_has_prefix (option, "--") ? 2 : 1;
  if (strcmp (option, "enable-kvm") == 0)
    return TRUE;
  if (value == NULL)
    return FALSE;
  if (strcmp (option, "global") == 0)
    return names_nesting (value);
  if (strcmp (option, "machine") == 0 || strcmp (option, "M") == 0)
    return names_accelerator (value);

  return strcmp (option, "cpu") == 0 || strcmp (option, "accel") == 0 || strcmp (option, "readconfig") == 0;
}

static xmlNode *
find_arg (xmlNode *node)
{
  while (node != NULL && !is_qemus (node, "arg"))
    node = node->next;

  return node;
}

/**
 * nb_cpu_override_find:
 * @domain: a `<domain>` element
 *
 * Source: QEMU's qemu-options.hx; reports of macOS guests.
 *
 * Returns: (transfer full) (nullable): the last of QEMU's own arguments that decides over `<cpu>`, with its value
 */
char *
nb_cpu_override_find (xmlNode *domain)
{
  char *found = NULL;

  for (xmlNode *line = domain->children; line != NULL; line = line->next)
    {
      if (!is_qemus (line, "commandline"))
        continue;
      for (xmlNode *arg = find_arg (line->children); arg != NULL; arg = find_arg (arg->next))
        {
          xmlNode *next = find_arg (arg->next);
          g_autofree char *option = nb_xml_dup_attribute (arg, "value");
          g_autofree char *value = next != NULL ? nb_xml_dup_attribute (next, "value") : NULL;

          if (option == NULL || *option != '-' || !decides (option, value))
            continue;
          g_free (found);
          found = g_str_has_suffix (option, "enable-kvm") ? g_strdup (option) : g_strconcat (option, " ", value, NULL);
        }
    }

  return found;
}

/**
 * nb_cpu_override_find_seal:
 * @domain: a `<domain>` element
 *
 * A guest whose memory is kept from the host cannot be given KVM: SEV, SEV-SNP, TDX, and s390's protected virtualization.
 *
 * Returns: (transfer full) (nullable): the type of `<launchSecurity>`
 */
char *
nb_cpu_override_find_seal (xmlNode *domain)
{
  return nb_xml_dup_attribute (nb_xml_get_child (domain, "launchSecurity"), "type");
}
