/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-computer-notices.h"

#include <glib/gi18n-lib.h>

#include "nb-notice-area.h"
#include "nb-notice.h"

/**
 * NbComputerNotices:
 *
 * Why the last change of this computer failed, above the page and in view wherever it is scrolled to.
 */
struct _NbComputerNotices
{
  NbHostGroup parent_instance;

  NbNotice *error;
  NbNotice *warning;
};

G_DEFINE_FINAL_TYPE (NbComputerNotices, nb_computer_notices, NB_TYPE_HOST_GROUP)

static void
update (NbComputerNotices *self, GParamSpec *pspec, NbHostController *controller)
{
  g_autofree char *title = NULL;
  g_autofree char *message = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *warning = NULL;

  g_object_get (controller, "error-title", &title, "error-message", &message, "error-detail", &detail, "warning",
                &warning, NULL);

  g_object_set (self->error, "other-label", detail != NULL ? _ ("_Details…") : NULL, NULL);
  if (message != NULL)
    nb_notice_show (self->error, title, message);
  else
    nb_notice_hide (self->error);

  if (warning != NULL)
    nb_notice_show (self->warning, warning, NULL);
  else
    nb_notice_hide (self->warning);
}

static void
nb_computer_notices_set_up (NbHostGroup *group, NbHostController *controller)
{
  static const char *const signals[] = { "notify::error-title", "notify::error-message", "notify::error-detail",
                                         "notify::warning" };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (controller, signals[i], G_CALLBACK (update), group, G_CONNECT_SWAPPED);
  update (NB_COMPUTER_NOTICES (group), NULL, controller);
}

static void
nb_computer_notices_class_init (NbComputerNoticesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  NB_HOST_GROUP_CLASS (klass)->set_up = nb_computer_notices_set_up;

  g_type_ensure (NB_TYPE_NOTICE_AREA);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-computer-notices.ui");
  gtk_widget_class_bind_template_child (widget_class, NbComputerNotices, error);
  gtk_widget_class_bind_template_child (widget_class, NbComputerNotices, warning);
}

static void
nb_computer_notices_init (NbComputerNotices *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
