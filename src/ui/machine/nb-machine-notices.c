/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-notices.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-inference.h"
#include "nb-machine-words.h"
#include "nb-notice-area.h"
#include "nb-notice.h"

/**
 * NbMachineNotices:
 *
 * What a person must know of an opened machine, above the page and in view wherever it is scrolled to; empty most of the
 * time.
 */
struct _NbMachineNotices
{
  NbEditGroup parent_instance;

  NbNotice *error;
  NbNotice *lost;
  NbNotice *locked;
  NbNotice *theirs;
  NbNotice *pending;
  NbNotice *saved;
  NbNotice *hints;
  NbNotice *losses;
  NbNotice *busy;

  NbConnection *connection;
  NbEditorBusy tried; /* what was under way last: an error is about that */
};

G_DEFINE_FINAL_TYPE (NbMachineNotices, nb_machine_notices, NB_TYPE_EDIT_GROUP)

static void
show (NbNotice *notice, gboolean visible, const char *title, const char *text)
{
  if (visible)
    nb_notice_show (notice, title, text);
  else
    nb_notice_hide (notice);
}

static const char *
get_error_title (NbEditorBusy tried)
{
  switch (tried)
    {
    case NB_EDITOR_IDLE:
    case NB_EDITOR_LOADING:
      return _ ("Couldn’t Read the Machine");
    case NB_EDITOR_APPLYING:
      return _ ("Couldn’t Apply");
    case NB_EDITOR_STARTING:
      return _ ("Couldn’t Start");
    case NB_EDITOR_STOPPING:
      return _ ("Couldn’t Shut Down");
    case NB_EDITOR_RESTARTING:
      return _ ("Couldn’t Shut Down and Start");
    case NB_EDITOR_ASKING:
      return _ ("Couldn’t Check Inside the Guest");
    }

  return NULL;
}

static void
update_busy (NbMachineNotices *self, NbMachineEditor *editor, NbEditorBusy busy)
{
  const gboolean waits = nb_shutdown_is_waiting (nb_machine_editor_get_shutdown (editor));
  g_autofree char *left = nb_machine_editor_dup_time_left (editor);

  /* What is read or stored is there in a moment: a bar that comes and goes would only move the page. */
  if (busy == NB_EDITOR_IDLE || busy == NB_EDITOR_LOADING || busy == NB_EDITOR_APPLYING)
    {
      nb_notice_hide (self->busy);
      return;
    }

  g_object_set (self->busy, "label", waits ? _ ("_Stop Waiting") : NULL, NULL);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->busy)) || left == NULL)
    nb_notice_show (self->busy, nb_editor_busy_get_title (busy), left);
  else
    nb_notice_set_text (self->busy, left);
}

static void
update_pending (NbMachineNotices *self, const NbMachineConfig *config, NbCpuEdit *edit, gboolean idle)
{
  g_auto (GStrv) differences = NULL;
  g_autofree char *text = NULL;
  const gboolean differs = config != NULL && config->pending == NB_CPU_PENDING_DIFFERS;

  if (differs)
    differences = nb_machine_dup_differences (config, edit != NULL ? nb_cpu_edit_get_caps (edit) : NULL);
  if (differences != NULL)
    text = g_strjoinv ("\n", differences);
  show (self->pending, differs && idle, NULL, text);
}

/* It comes back by itself, where it can. */
static void
update_lost (NbMachineNotices *self)
{
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (nb_connection_get_problem (self->connection) == NB_CONNECTION_PROBLEM_NONE)
    {
      nb_notice_hide (self->lost);
      return;
    }

  title = nb_connection_dup_title (self->connection);
  text = nb_connection_get_hint (self->connection) != NULL
           ? g_strdup_printf ("%s\n%s", nb_connection_get_message (self->connection),
                              nb_connection_get_hint (self->connection))
           : g_strdup (nb_connection_get_message (self->connection));
  nb_notice_show (self->lost, title, text);
}

static void
follow_connection (NbMachineNotices *self, NbConnection *connection)
{
  if (g_set_object (&self->connection, connection))
    {
      g_signal_connect_object (connection, "notify::problem", G_CALLBACK (update_lost), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (connection, "notify::message", G_CALLBACK (update_lost), self, G_CONNECT_SWAPPED);
      update_lost (self);
    }
}

static void
show_sentences (NbNotice *notice, const char *const *sentences)
{
  g_autofree char *text = sentences != NULL && sentences[0] != NULL ? g_strjoinv ("\n", (char **) sentences) : NULL;

  show (notice, text != NULL, NULL, text);
}

static void
nb_machine_notices_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbMachineNotices *self = NB_MACHINE_NOTICES (group);
  NbMachineEditor *editor = nb_edit_group_get_editor (group);
  const char *locked;
  NbEditorBusy busy;

  if (editor == NULL)
    return;

  follow_connection (self, nb_machine_get_connection (nb_machine_editor_get_machine (editor)));
  busy = nb_machine_editor_get_busy (editor);
  if (busy != NB_EDITOR_IDLE)
    self->tried = busy;
  locked = nb_machine_editor_get_locked (editor);

  show (self->error, nb_machine_editor_get_error (editor) != NULL, get_error_title (self->tried),
        nb_machine_editor_get_error (editor));
  show (self->locked, locked != NULL, NULL, locked);
  show (self->theirs, nb_machine_editor_get_theirs (editor) != NULL, NULL,
        _ ("Its processor changed after you opened this page."));
  show (self->saved, nb_machine_has_managed_save (nb_machine_editor_get_machine (editor)), NULL,
        _ ("It brings the old processor back. Starting without it loses what was not saved inside the guest."));
  g_object_set (self->hints, "label",
                edit != NULL && nb_cpu_edit_get_foreign (edit) != NULL && locked == NULL ? _ ("_Take It Out") : NULL,
                NULL);
  show_sentences (self->hints, edit != NULL ? nb_cpu_edit_get_hints (edit) : NULL);
  show_sentences (self->losses, edit != NULL ? nb_cpu_edit_get_losses (edit) : NULL);
  update_pending (self, nb_machine_editor_get_config (editor), edit, busy == NB_EDITOR_IDLE);
  update_busy (self, editor, busy);
}

static void
nb_machine_notices_dispose (GObject *object)
{
  g_clear_object (&NB_MACHINE_NOTICES (object)->connection);

  G_OBJECT_CLASS (nb_machine_notices_parent_class)->dispose (object);
}

static void
nb_machine_notices_class_init (NbMachineNoticesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_machine_notices_dispose;
  NB_EDIT_GROUP_CLASS (klass)->update = nb_machine_notices_update;

  g_type_ensure (NB_TYPE_NOTICE_AREA);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-notices.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, error);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, lost);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, locked);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, theirs);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, pending);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, saved);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, hints);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, losses);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, busy);
}

static void
nb_machine_notices_init (NbMachineNotices *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
