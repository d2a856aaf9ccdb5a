/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What modprobe will do with a module: libkmod's merged configuration gives the value, our own walk through the same
 * files names the file and the line that decide, which libkmod's iterators do not tell. */

#include "config.h"

#include "nb-modprobe-private.h"

#include "nb-modprobe-line.h"
#include "nb-options.h"
#include "nb-root.h"

#include <errno.h>
#include <fnmatch.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* Files of modprobe.d are a few lines long. */
#define FILE_LIMIT    (1024 * 1024)
#define CMDLINE_LIMIT (64 * 1024)

/**
 * nb_modprobe_new_unknown:
 *
 * Returns: (transfer full): an answer of which nothing is known
 */
NbModprobe *
nb_modprobe_new_unknown (void)
{
  NbModprobe *self = g_new0 (NbModprobe, 1);

  self->options = nb_config_line_new_list ();
  self->installs = nb_config_line_new_list ();
  self->blacklists = nb_config_line_new_list ();
  self->bans = nb_config_line_new_list ();

  return self;
}

void
nb_modprobe_free (NbModprobe *self)
{
  g_ptr_array_unref (self->options);
  g_ptr_array_unref (self->installs);
  g_ptr_array_unref (self->blacklists);
  g_ptr_array_unref (self->bans);
  g_free (self->error);
  g_free (self);
}

/* What is asked for, and what libkmod would hand to the kernel of it, to be held against libkmod's own answer. */
typedef struct
{
  NbModprobe *found;
  const char *root;
  const char *const *modules;
  GString *merged;
} Scan;

static void
add_words (GPtrArray *lines, NbDecider kind, const char *path, guint number, const char *module, const char *text)
{
  const char *rest = text;
  char *name;
  char *value;

  while (nb_options_next (&rest, &name, &value))
    {
      g_autofree char *word = value != NULL ? g_strconcat (name, "=", value, NULL) : g_strdup (name);
      NbConfigLine *line = nb_config_line_new (kind, path, number, module, word);

      line->name = name;
      line->value = value;
      g_ptr_array_add (lines, line);
    }
}

static gboolean
has_install (const NbModprobe *found, const char *module)
{
  for (guint i = 0; i < found->installs->len; i++)
    if (strcmp (((NbConfigLine *) g_ptr_array_index (found->installs, i))->module, module) == 0)
      return TRUE;

  return FALSE;
}

static void
take_install (Scan *scan, const char *path, const NbModprobeLine *line)
{
  g_autofree char *text = g_strdup_printf ("install %s %s", line->module, line->rest);

  /* libkmod takes the first install line, whose module may be a pattern. */
  for (guint i = 0; scan->modules[i] != NULL; i++)
    if (fnmatch (line->module, scan->modules[i], 0) == 0 && !has_install (scan->found, scan->modules[i]))
      {
        NbConfigLine *taken = nb_config_line_new (NB_DECIDER_FILE, path, line->number, scan->modules[i], text);

        taken->why = NB_WHY_INSTALL;
        taken->value = g_strdup (line->rest);
        g_ptr_array_add (scan->found->installs, taken);
        g_string_append_printf (scan->merged, "install %s %s\n", scan->modules[i], line->rest);
      }
}

static void
take_line (Scan *scan, const char *path, const NbModprobeLine *line)
{
  gboolean is_ours = g_strv_contains (scan->modules, line->module);

  if (is_ours && strcmp (line->command, "options") == 0 && line->rest != NULL)
    {
      g_string_append_printf (scan->merged, "options %s %s\n", line->module, line->rest);
      add_words (scan->found->options, NB_DECIDER_FILE, path, line->number, line->module, line->rest);
    }
  /* What a module needs is loaded with it, blacklisted or not. */
  else if (strcmp (line->module, scan->modules[0]) == 0 && strcmp (line->command, "blacklist") == 0)
    {
      g_autofree char *text = g_strconcat ("blacklist ", line->module, NULL);
      NbConfigLine *taken = nb_config_line_new (NB_DECIDER_FILE, path, line->number, line->module, text);

      taken->why = NB_WHY_BLACKLIST;
      g_ptr_array_add (scan->found->blacklists, taken);
    }
  else if (strcmp (line->command, "install") == 0 && line->rest != NULL)
    {
      take_install (scan, path, line);
    }
}

