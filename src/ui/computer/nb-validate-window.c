/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-validate-window.h"

#include <glib/gi18n-lib.h>

#define TOOL "virt-host-validate"

/**
 * NbValidateWindow:
 *
 * The text of libvirt's own tool, as it is: it has no output for machines (host.md).
 */
struct _NbValidateWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkTextView *text;

  GSubprocess *process;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (NbValidateWindow, nb_validate_window, ADW_TYPE_WINDOW)

static void
show_text (NbValidateWindow *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text, -1);
  gtk_stack_set_visible_child_name (self->stack, "text");
}

static void
communicate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbValidateWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &output, NULL, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_text (self, error->message);
      return;
    }

  /* It ends with 1 where a check failed: no failure of its own. */
  show_text (self, output);
}

static void
nb_validate_window_dispose (GObject *object)
{
  NbValidateWindow *self = NB_VALIDATE_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->process);

  G_OBJECT_CLASS (nb_validate_window_parent_class)->dispose (object);
}

static void
nb_validate_window_class_init (NbValidateWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_validate_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-validate-window.ui");
  gtk_widget_class_bind_template_child (widget_class, NbValidateWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, NbValidateWindow, text);
}

static void
nb_validate_window_init (NbValidateWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

/**
 * nb_validate_window_is_available:
 *
 * Returns: whether the tool is installed
 */
gboolean
nb_validate_window_is_available (void)
{
  g_autofree char *path = g_find_program_in_path (TOOL);

  return path != NULL;
}

/**
 * nb_validate_window_show:
 * @parent: the window
 *
 * Runs the tool and shows what it says.
 */
void
nb_validate_window_show (GtkWindow *parent)
{
  NbValidateWindow *self = g_object_new (NB_TYPE_VALIDATE_WINDOW, "transient-for", parent, NULL);
  g_autoptr (GError) error = NULL;

  self->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error, TOOL, NULL);
  if (self->process != NULL)
    g_subprocess_communicate_utf8_async (self->process, NULL, self->cancellable, communicate_cb, g_object_ref (self));
  else
    show_text (self, error->message);

  gtk_window_present (GTK_WINDOW (self));
}
