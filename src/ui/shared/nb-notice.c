/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-notice.h"

#include "nb-compat.h"

#define SPACING    12
#define TEXT_WIDTH 240 /* narrower texts have their buttons below */

/**
 * NbNotice:
 *
 * Something that a person must know now, with the button that helps: a bar between the header and the content, which stays
 * in view wherever the page is scrolled to. AdwBanner, of newer libadwaitas, has one line and one button.
 */
struct _NbNotice
{
  GtkWidget parent_instance;

  GtkWidget *texts;
  GtkLabel *title_label;
  GtkLabel *text_label;
  GtkWidget *buttons;
  GtkButton *button;
  GtkButton *other_button;

  gboolean urgent;
  GtkWidget *origin; /* weak: had the keyboard before */
};

G_DEFINE_FINAL_TYPE (NbNotice, nb_notice, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_TEXT,
  PROP_URGENT,
  PROP_LABEL,
  PROP_ACTION_NAME,
  PROP_OTHER_LABEL,
  PROP_OTHER_ACTION_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static int
get_natural (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int natural = 0;

  if (gtk_widget_should_layout (widget))
    gtk_widget_measure (widget, orientation, for_size, NULL, &natural, NULL, NULL);

  return natural;
}

static gboolean
has_buttons (NbNotice *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->button)) || gtk_widget_get_visible (GTK_WIDGET (self->other_button));
}

/* The width for the texts beside the buttons; 0 where they stand above. */
static int
get_text_width (NbNotice *self, int width)
{
  const int rest =
    has_buttons (self) ? width - SPACING - get_natural (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1) : width;

  return !has_buttons (self) || rest >= TEXT_WIDTH ? rest : 0;
}

static GtkSizeRequestMode
nb_notice_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
nb_notice_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  NbNotice *self = NB_NOTICE (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      int buttons = 0;

      gtk_widget_measure (self->texts, orientation, -1, minimum, natural, NULL, NULL);
      if (has_buttons (self))
        gtk_widget_measure (self->buttons, orientation, -1, &buttons, NULL, NULL, NULL);
      *minimum = MAX (*minimum, buttons);
      *natural = MAX (*natural + SPACING + buttons, *minimum);
    }
  else
    {
      const int width = for_size >= 0 ? for_size : get_natural (widget, GTK_ORIENTATION_HORIZONTAL, -1);
      const int text_width = get_text_width (self, width);
      const int buttons = has_buttons (self) ? get_natural (self->buttons, orientation, -1) : 0;

      *natural = text_width > 0 ? MAX (get_natural (self->texts, orientation, text_width), buttons)
                                : get_natural (self->texts, orientation, width) + SPACING / 2 + buttons;
      *minimum = *natural;
    }
}

static void
place (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
nb_notice_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  NbNotice *self = NB_NOTICE (widget);
  const gboolean reversed = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int text_width = get_text_width (self, width);

  if (text_width > 0)
    {
      const int rest = MAX (width - text_width - SPACING, 0);

      place (self->texts, reversed ? width - text_width : 0, 0, text_width, height);
      place (self->buttons, reversed ? 0 : width - rest, 0, rest, height);
    }
  else
    {
      const int text_height = get_natural (self->texts, GTK_ORIENTATION_VERTICAL, width);

      place (self->texts, 0, 0, width, text_height);
      place (self->buttons, 0, text_height + SPACING / 2, width, MAX (height - text_height - SPACING / 2, 0));
    }
}

static gboolean
has_focus (NbNotice *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == GTK_WIDGET (self) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
}

/* Without an announcement only what has the keyboard is read out. Whoever is typing is not disturbed. */
static void
announce (NbNotice *self, const char *name)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (nb_compat_announce (GTK_WIDGET (self), name) || !self->urgent || root == NULL || has_focus (self) ||
      (focus != NULL && GTK_IS_EDITABLE (focus)))
    return;

  if (focus != NULL)
    g_set_weak_pointer (&self->origin, focus);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
