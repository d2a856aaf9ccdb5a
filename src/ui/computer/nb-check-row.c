/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-check-row.h"

#include <glib/gi18n-lib.h>

#include "nb-command-row.h"
#include "nb-verdict-look.h"

/**
 * nb_level_get_icon_name:
 * @level: how a check ended
 *
 * Returns: a symbolic icon of ours
 */
const char *
nb_level_get_icon_name (NbLevel level)
{
  switch (level)
    {
    case NB_LEVEL_PASS:
      return "nb-good-symbolic";
    case NB_LEVEL_NOTE:
      return "nb-note-symbolic";
    case NB_LEVEL_WARN:
      return "nb-attention-symbolic";
    case NB_LEVEL_FAIL:
      return "nb-stopped-symbolic";
    }

  return NULL;
}

/**
 * nb_level_get_css_class:
 * @level: how a check ended
 *
 * Returns: the style class that gives the icon its colour
 */
const char *
nb_level_get_css_class (NbLevel level)
{
  switch (level)
    {
    case NB_LEVEL_PASS:
      return "success";
    case NB_LEVEL_NOTE:
      return "dim-label";
    case NB_LEVEL_WARN:
      return "warning";
    case NB_LEVEL_FAIL:
      return "error";
    }

  return NULL;
}

/**
 * nb_level_get_name:
 * @level: how a check ended
 *
 * Returns: a word for it, for who can't see the icon
 */
const char *
nb_level_get_name (NbLevel level)
{
  switch (level)
    {
    case NB_LEVEL_PASS:
      return _ ("Passed");
    case NB_LEVEL_NOTE:
      return _ ("Note");
    case NB_LEVEL_WARN:
      return _ ("Warning");
    case NB_LEVEL_FAIL:
      return _ ("Failed");
    }

  return NULL;
}

static GtkWidget *
create_icon (NbLevel level)
{
  GtkWidget *icon = gtk_image_new_from_icon_name (nb_level_get_icon_name (level));

  gtk_widget_add_css_class (icon, nb_level_get_css_class (level));
  gtk_widget_set_tooltip_text (icon, nb_level_get_name (level));
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, nb_level_get_name (level), -1);

  return icon;
}

static GtkWidget *
create_remedy_row (NbRemedy remedy)
{
  g_autofree char *label = g_strdup (nb_remedy_get_label (remedy));
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "title", label, "use-underline", TRUE, "activatable", TRUE, NULL);

  /* The verdict has the same remedy: one way to mend one thing. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "computer.fix");

  return row;
}

/**
 * nb_check_row_new:
 * @check: a check and its answer
 *
 * Returns: (transfer floating): a row; where there is something to know or to do, it unfolds
 */
GtkWidget *
nb_check_row_new (NbCheck *check)
{
  const char *hint = nb_check_get_hint (check);
  const char *command = nb_check_get_command (check);
  const char *detail = nb_check_get_detail (check);
  NbRemedy remedy = nb_check_get_remedy (check);
  GtkWidget *row;

  if (hint == NULL && command == NULL && remedy == NB_REMEDY_NONE)
    {
      row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", nb_check_get_title (check), "subtitle",
                          detail != NULL ? detail : "", NULL);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), create_icon (nb_check_get_level (check)));
      return row;
    }

  row = g_object_new (ADW_TYPE_EXPANDER_ROW, "use-markup", FALSE, "title", nb_check_get_title (check), "subtitle",
                      detail != NULL ? detail : "", NULL);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), create_icon (nb_check_get_level (check)));
  if (hint != NULL)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                              g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", hint, NULL));
  if (command != NULL)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row), nb_command_row_new (command));
  if (remedy != NB_REMEDY_NONE)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row), create_remedy_row (remedy));

  return row;
}
