/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-cpu-set.h"

#include <string.h>

/* Beyond any machine; a list that says more is cut. */
#define MAX_CPUS 65536

/* One word of a list: a number or a range, perhaps taken out. FALSE where it is none. */
static gboolean
read_word (const char *word, gboolean *out, guint *first, guint *last)
{
  guint64 numbers[2];
  char *end;

  word += strspn (word, " \t\n");
  *out = *word == '^';
  if (*out)
    word++;
  if (!g_ascii_isdigit (*word))
    return FALSE;
  numbers[0] = numbers[1] = g_ascii_strtoull (word, &end, 10);
  if (*end == '-' && g_ascii_isdigit (end[1]))
    numbers[1] = g_ascii_strtoull (end + 1, &end, 10);
  *first = (guint) MIN (numbers[0], MAX_CPUS - 1);
  *last = (guint) MIN (numbers[1], MAX_CPUS - 1);

  return TRUE;
}

/* A byte for each processor up to the highest. */
static GByteArray *
read_set (const char *set)
{
  GByteArray *members = g_byte_array_new ();
  g_auto (GStrv) words = g_strsplit (set, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean out;
      guint first;
      guint last;

      if (!read_word (words[i], &out, &first, &last))
        continue;
      if (last >= members->len && !out)
        {
          const guint old = members->len;

          g_byte_array_set_size (members, last + 1);
          memset (members->data + old, 0, last + 1 - old);
        }
      for (guint j = first; j <= last && j < members->len; j++)
        members->data[j] = !out;
    }

  return members;
}

/**
 * nb_cpu_set_get_end:
 * @set: a list of processors
 *
 * Returns: the highest number of it, plus one; 0 for an empty one
 */
guint
nb_cpu_set_get_end (const char *set)
{
  g_autoptr (GByteArray) members = read_set (set);
  guint end = members->len;

  while (end > 0 && !members->data[end - 1])
    end--;

  return end;
}

/**
 * nb_cpu_set_dup_cut:
 * @set: a list of processors
 * @first: the lowest number that counts
 * @end: the first that counts no more
 *
 * Returns: (transfer full) (nullable): what of @set lies between, as libvirt writes it: "0-1,5"; %NULL for nothing
 */
char *
nb_cpu_set_dup_cut (const char *set, guint first, guint end)
{
  g_autoptr (GByteArray) members = read_set (set);
  g_autoptr (GString) text = g_string_new (NULL);

  end = MIN (end, members->len);
  for (guint i = first; i < end; i++)
    {
      guint last = i;

      if (!members->data[i])
        continue;
      while (last + 1 < end && members->data[last + 1])
        last++;
      g_string_append_printf (text, last > i ? "%s%u-%u" : "%s%u", text->len > 0 ? "," : "", i, last);
      i = last;
    }

  return text->len > 0 ? g_strdup (text->str) : NULL;
}