static void
scan_files (Scan *scan, gboolean dangling_hides)
{
  NbModprobe *found = scan->found;
  g_autofree char *list_error = NULL;
  g_autoptr (GPtrArray) files = nb_modprobe_list_files (scan->root, dangling_hides, &list_error);

  g_ptr_array_set_size (found->options, 0);
  g_ptr_array_set_size (found->installs, 0);
  g_ptr_array_set_size (found->blacklists, 0);
  g_string_truncate (scan->merged, 0);
  if (list_error != NULL && found->error == NULL)
    found->error = g_steal_pointer (&list_error);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autoptr (GPtrArray) lines = NULL;
      g_autofree char *text = NULL;
      g_autofree char *full = g_strconcat ("/", path, NULL);
      g_autofree char *shown = nb_config_line_dup_shown (full);
      gsize length;
      int problem;

      text = nb_root_read (scan->root, path, FILE_LIMIT, &length, &problem);
      if (text == NULL)
        {
          /* A link to nowhere is nothing for root either. */
          if (problem == ENOENT || problem == ELOOP)
            continue;
          if (problem == EFBIG && found->error == NULL)
            found->error = g_strdup_printf (_ ("The file %s is too large to be a configuration file."), shown);
          else if (found->error == NULL)
            found->error = g_strdup_printf (_ ("The file %s can’t be read: %s."), shown, g_strerror (problem));
          continue;
        }

      lines = nb_modprobe_parse (text, length);
      for (guint j = 0; j < lines->len; j++)
        take_line (scan, path, g_ptr_array_index (lines, j));
    }
}

/* `modprobe.blacklist=` and `module_blacklist=`: both take names as they are, a dash is not an underscore to them. */
static void
take_list (GPtrArray *lines, const char *word, const char *const *modules)
{
  const char *equals = strchr (word, '=');
  g_auto (GStrv) names = g_strsplit (equals != NULL ? equals + 1 : "", ",", -1);

  for (guint i = 0; modules[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) names, modules[i]))
      {
        NbConfigLine *line = nb_config_line_new (NB_DECIDER_COMMAND_LINE, NULL, 0, modules[i], word);

        line->why = NB_WHY_BLACKLIST;
        g_ptr_array_add (lines, line);
        return;
      }
}

static void
take_boot_option (Scan *scan, const char *name, const char *value, gboolean for_init)
{
  const char *const first[] = { scan->modules[0], NULL };
  g_autofree char *word = value != NULL ? g_strconcat (name, "=", value, NULL) : g_strdup (name);
  const char *dot = strchr (name, '.');

  if (strcmp (name, "modprobe.blacklist") == 0)
    take_list (scan->found->blacklists, word, first);
  else if (!for_init && nb_options_same_name (name, "module_blacklist") && dot == NULL)
    take_list (scan->found->bans, word, scan->modules);

  for (guint i = 0; dot != NULL && scan->modules[i] != NULL; i++)
    if (nb_options_same_name (name, scan->modules[i]))
      {
        NbConfigLine *line = nb_config_line_new (NB_DECIDER_COMMAND_LINE, NULL, 0, scan->modules[i], word);

        line->name = g_strdup (dot + 1);
        line->value = g_strdup (value);
        line->for_init = for_init;
        g_ptr_array_add (scan->found->options, line);
      }
}

