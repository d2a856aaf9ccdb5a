/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines about KVM that look like settings and do nothing. */

#include "config.h"

#include "nb-checks-private.h"

#include "nb-config-line.h"
#include "nb-options.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define BOM "\xef\xbb\xbf"
/* More would hide the rest of the page. */
#define MAX_TOLD 5

typedef struct
{
  NbInspector *inspector;
  GString *told;
  guint n_told;
} Look;

static gboolean
is_kvm (const char *name)
{
  static const char *const names[] = { "kvm", "kvm_intel", "kvm_amd", "kvm_hv" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (nb_options_same_name (name, names[i]))
      return TRUE;

  return FALSE;
}

/* systemd-modules-load takes the whole line as the name of a module. Source: modules-load.d(5). */
static const char *
judge_modules_load (Look *look, char **words, guint number, gboolean has_bom, gboolean has_return)
{
  if (strcmp (words[0], "options") == 0 && words[1] != NULL && is_kvm (words[1]))
    return _ ("options belong into a file in /etc/modprobe.d");
  if (strcmp (words[0], "modprobe") == 0 && words[1] != NULL && is_kvm (words[1]))
    return _ ("a module’s name stands alone in such a file");
  if (is_kvm (words[0]) && words[1] != NULL)
    return _ ("a module’s name stands alone here, its options belong into a file in /etc/modprobe.d");

  return NULL;
}

/* Source: libkmod, libkmod-config.c, kmod_config_parse(). */
static const char *
judge_modprobe (Look *look, char **words, guint number, gboolean has_bom, gboolean has_return)
{
  const gboolean is_about_kvm = words[1] != NULL && is_kvm (words[1]);

  if (!is_about_kvm)
    return NULL;
  if (has_bom && number == 1)
    return _ ("the file begins with an invisible mark (BOM), save it without one");
  if (strcmp (words[0], "modprobe") == 0 || strcmp (words[0], "sudo") == 0)
    return _ ("a command for a terminal does nothing in such a file");
  if (strcmp (words[0], "blacklist") == 0 && has_return)
    return _ ("it ends as lines of Windows do, so the name is another one");
  if (strcmp (words[0], "options") == 0 && nb_options_same_name (words[1], "kvm") &&
      nb_inspector_is_machine (look->inspector, "x86"))
    for (guint i = 2; words[i] != NULL; i++)
      if (nb_options_same_name (words[i], "nested"))
        return _ ("on this computer nested is an option of kvm_intel or kvm_amd, not of kvm");

  return NULL;
}

typedef const char *Judge (Look *look, char **words, guint number, gboolean has_bom, gboolean has_return);

static char **
split_words (const char *line)
{
  g_auto (GStrv) parts = g_strsplit_set (line, " \t", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);

  return g_strv_builder_end (words);
}

static void
look_at_file (Look *look, const char *path, Judge *judge)
{
  g_autoptr (GBytes) bytes = nb_inspector_read_bytes (look->inspector, path, 0, NULL);
  g_autofree char *text = bytes != NULL && g_bytes_get_size (bytes) > 0
                            ? g_utf8_make_valid (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                            : NULL;
  const gboolean has_bom = text != NULL && g_str_has_prefix (text, BOM);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text + (has_bom ? strlen (BOM) : 0) : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL && look->n_told < MAX_TOLD; i++)
    {
      const gboolean has_return = g_str_has_suffix (lines[i], "\r");
      g_auto (GStrv) words = split_words (g_strchomp (lines[i]));
      const char *why = words[0] != NULL && *words[0] != '#' && *words[0] != ';'
                          ? judge (look, words, i + 1, has_bom, has_return)
                          : NULL;
      g_autofree char *shown = NULL;

      if (why == NULL)
        continue;
      shown = nb_config_line_dup_shown (path);
      if (look->n_told++ > 0)
        g_string_append_c (look->told, ' ');
      /* Translators: the number of a line, a file's name, and why it has no effect */
      g_string_append_printf (look->told, _ ("Line %u of %s has no effect: %s."), i + 1, shown, why);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
look_at_folder (Look *look, const char *folder, Judge *judge)
{
  g_auto (GStrv) names = nb_inspector_list (look->inspector, folder, NULL);

  if (names == NULL)
    return;
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_has_suffix (names[i], ".conf"))
      {
        g_autofree char *path = g_build_filename (folder, names[i], NULL);

        look_at_file (look, path, judge);
      }
}

gboolean
nb_checks_config_lines (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autoptr (GString) told = g_string_new (NULL);
  Look look = { inspector, told, 0 };

  /* What a person writes stands in /etc. */
  look_at_folder (&look, "/etc/modprobe.d", judge_modprobe);
  look_at_folder (&look, "/etc/modules-load.d", judge_modules_load);
  if (look.n_told == 0)
    return FALSE;

  finding->level = NB_LEVEL_NOTE;
  finding->detail_text = g_strdup (told->str);
  finding->hint =
    N_ ("Whoever wrote that wanted something of KVM that this computer does not do. Correct it, or remove it.");
  return TRUE;
}
