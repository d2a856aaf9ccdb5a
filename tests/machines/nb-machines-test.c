/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machines-test.h"

#include <string.h>

static gboolean late;

static gboolean
on_late (gpointer data)
{
  late = TRUE;
  return G_SOURCE_CONTINUE;
}

guint
nb_test_set_deadline (void)
{
  late = FALSE;
  return g_timeout_add_seconds (WAIT_SECONDS, on_late, NULL);
}

gboolean
nb_test_is_late (void)
{
  return late;
}

void
nb_test_clear_deadline (guint deadline)
{
  g_source_remove (deadline);
}

/* A GAsyncReadyCallback: @data is a GAsyncResult **. */
void
nb_test_keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

NbMachineConfig *
nb_test_load (NbMachine *machine, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  nb_machine_load_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  return nb_machine_load_finish (machine, result, error);
}

/* What was stored, or NULL and why not. */
NbApplied *
nb_test_apply (NbMachine *machine, const char *base, const char *changed, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbApplied) applied = NULL;

  nb_machine_apply_async (machine, base, changed, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  applied = nb_machine_apply_finish (machine, result);
  if (applied->outcome == NB_OUTCOME_STORED)
    return g_steal_pointer (&applied);
  g_propagate_error (error, g_steal_pointer (&applied->error));
  return NULL;
}

/* @domain_xml with @cpu in place of its <cpu>: plain text, so that the tests do not use what they test. */
char *
nb_test_with_cpu (const char *domain_xml, const char *cpu)
{
  const char *plain = strstr (domain_xml, "<cpu>");
  const char *start = plain != NULL ? plain : strstr (domain_xml, "<cpu ");
  const char *end = start != NULL ? strstr (start, "</cpu>") : NULL;
  const char *tag_end = start != NULL ? strchr (start, '>') : NULL;

  if (start == NULL)
    {
      start = strstr (domain_xml, "<clock");
      g_assert_nonnull (start);
      end = start;
    }
  else if (tag_end[-1] == '/')
    end = tag_end + 1;
  else
    end += strlen ("</cpu>");
  return g_strdup_printf ("%.*s%s%s", (int) (start - domain_xml), domain_xml, cpu, end);
}

/* Borrowed. */
NbMachine *
nb_test_find_by_name (NbMachineList *list, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (g_str_equal (nb_machine_get_name (machine), name))
        return machine;
    }
  return NULL;
}

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, GPtrArray *mirror)
{
  g_assert_cmpuint (removed + added, >, 0);
  g_assert_cmpuint (position + removed, <=, mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror, (int) (position + i), g_list_model_get_item (list, position + i));

  /* Whoever follows the signals has the list. */
  g_assert_cmpuint (mirror->len, ==, g_list_model_get_n_items (list));
  for (guint i = 0; i < mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_assert_true (item == mirror->pdata[i]);
    }
}

/* Keeps @mirror, whose free function unrefs, as items-changed says, and fails when it is not what the list holds. */
void
nb_test_follow (GListModel *list, GPtrArray *mirror)
{
  if (g_list_model_get_n_items (list) > 0)
    on_items_changed (list, 0, 0, g_list_model_get_n_items (list), mirror);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), mirror);
}
