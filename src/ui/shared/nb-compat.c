/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-compat.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "nb-release-notes.h"

/* The only file that knows which GTK and libadwaita it is built with: dialogs have moved into the window since 1.5. */

typedef struct
{
  NbChoiceFunc callback;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->data);
  g_free (question);
}

static void
response_cb (Question *question, const char *response)
{
  question->callback (response, question->data);
}

#if ADW_CHECK_VERSION(1, 5, 0)
#define adw_question_add_response   adw_alert_dialog_add_response
#define adw_question_set_appearance adw_alert_dialog_set_response_appearance
#define adw_question_set_default    adw_alert_dialog_set_default_response
#define adw_question_set_close      adw_alert_dialog_set_close_response
#define ADW_QUESTION                ADW_ALERT_DIALOG
#else
#define adw_question_add_response   adw_message_dialog_add_response
#define adw_question_set_appearance adw_message_dialog_set_response_appearance
#define adw_question_set_default    adw_message_dialog_set_default_response
#define adw_question_set_close      adw_message_dialog_set_close_response
#define ADW_QUESTION                ADW_MESSAGE_DIALOG
#endif

/**
 * nb_compat_ask:
 * @parent: the window
 * @heading: what is asked
 * @body: what it means
 * @choices: (array length=n_choices): the first is taken when the dialog is closed; by Enter the suggested one, else the
 *   last that destroys nothing
 * @n_choices: how many
 * @callback: gets the id of the choice
 * @data: its data
 * @destroy: (nullable): frees @data
 *
 * Asks a question in a dialog.
 */
void
nb_compat_ask (GtkWindow *parent,
               const char *heading,
               const char *body,
               const NbChoice *choices,
               guint n_choices,
               NbChoiceFunc callback,
               gpointer data,
               GDestroyNotify destroy)
{
  static const AdwResponseAppearance appearances[] = {
    [NB_CHOICE_PLAIN] = ADW_RESPONSE_DEFAULT,
    [NB_CHOICE_SUGGESTED] = ADW_RESPONSE_SUGGESTED,
    [NB_CHOICE_DESTRUCTIVE] = ADW_RESPONSE_DESTRUCTIVE,
  };
  Question *question = g_new0 (Question, 1);
  guint enter = 0;
#if ADW_CHECK_VERSION(1, 5, 0)
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);
#else
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);
#endif

  question->callback = callback;
  question->data = data;
  question->destroy = destroy;

  for (guint i = 0; i < n_choices; i++)
    {
      if (choices[i].kind != NB_CHOICE_DESTRUCTIVE && choices[enter].kind != NB_CHOICE_SUGGESTED)
        enter = i;
      adw_question_add_response (ADW_QUESTION (dialog), choices[i].id, choices[i].label);
      adw_question_set_appearance (ADW_QUESTION (dialog), choices[i].id, appearances[choices[i].kind]);
    }
  adw_question_set_close (ADW_QUESTION (dialog), choices[0].id);
  adw_question_set_default (ADW_QUESTION (dialog), choices[enter].id);

  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, G_CONNECT_SWAPPED);

#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_present (dialog, GTK_WIDGET (parent));
#else
  gtk_window_present (GTK_WINDOW (dialog));
#endif
}

/**
 * nb_compat_show_about:
 * @parent: the window
 *
 * Shows what this application is, and what is new.
 *
 * Returns: (transfer none): the dialog; its "debug-info" is not there yet
 */
GObject *
nb_compat_show_about (GtkWindow *parent)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  AdwDialog *about = adw_about_dialog_new ();
#else
  GtkWidget *about = adw_about_window_new ();
#endif
  g_autofree char *notes = nb_release_notes_dup ();

  g_object_set (about, "application-icon", NB_APP_ID, "application-name", "Nestbox", "version", NB_VERSION,
                "developer-name", _ ("The Nestbox developers"), "comments",
                _ ("Run virtual machines inside virtual machines."), "website", NB_HOMEPAGE, "issue-url",
                NB_HOMEPAGE "/issues", "license-type", GTK_LICENSE_GPL_3_0, "release-notes", notes,
                "release-notes-version", NB_VERSION,
                /* Translators: your names, a line each */
                "translator-credits", _ ("translator-credits"), NULL);

#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_present (about, GTK_WIDGET (parent));
#else
  g_object_set (about, "transient-for", parent, "modal", TRUE, NULL);
  gtk_window_present (GTK_WINDOW (about));
#endif

  return G_OBJECT (about);
}

/**
 * nb_compat_show_shortcuts:
 * @parent: the window
 *
 * Shows the keyboard shortcuts.
 */
void
nb_compat_show_shortcuts (GtkWindow *parent)
{
  /* The build chooses the .ui file as well: see meson.build. */
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/nestbox/Nestbox/nb-shortcuts.ui");
  GObject *shortcuts = gtk_builder_get_object (builder, "shortcuts");

#if ADW_CHECK_VERSION(1, 8, 0)
  adw_dialog_present (ADW_DIALOG (shortcuts), GTK_WIDGET (parent));
#else
  gtk_window_set_transient_for (GTK_WINDOW (shortcuts), parent);
  gtk_window_present (GTK_WINDOW (shortcuts));
#endif
}

/**
 * nb_compat_announce:
 * @widget: where something happens
 * @text: (nullable): what
 *
 * Lets a screen reader say it without the focus being there. GTK has this since 4.14.
 *
 * Returns: whether that is possible here
 */
gboolean
nb_compat_announce (GtkWidget *widget, const char *text)
{
#if GTK_CHECK_VERSION(4, 14, 0)
  if (text != NULL && gtk_widget_get_mapped (widget))
    gtk_accessible_announce (GTK_ACCESSIBLE (widget), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);

  return TRUE;
#else
  return FALSE;
#endif
}

/**
 * nb_compat_has_dialog:
 * @window: a window
 *
 * Returns: whether a dialog is over it: a window of its own, or since libadwaita 1.5 a part of it
 */
gboolean
nb_compat_has_dialog (GtkWindow *window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

#if ADW_CHECK_VERSION(1, 5, 0)
  if (ADW_IS_APPLICATION_WINDOW (window) &&
      adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)) != NULL)
    return TRUE;
#endif
  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (toplevels, i);

      if (gtk_window_get_transient_for (other) == window && gtk_widget_get_visible (GTK_WIDGET (other)))
        return TRUE;
    }

  return FALSE;
}
