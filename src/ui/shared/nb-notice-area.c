/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-notice-area.h"

#include "nb-notice.h"

/* Several notices at once, with long texts, must not push the page out of a small window: more than this scrolls. */
#define MAX_HEIGHT 220

/**
 * NbNoticeArea:
 *
 * The place for notices between the header and the content. It takes no room where there are none.
 */
struct _NbNoticeArea
{
  GtkWidget parent_instance;

  GtkWidget *window;
  GtkWidget *box;
};

static GtkBuildableIface *parent_buildable_iface;

/* An empty scrolled window would still take room for its bar. */
static void
visible_cb (NbNoticeArea *self)
{
  gboolean any = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    any = any || gtk_widget_get_visible (child);
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

static void
nb_notice_area_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  NbNoticeArea *self = NB_NOTICE_AREA (buildable);

  if (!NB_IS_NOTICE (child))
    {
      parent_buildable_iface->add_child (buildable, builder, child, type);
      return;
    }

  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (child));
  g_signal_connect_object (child, "notify::visible", G_CALLBACK (visible_cb), self, G_CONNECT_SWAPPED);
  visible_cb (self);
}

static void
nb_notice_area_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable_iface = g_type_interface_peek_parent (iface);
  iface->add_child = nb_notice_area_add_child;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (NbNoticeArea,
                               nb_notice_area,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, nb_notice_area_buildable_init))

static GtkSizeRequestMode
nb_notice_area_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* A scrolled window asks its child for no particular width: wrapped texts are higher than it thinks. */
static void
nb_notice_area_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  NbNoticeArea *self = NB_NOTICE_AREA (widget);
  int least = 0;

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;

  gtk_widget_measure (self->window, orientation, -1, &least, NULL, NULL, NULL);
  *natural = MAX (MIN (*natural, MAX_HEIGHT), least);
  *minimum = *natural;
}

static void
nb_notice_area_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (NB_NOTICE_AREA (widget)->window, &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
nb_notice_area_dispose (GObject *object)
{
  g_clear_pointer (&NB_NOTICE_AREA (object)->window, gtk_widget_unparent);

  G_OBJECT_CLASS (nb_notice_area_parent_class)->dispose (object);
}

static void
nb_notice_area_class_init (NbNoticeAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_notice_area_dispose;
  widget_class->get_request_mode = nb_notice_area_get_request_mode;
  widget_class->measure = nb_notice_area_measure;
  widget_class->size_allocate = nb_notice_area_size_allocate;
}

static void
nb_notice_area_init (NbNoticeArea *self)
{
  g_type_ensure (NB_TYPE_NOTICE);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->window =
    g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                  "max-content-height", MAX_HEIGHT, "child", self->box, "focusable", FALSE, NULL);
  gtk_widget_set_parent (self->window, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