set_name (NbNotice *self)
{
  const char *text = gtk_label_get_label (self->text_label);
  g_autofree char *name = *text != '\0' ? g_strdup_printf ("%s\n%s", gtk_label_get_label (self->title_label), text)
                                        : g_strdup (gtk_label_get_label (self->title_label));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_button (GtkButton *button, const char *label)
{
  gtk_button_set_label (button, label != NULL ? label : "");
  gtk_widget_set_visible (GTK_WIDGET (button), label != NULL);
}

static gboolean
nb_notice_grab_focus (GtkWidget *widget)
{
  /* The root's, not the first child's: the text is read, then come the buttons. */
  if (gtk_widget_get_root (widget) == NULL)
    return FALSE;
  gtk_root_set_focus (gtk_widget_get_root (widget), widget);

  return TRUE;
}

static gboolean
nb_notice_focus (GtkWidget *widget, GtkDirectionType direction)
{
  NbNotice *self = NB_NOTICE (widget);
  const gboolean back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP || direction == GTK_DIR_LEFT;
  const gboolean itself = gtk_widget_is_focus (widget);

  if (back)
    {
      if (itself)
        return FALSE;
      if (gtk_widget_child_focus (self->buttons, direction))
        return TRUE;
      return gtk_widget_grab_focus (widget);
    }
  if (!itself && !has_focus (self))
    return gtk_widget_grab_focus (widget);

  return gtk_widget_child_focus (self->buttons, direction);
}

static void
nb_notice_dispose (GObject *object)
{
  NbNotice *self = NB_NOTICE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_weak_pointer (&self->origin);

  G_OBJECT_CLASS (nb_notice_parent_class)->dispose (object);
}

static void
nb_notice_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbNotice *self = NB_NOTICE (object);

  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_label (self->title_label));
      break;
    case PROP_TEXT:
      g_value_set_string (value, gtk_label_get_label (self->text_label));
      break;
    case PROP_URGENT:
      g_value_set_boolean (value, self->urgent);
      break;
    case PROP_LABEL:
      g_value_set_string (value, gtk_button_get_label (self->button));
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (self->button)));
      break;
    case PROP_OTHER_LABEL:
      g_value_set_string (value, gtk_button_get_label (self->other_button));
      break;
    case PROP_OTHER_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (self->other_button)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_notice_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbNotice *self = NB_NOTICE (object);

  switch (property_id)
    {
    case PROP_TITLE:
      gtk_label_set_label (self->title_label, g_value_get_string (value));
      set_name (self);
      break;
    case PROP_TEXT:
      nb_notice_set_text (self, g_value_get_string (value));
      break;
    case PROP_URGENT:
      self->urgent = g_value_get_boolean (value);
      break;
    case PROP_LABEL:
      set_button (self->button, g_value_get_string (value));
      break;
    case PROP_ACTION_NAME:
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), g_value_get_string (value));
      break;
    case PROP_OTHER_LABEL:
      set_button (self->other_button, g_value_get_string (value));
      break;
    case PROP_OTHER_ACTION_NAME:
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->other_button), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_notice_class_init (NbNoticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = nb_notice_dispose;
  object_class->get_property = nb_notice_get_property;
  object_class->set_property = nb_notice_set_property;
  widget_class->get_request_mode = nb_notice_get_request_mode;
  widget_class->measure = nb_notice_measure;
  widget_class->size_allocate = nb_notice_size_allocate;
  widget_class->grab_focus = nb_notice_grab_focus;
  widget_class->focus = nb_notice_focus;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_URGENT] = g_param_spec_boolean ("urgent", NULL, NULL, FALSE, flags);
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  properties[PROP_OTHER_LABEL] = g_param_spec_string ("other-label", NULL, NULL, NULL, flags);
  properties[PROP_OTHER_ACTION_NAME] = g_param_spec_string ("other-action-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "notice");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, NbNotice, texts);
  gtk_widget_class_bind_template_child (widget_class, NbNotice, title_label);
  gtk_widget_class_bind_template_child (widget_class, NbNotice, text_label);
  gtk_widget_class_bind_template_child (widget_class, NbNotice, buttons);
  gtk_widget_class_bind_template_child (widget_class, NbNotice, button);
  gtk_widget_class_bind_template_child (widget_class, NbNotice, other_button);
}

static void
nb_notice_init (NbNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_notice_set_text:
 * @self: a notice
 * @text: (nullable): what stands below the title; not markup
 *
 * Changes the text and announces nothing: it may be a time that runs.
 */
void
nb_notice_set_text (NbNotice *self, const char *text)
{
  g_return_if_fail (NB_IS_NOTICE (self));

  gtk_label_set_label (self->text_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->text_label), text != NULL && *text != '\0');
  set_name (self);
}

/**
 * nb_notice_show:
 * @self: a notice
 * @title: (nullable): what there is to know; %NULL for what it says already
 * @text: (nullable): more about it; not markup
 *
 * Shows the notice. What was not said before is announced.
 */
void
nb_notice_show (NbNotice *self, const char *title, const char *text)
{
  gboolean news;

  g_return_if_fail (NB_IS_NOTICE (self));

  news = !gtk_widget_get_visible (GTK_WIDGET (self)) ||
         g_strcmp0 (text != NULL ? text : "", gtk_label_get_label (self->text_label)) != 0 ||
         (title != NULL && g_strcmp0 (title, gtk_label_get_label (self->title_label)) != 0);
  if (!news)
    return;

  if (title != NULL)
    gtk_label_set_label (self->title_label, title);
  nb_notice_set_text (self, text);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  {
    g_autofree char *said =
      text != NULL ? g_strdup_printf ("%s\n%s", gtk_label_get_label (self->title_label), text) : NULL;

    announce (self, said != NULL ? said : gtk_label_get_label (self->title_label));
  }
}

/**
 * nb_notice_hide:
 * @self: a notice
 *
 * Hides it. The keyboard goes back to where it was before.
 */
void
nb_notice_hide (NbNotice *self)
{
  g_return_if_fail (NB_IS_NOTICE (self));

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  if (has_focus (self) && self->origin != NULL && gtk_widget_get_mapped (self->origin))
    gtk_widget_grab_focus (self->origin);
  g_clear_weak_pointer (&self->origin);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
