/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-words.h"

#include <glib/gi18n-lib.h>

/**
 * nb_machine_state_get_title:
 * @state: a machine's state
 *
 * Returns: (transfer none): what the list calls it
 */
const char *
nb_machine_state_get_title (NbMachineState state)
{
  switch (state)
    {
    case NB_MACHINE_STATE_RUNNING:
      return _ ("Running");
    case NB_MACHINE_STATE_PAUSED:
      return _ ("Paused");
    case NB_MACHINE_STATE_SHUTTING_DOWN:
      return _ ("Shutting Down");
    case NB_MACHINE_STATE_SHUT_OFF:
      return _ ("Shut Off");
    case NB_MACHINE_STATE_CRASHED:
      return _ ("Crashed");
    case NB_MACHINE_STATE_SUSPENDED:
      return _ ("Asleep");
    case NB_MACHINE_STATE_UNKNOWN:
      return _ ("Unknown");
    }

  return NULL;
}

/**
 * nb_cpu_mode_get_short_title:
 * @mode: a mode of `<cpu>`
 *
 * Returns: (transfer none): what the list calls it
 */
const char *
nb_cpu_mode_get_short_title (NbCpuMode mode)
{
  switch (mode)
    {
    case NB_CPU_MODE_DEFAULT:
      return _ ("Default processor");
    case NB_CPU_MODE_HOST_PASSTHROUGH:
      return _ ("Exact copy of the host’s processor");
    case NB_CPU_MODE_HOST_MODEL:
      return _ ("Closest model to the host’s processor");
    case NB_CPU_MODE_MAXIMUM:
      return _ ("Everything that can be offered");
    case NB_CPU_MODE_CUSTOM:
      return _ ("Named model");
    }

  return NULL;
}

/**
 * nb_editor_busy_get_title:
 * @busy: what is under way
 *
 * Returns: (transfer none) (nullable): what the page says meanwhile
 */
const char *
nb_editor_busy_get_title (NbEditorBusy busy)
{
  switch (busy)
    {
    case NB_EDITOR_IDLE:
      return NULL;
    case NB_EDITOR_LOADING:
      return _ ("Reading the machine…");
    case NB_EDITOR_APPLYING:
      return _ ("Storing the change…");
    case NB_EDITOR_STARTING:
      return _ ("Starting…");
    case NB_EDITOR_STOPPING:
      return _ ("Shutting down…");
    case NB_EDITOR_RESTARTING:
      return _ ("Waiting for the guest to shut down, then starting again…");
    case NB_EDITOR_ASKING:
      return _ ("Asking the guest…");
    }

  return NULL;
}

/**
 * nb_machine_editor_dup_time_left:
 * @editor: an editor
 *
 * Returns: (transfer full) (nullable): for how long the guest is waited for
 */
char *
nb_machine_editor_dup_time_left (NbMachineEditor *editor)
{
  const guint seconds = nb_shutdown_get_seconds_left (nb_machine_editor_get_shutdown (editor));

  if (seconds == 0)
    return NULL;

  /* Translators: a time in minutes and seconds, as a clock shows it: “2:59 left” */
  return g_strdup_printf (_ ("%u:%02u left"), seconds / 60, seconds % 60);
}

/**
 * nb_machine_ask_force_off:
 * @parent: the window
 * @names: which machine, or machines
 * @callback: gets "force", or another id
 * @data: its data
 * @destroy: (nullable): frees @data
 *
 * Asks before a plug is pulled. Enter and Escape leave it in.
 */
void
nb_machine_ask_force_off (
  GtkWindow *parent, const char *names, NbChoiceFunc callback, gpointer data, GDestroyNotify destroy)
{
  const NbChoice choices[] = {
    { "cancel", _ ("_Cancel"), NB_CHOICE_PLAIN },
    { "force", _ ("_Force Off"), NB_CHOICE_DESTRUCTIVE },
  };
  /* Translators: the name of a virtual machine, or several with commas */
  g_autofree char *heading = g_strdup_printf (_ ("Force “%s” Off?"), names);

  nb_compat_ask (parent, heading,
                 _ ("It is like pulling the plug: what the guest has not saved is lost, and its files may be damaged."),
                 choices, G_N_ELEMENTS (choices), callback, data, destroy);
}