/* The kernel stops at "--", libkmod does not. */
static void
scan_command_line (Scan *scan, const char *command_line)
{
  const char *rest = command_line;
  gboolean for_init = FALSE;

  while (*rest != '\0')
    {
      char *name;
      char *value;

      if (!nb_options_next (&rest, &name, &value))
        {
          for_init = TRUE;
          continue;
        }
      take_boot_option (scan, name, value, for_init);
      g_free (name);
      g_free (value);
    }
}

/* Both answers with the options first: libkmod tells the two kinds apart. What it makes of a backslash at the end of a file
 * depends on its version. */
static char *
dup_sorted (const char *merged)
{
  g_auto (GStrv) lines = g_strsplit (merged, "\n", -1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint kind = 0; kind < 2; kind++)
    for (guint i = 0; lines[i] != NULL; i++)
      {
        gsize length = strlen (lines[i]);

        if (length > 0 && lines[i][length - 1] == (char) EOF)
          lines[i][length - 1] = '\0';
        if (*lines[i] != '\0' && g_str_has_prefix (lines[i], "install ") == (kind == 1))
          g_ptr_array_add (sorted, lines[i]);
      }
  g_ptr_array_add (sorted, NULL);

  return g_strjoinv ("\n", (char **) sorted->pdata);
}

/* libkmod is right. We only don't know where it found that. */
static void
take_merged (Scan *scan, const char *merged)
{
  g_auto (GStrv) lines = g_strsplit (merged, "\n", -1);

  g_info ("libkmod merges the options of %s otherwise than we do", scan->modules[0]);
  g_ptr_array_set_size (scan->found->options, 0);
  g_ptr_array_set_size (scan->found->installs, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);

      if (g_strv_length (words) < 3)
        continue;
      if (strcmp (words[0], "options") == 0)
        {
          add_words (scan->found->options, NB_DECIDER_UNKNOWN, NULL, 0, words[1], words[2]);
        }
      else
        {
          NbConfigLine *line = nb_config_line_new (NB_DECIDER_UNKNOWN, NULL, 0, words[1], lines[i]);

          line->why = NB_WHY_INSTALL;
          line->value = g_strdup (words[2]);
          g_ptr_array_add (scan->found->installs, line);
        }
    }
}

static gboolean
is_same (Scan *scan, const char *merged)
{
  g_autofree char *ours = dup_sorted (scan->merged->str);

  return strcmp (ours, merged) == 0;
}

/**
 * nb_modprobe_read:
 * @root: "/" or a fixture
 * @modules: names with underscores, %NULL-terminated: the module, and then those that it needs
 *
 * Reads modprobe.d and the kernel command line under @root. Any thread.
 *
 * Returns: (transfer full): what they say
 */
NbModprobe *
nb_modprobe_read (const char *root, const char *const *modules)
{
  NbModprobe *self = nb_modprobe_new_unknown ();
  g_autoptr (GString) ours = g_string_new (NULL);
  Scan scan = { self, root, modules, ours };
  g_autofree char *command_line = NULL;
  g_autofree char *merged = NULL;
  int problem;

  scan_files (&scan, TRUE);
  /* Where something odd lies about, a fifo say, libkmod is not sent there: it would wait for it. */
  if (self->error == NULL)
    {
      g_autofree char *answer = nb_modprobe_ask_libkmod (root, modules);

      merged = answer != NULL ? dup_sorted (answer) : NULL;
      if (merged == NULL)
        self->error = g_strdup (_ ("The settings of modprobe can’t be read."));
    }
  if (merged != NULL && !is_same (&scan, merged))
    scan_files (&scan, FALSE);
  if (merged != NULL && !is_same (&scan, merged))
    take_merged (&scan, merged);

  command_line = nb_root_read (root, "proc/cmdline", CMDLINE_LIMIT, NULL, &problem);
  if (command_line != NULL)
    scan_command_line (&scan, command_line);
  else if (problem != ENOENT && self->error == NULL)
    self->error = g_strdup_printf (_ ("The file %s can’t be read: %s."), "/proc/cmdline", g_strerror (problem));

  return self;
}
