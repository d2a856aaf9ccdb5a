/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The edit of a machine's processor as a filter, so that anyone can try it on a pile of files. */

#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "nb-cpu-edit.h"
#include "nb-cpu-enums.h"

#define EXIT_BAD 2

static char *option_mode;
static char *option_model;
static char *option_nesting;
static char *option_vendor;

static const GOptionEntry entries[] = {
  { "mode", 0, 0, G_OPTION_ARG_STRING, &option_mode, "host-passthrough, host-model, maximum, default or custom",
    "MODE" },
  { "model", 0, 0, G_OPTION_ARG_STRING, &option_model, "a model's name, for custom", "NAME" },
  { "nesting", 0, 0, G_OPTION_ARG_STRING, &option_nesting, "on, off or default", "NESTING" },
  { "vendor", 0, 0, G_OPTION_ARG_STRING, &option_vendor, "whose the host's processor is: intel or amd", "VENDOR" },
  { NULL },
};

/* One line, whatever the message holds. */
static int
fail (const char *message)
{
  g_autofree char *line = g_strdup (message);

  fprintf (stderr, "nb-cpu-edit: %s\n", g_strdelimit (line, "\r\n", ' '));

  return EXIT_BAD;
}

static gboolean
read_word (GType type, const char *option, const char *word, int *value, GError **error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value_by_nick (klass, word);

  if (found == NULL || strcmp (word, "unknown") == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s has no value “%s”", option, word);
      return FALSE;
    }
  *value = found->value;

  return TRUE;
}

/* A NUL cannot be in XML, and would end the text too early. */
static char *
read_input (GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char block[65536];
  gsize n;

  while ((n = fread (block, 1, sizeof block, stdin)) > 0)
    g_string_append_len (text, block, (gssize) n);

  if (ferror (stdin) || strlen (text->str) != text->len)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the input cannot be read as text");
      return NULL;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Who names no vendor means this computer's. */
static NbCpuVendor
find_own_vendor (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return NB_CPU_VENDOR_UNKNOWN;
  if (strstr (text, "GenuineIntel") != NULL)
    return NB_CPU_VENDOR_INTEL;
  if (strstr (text, "AuthenticAMD") != NULL || strstr (text, "HygonGenuine") != NULL)
    return NB_CPU_VENDOR_AMD;

  return NB_CPU_VENDOR_UNKNOWN;
}

static gboolean
apply_nesting (NbCpuEdit *edit, GError **error)
{
  int nesting;

  if (!read_word (NB_TYPE_CPU_NESTING, "nesting", option_nesting, &nesting, error))
    return FALSE;

  if (nb_cpu_edit_get_vendor (edit) == NB_CPU_VENDOR_UNKNOWN)
    nb_cpu_edit_set_vendor (edit, find_own_vendor ());
  if (nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_DEFAULT && nesting != NB_CPU_NESTING_DEFAULT)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "nesting cannot be set with the hypervisor's default processor: choose a mode, too");
      return FALSE;
    }
  if (!nb_cpu_edit_get_can_nest (edit) && nesting != NB_CPU_NESTING_DEFAULT)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "nesting is a matter of x86 processors by Intel and AMD only");
      return FALSE;
    }
  nb_cpu_edit_set_nesting (edit, (NbCpuNesting) nesting);

  return TRUE;
}

static gboolean
apply_options (NbCpuEdit *edit, GError **error)
{
  int value;

  if (option_vendor != NULL)
    {
      if (!read_word (NB_TYPE_CPU_VENDOR, "vendor", option_vendor, &value, error))
        return FALSE;
      nb_cpu_edit_set_vendor (edit, (NbCpuVendor) value);
    }
  if (option_model != NULL)
    {
      nb_cpu_edit_set_model (edit, option_model);
      nb_cpu_edit_set_mode (edit, NB_CPU_MODE_CUSTOM);
    }
  if (option_mode != NULL)
    {
      if (!read_word (NB_TYPE_CPU_MODE, "mode", option_mode, &value, error))
        return FALSE;
      nb_cpu_edit_set_mode (edit, (NbCpuMode) value);
    }

  return option_nesting == NULL || apply_nesting (edit, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("< domain.xml > new.xml");
  g_autoptr (NbCpuEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *xml = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (error->message);
  if (argc > 1)
    return fail ("takes options only, and the XML on standard input");

  xml = read_input (&error);
  if (xml == NULL)
    return fail (error->message);
  edit = nb_cpu_edit_new (xml, NULL, &error);
  if (edit == NULL)
    return fail (error->message);

  /* What was wrong before is not this edit's fault. */
  before = g_strdup (nb_cpu_edit_get_problem (edit));
  if (!apply_options (edit, &error))
    return fail (error->message);
  if (!nb_cpu_edit_get_valid (edit) && g_strcmp0 (before, nb_cpu_edit_get_problem (edit)) != 0)
    return fail (nb_cpu_edit_get_problem (edit));

  fputs (nb_cpu_edit_get_result (edit), stdout);

  return fflush (stdout) == 0 ? 0 : fail ("the output cannot be written");
}
