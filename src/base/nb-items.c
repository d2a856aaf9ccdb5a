/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-items.h"

/**
 * nb_items_changed:
 * @model: a list whose items are those of @after by now
 * @before: (element-type GObject): the items that it had
 * @after: (element-type GObject): the items that it has
 *
 * Tells the views what changed. What is the same at both ends stays, so that rows keep the keyboard's focus and what is
 * unfolded in them. Nothing is told where nothing changed.
 */
void
nb_items_changed (GListModel *model, GPtrArray *before, GPtrArray *after)
{
  const guint shorter = MIN (before->len, after->len);
  guint head = 0;
  guint tail = 0;

  while (head < shorter && before->pdata[head] == after->pdata[head])
    head++;
  while (tail < shorter - head && before->pdata[before->len - 1 - tail] == after->pdata[after->len - 1 - tail])
    tail++;
  if (head + tail < MAX (before->len, after->len))
    g_list_model_items_changed (model, head, before->len - head - tail, after->len - head - tail);
}
