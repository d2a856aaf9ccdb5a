/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plain-commands.h"

#define DROP_IN "/etc/modprobe.d/" NB_PROTOCOL_DROP_IN_NAME

/**
 * nb_plain_commands_dup:
 * @verb: what is to be done
 * @module: with which module of nb-protocol's table
 *
 * What a person may type where our helper can't or must not be run as root. There is no way back in it.
 *
 * Returns: (transfer full): lines for a terminal, the last one for now
 */
char **
nb_plain_commands_dup (NbVerb verb, const char *module)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  const gboolean on = nb_verb_get_info (verb)->value == NB_TRISTATE_YES;
  g_autofree char *save = g_strdup_printf ("echo options %s nested=%d | sudo tee " DROP_IN, module, on);
  g_autofree char *load =
    g_strdup_printf ("sudo modprobe --remove %s && sudo modprobe %s nested=%d", module, module, on);

  switch (verb)
    {
    case NB_VERB_ENABLE:
    case NB_VERB_DISABLE:
      g_strv_builder_add_many (lines, save, load, NULL);
      break;
    case NB_VERB_ENABLE_NOW:
    case NB_VERB_DISABLE_NOW:
      g_strv_builder_add (lines, load);
      break;
    case NB_VERB_ENABLE_LATER:
    case NB_VERB_DISABLE_LATER:
      g_strv_builder_add (lines, save);
      break;
    case NB_VERB_FORGET:
      g_strv_builder_add (lines, "sudo rm --force " DROP_IN);
      break;
    case NB_VERB_ALLOW_MSRS:
    case NB_VERB_REFUSE_MSRS:
      g_strv_builder_add (lines, on ? "echo options kvm ignore_msrs=1 | sudo tee --append " DROP_IN
                                    : "echo options kvm ignore_msrs=0 | sudo tee --append " DROP_IN);
      g_strv_builder_add (lines, on ? "echo 1 | sudo tee /sys/module/kvm/parameters/ignore_msrs"
                                    : "echo 0 | sudo tee /sys/module/kvm/parameters/ignore_msrs");
      break;
    case NB_VERB_SHOW_HOLDERS:
      g_strv_builder_add (lines, "sudo fuser --verbose /dev/kvm");
      break;
    }

  return g_strv_builder_end (lines);
}

/**
 * nb_plain_commands_dup_own:
 * @helper: who does it
 * @verb: what is to be done
 * @module: with which module
 *
 * Returns: (transfer full): what the helper is started with, as one line
 */
char **
nb_plain_commands_dup_own (NbHelper *helper, NbVerb verb, const char *module)
{
  g_auto (GStrv) words = nb_helper_dup_command (helper, verb, module);
  g_autofree char *line = g_strjoinv (" ", words);

  return g_strdupv ((char *[]){ line, NULL });
}

/**
 * nb_plain_commands_dup_instead:
 * @helper: who could not do it
 * @verb: what was to be done
 * @module: with which module
 * @error: why it could not
 *
 * A sandbox's helper may be one that others could change: then it is not named.
 *
 * Returns: (transfer full) (nullable): what a person may type instead, or %NULL where that would not help
 */
char **
nb_plain_commands_dup_instead (NbHelper *helper, NbVerb verb, const char *module, const GError *error)
{
  if (g_error_matches (error, NB_HELPER_ERROR, NB_HELPER_ERROR_NO_AGENT))
    return nb_plain_commands_dup_own (helper, verb, module);
  if (g_error_matches (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX) ||
      g_error_matches (error, NB_HELPER_ERROR, NB_HELPER_ERROR_NO_PKEXEC))
    return nb_plain_commands_dup (verb, module);

  return NULL;
}
