/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * NbChoice:
 * @id: what the callback gets
 * @label: translated, with a mnemonic
 * @kind: how the button looks
 */
typedef struct {
  const char *id;
  const char *label;
  enum {
    NB_CHOICE_PLAIN,
    NB_CHOICE_SUGGESTED,
    NB_CHOICE_DESTRUCTIVE,
  } kind;
} NbChoice;

typedef void (*NbChoiceFunc) (const char *id,
                              gpointer    data);

void     nb_compat_ask            (GtkWindow      *parent,
                                   const char     *heading,
                                   const char     *body,
                                   const NbChoice *choices,
                                   guint           n_choices,
                                   NbChoiceFunc    callback,
                                   gpointer        data,
                                   GDestroyNotify  destroy);
GObject *nb_compat_show_about     (GtkWindow      *parent);
void     nb_compat_show_shortcuts (GtkWindow      *parent);
gboolean nb_compat_announce       (GtkWidget      *widget,
                                   const char     *text);
gboolean nb_compat_has_dialog     (GtkWindow      *window);

G_END_DECLS
