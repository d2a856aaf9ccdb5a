/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-text-diff.h"

#include <string.h>

#define CONTEXT   3
#define MAX_CELLS (4u * 1024 * 1024)

typedef struct
{
  char **a;
  char **b;
  guint n_a;
  guint n_b;
  guint same_head;
  guint same_tail;
} Texts;

typedef struct
{
  char kind; /* ' ', '-', '+' */
  const char *line;
} Step;

static void
add_step (GArray *steps, char kind, const char *line)
{
  Step step = { kind, line };

  g_array_append_val (steps, step);
}

/* The longest common subsequence of what lies between the equal head and tail; two texts that differ by more than a
 * few thousand lines in the middle are shown as one removed and one added block. */
static void
add_middle (GArray *steps, const Texts *texts)
{
  guint n = texts->n_a - texts->same_head - texts->same_tail;
  guint m = texts->n_b - texts->same_head - texts->same_tail;
  char **a = texts->a + texts->same_head;
  char **b = texts->b + texts->same_head;
  g_autofree guint *length = NULL;
  guint i = 0;
  guint j = 0;

  if ((guint64) (n + 1) * (m + 1) <= MAX_CELLS)
    {
      length = g_new0 (guint, (gsize) (n + 1) * (m + 1));
      for (i = n; i-- > 0;)
        for (j = m; j-- > 0;)
          length[i * (m + 1) + j] = strcmp (a[i], b[j]) == 0
                                      ? length[(i + 1) * (m + 1) + j + 1] + 1
                                      : MAX (length[(i + 1) * (m + 1) + j], length[i * (m + 1) + j + 1]);
      i = j = 0;
      while (i < n && j < m)
        if (strcmp (a[i], b[j]) == 0)
          {
            add_step (steps, ' ', a[i++]);
            j++;
          }
        else if (length[(i + 1) * (m + 1) + j] >= length[i * (m + 1) + j + 1])
          {
            add_step (steps, '-', a[i++]);
          }
        else
          {
            add_step (steps, '+', b[j++]);
          }
    }

  while (i < n)
    add_step (steps, '-', a[i++]);
  while (j < m)
    add_step (steps, '+', b[j++]);
}

static gboolean
is_near_change (GArray *steps, guint at)
{
  guint from = at > CONTEXT ? at - CONTEXT : 0;
  guint to = MIN (at + CONTEXT + 1, steps->len);

  for (guint i = from; i < to; i++)
    if (g_array_index (steps, Step, i).kind != ' ')
      return TRUE;

  return FALSE;
}

static void
append_hunk (GString *out, GArray *steps, guint from, guint to, guint line_a, guint line_b)
{
  guint n_a = 0;
  guint n_b = 0;

  for (guint i = from; i < to; i++)
    {
      char kind = g_array_index (steps, Step, i).kind;

      n_a += kind != '+' ? 1 : 0;
      n_b += kind != '-' ? 1 : 0;
    }
  g_string_append_printf (out, "@@ -%u,%u +%u,%u @@\n", n_a > 0 ? line_a + 1 : line_a, n_a,
                          n_b > 0 ? line_b + 1 : line_b, n_b);
  for (guint i = from; i < to; i++)
    {
      const Step *step = &g_array_index (steps, Step, i);

      g_string_append_printf (out, "%c%s\n", step->kind, step->line);
    }
}

/**
 * nb_text_diff:
 * @before: a text
 * @after: another
 *
 * Returns: (transfer full): how they differ, in unified format without the two lines of file names; empty where they are
 *   the same
 */
char *
nb_text_diff (const char *before, const char *after)
{
  g_auto (GStrv) a = g_strsplit (before, "\n", -1);
  g_auto (GStrv) b = g_strsplit (after, "\n", -1);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
  GString *out = g_string_new (NULL);
  Texts texts = { a, b, g_strv_length (a), g_strv_length (b), 0, 0 };
  guint line_a = 0;
  guint line_b = 0;

  while (texts.same_head < MIN (texts.n_a, texts.n_b) && strcmp (a[texts.same_head], b[texts.same_head]) == 0)
    texts.same_head++;
  while (texts.same_head + texts.same_tail < MIN (texts.n_a, texts.n_b) &&
         strcmp (a[texts.n_a - texts.same_tail - 1], b[texts.n_b - texts.same_tail - 1]) == 0)
    texts.same_tail++;

  for (guint i = 0; i < texts.same_head; i++)
    add_step (steps, ' ', a[i]);
  add_middle (steps, &texts);
  for (guint i = texts.n_a - texts.same_tail; i < texts.n_a; i++)
    add_step (steps, ' ', a[i]);

  for (guint i = 0; i < steps->len;)
    {
      guint end = i;

      while (end < steps->len && is_near_change (steps, end))
        end++;
      if (end > i)
        append_hunk (out, steps, i, end, line_a, line_b);
      for (end = MAX (end, i + 1); i < end; i++)
        {
          char kind = g_array_index (steps, Step, i).kind;

          line_a += kind != '+' ? 1 : 0;
          line_b += kind != '-' ? 1 : 0;
        }
    }

  return g_string_free (out, FALSE);
}
