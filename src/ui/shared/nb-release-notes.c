/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is new, as the listing says it. */

#include "config.h"

#include "nb-release-notes.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define METAINFO "/io/github/nestbox/Nestbox/metainfo.xml"

typedef struct
{
  GString *notes;
  GString *sentence; /* of the element that is open, if it has text */
  gboolean in_description;
  gboolean is_over;
} Reading;

static gboolean
has_text (const char *element)
{
  return strcmp (element, "p") == 0 || strcmp (element, "li") == 0;
}

static void
start_element (GMarkupParseContext *context,
               const char *element,
               const char **names,
               const char **values,
               gpointer data,
               GError **error)
{
  Reading *reading = data;
  const GSList *stack = g_markup_parse_context_get_element_stack (context);

  if (strcmp (element, "description") == 0 && stack->next != NULL && strcmp (stack->next->data, "release") == 0)
    reading->in_description = !reading->is_over;
  else if (reading->in_description)
    g_string_append_printf (reading->notes, "<%s>", element);
  g_string_truncate (reading->sentence, 0);
}

static void
end_element (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reading *reading = data;

  if (!reading->in_description)
    return;
  if (strcmp (element, "description") == 0)
    {
      reading->in_description = FALSE;
      reading->is_over = TRUE;
      return;
    }
  if (has_text (element))
    {
      g_auto (GStrv) words = g_strsplit_set (reading->sentence->str, " \n\t", -1);
      g_autoptr (GString) sentence = g_string_new (NULL);
      g_autofree char *escaped = NULL;

      /* Translators got it with single spaces. */
      for (guint i = 0; words[i] != NULL; i++)
        if (words[i][0] != '\0')
          g_string_append_printf (sentence, "%s%s", sentence->len > 0 ? " " : "", words[i]);
      escaped = g_markup_escape_text (_ (sentence->str), -1);
      g_string_append (reading->notes, escaped);
    }
  g_string_append_printf (reading->notes, "</%s>", element);
}

static void
text (GMarkupParseContext *context, const char *string, gsize length, gpointer data, GError **error)
{
  Reading *reading = data;

  g_string_append_len (reading->sentence, string, length);
}

/**
 * nb_release_notes_dup:
 *
 * Returns: (transfer full): the notes of the newest release, translated, with the markup that AdwAboutDialog takes
 */
char *
nb_release_notes_dup (void)
{
  static const GMarkupParser parser = { .start_element = start_element, .end_element = end_element, .text = text };
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (GString) sentence = g_string_new (NULL);
  Reading reading = { .notes = notes, .sentence = sentence };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reading, NULL);
  g_autoptr (GBytes) metainfo = g_resources_lookup_data (METAINFO, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *data = g_bytes_get_data (metainfo, &size);

  g_markup_parse_context_parse (context, data, size, NULL);

  return g_string_free (g_steal_pointer (&notes), FALSE);
}
