/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-next-boot-group.h"

#include <glib/gi18n-lib.h>

/**
 * NbNextBootGroup:
 *
 * What nested virtualization will be after a restart, what decides that, and the choice: the rows follow the action
 * "computer.next-boot".
 */
struct _NbNextBootGroup
{
  NbHostGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (NbNextBootGroup, nb_next_boot_group, NB_TYPE_HOST_GROUP)

static char *
dup_file_decider (const NbHostFacts *facts)
{
  if (facts->next_boot == NB_TRISTATE_YES)
    /* Translators: a file name, the number of a line in it, what stands there */
    return g_strdup_printf (_ ("On. Set by line %2$u of %1$s (%3$s)."), facts->decider_file, facts->decider_line,
                            facts->decider_text);

  /* Translators: a file name, the number of a line in it, what stands there */
  return g_strdup_printf (_ ("Off. Set by line %2$u of %1$s (%3$s)."), facts->decider_file, facts->decider_line,
                          facts->decider_text);
}

/* Where the module stays away, "off" would be said of what is not there. */
static char *
dup_wont_load (const NbHostFacts *facts)
{
  if (facts->decider == NB_DECIDER_COMMAND_LINE)
    /* Translators: %s is a boot option as it stands */
    return g_strdup_printf (_ ("KVM won’t load, because of the boot option “%s”."), facts->decider_text);

  /* Translators: a file name, the number of a line in it, what stands there */
  return g_strdup_printf (_ ("KVM won’t load, because of line %2$u of %1$s (%3$s)."), facts->decider_file,
                          facts->decider_line, facts->decider_text);
}

static char *
dup_decider (const NbHostFacts *facts)
{
  gboolean on;

  if (facts->next_boot == NB_TRISTATE_UNKNOWN && facts->decider_why == NB_WHY_INSTALL)
    /* Translators: a file name, the number of a line in it */
    return g_strdup_printf (_ ("Up to the command in line %2$u of %1$s."), facts->decider_file, facts->decider_line);
  if (facts->next_boot == NB_TRISTATE_UNKNOWN)
    return g_strdup (_ ("The settings could not be read, so what a restart brings isn’t known."));
  if (nb_host_facts_get_wont_load (facts))
    return dup_wont_load (facts);

  on = facts->next_boot == NB_TRISTATE_YES;
  switch (facts->decider)
    {
    case NB_DECIDER_UNKNOWN:
      return g_strdup (on ? _ ("On.") : _ ("Off."));
    case NB_DECIDER_DEFAULT:
      return g_strdup (on ? _ ("On. This is the kernel’s default.") : _ ("Off. This is the kernel’s default."));
    case NB_DECIDER_FILE:
      return dup_file_decider (facts);
    case NB_DECIDER_COMMAND_LINE:
      /* Translators: %s is a boot option as it stands */
      return on ? g_strdup_printf (_ ("On. Set by the boot option “%s”, which overrides every file."),
                                   facts->decider_text)
                : g_strdup_printf (_ ("Off. Set by the boot option “%s”, which overrides every file."),
                                   facts->decider_text);
    }

  return NULL;
}

/* What the system says by itself is known only while our own file says nothing. */
static char *
dup_default (gpointer object, NbHostFacts *facts)
{
  if (facts == NULL || facts->own_file != NB_TRISTATE_UNKNOWN)
    return g_strdup (_ ("System Default"));

  switch (facts->next_boot)
    {
    case NB_TRISTATE_YES:
      return g_strdup (_ ("System Default (On)"));
    case NB_TRISTATE_NO:
      return g_strdup (_ ("System Default (Off)"));
    case NB_TRISTATE_UNKNOWN:
      return g_strdup (_ ("System Default"));
    }

  return NULL;
}

/* Where KVM can't run at all, there is nothing to choose. */
static gboolean
is_useful (NbHostFacts *facts)
{
  return facts != NULL && facts->module != NULL &&
         (facts->module_state == NB_MODULE_STATE_LOADED || facts->module_state == NB_MODULE_STATE_AVAILABLE) &&
         (facts->cpu_flag == NB_TRISTATE_YES || facts->live != NB_TRISTATE_UNKNOWN);
}

static void
facts_cb (NbNextBootGroup *self)
{
  NbHostFacts *facts = nb_host_group_get_facts (NB_HOST_GROUP (self));
  g_autofree char *plain = facts != NULL ? dup_decider (facts) : NULL;
  g_autofree char *decider = plain != NULL ? g_markup_escape_text (plain, -1) : NULL;

  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), decider);
  gtk_widget_set_visible (GTK_WIDGET (self), is_useful (facts));
}

static void
nb_next_boot_group_class_init (NbNextBootGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-next-boot-group.ui");
  gtk_widget_class_bind_template_callback (widget_class, dup_default);
}

static void
nb_next_boot_group_init (NbNextBootGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Not in the .ui file: GTK 4.8 stumbles over an expression that binds a template to itself. */
  g_signal_connect (self, "notify::facts", G_CALLBACK (facts_cb), NULL);
}
