/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-change-texts.h"

#include <glib/gi18n-lib.h>

/**
 * nb_change_get_error_title:
 * @verb: what was tried
 * @undoing: whether that was to take back an earlier change
 *
 * Returns: what did not work, in one line
 */
const char *
nb_change_get_error_title (NbVerb verb, gboolean undoing)
{
  if (undoing)
    return _ ("The Change Could Not Be Undone");

  switch (verb)
    {
    case NB_VERB_ENABLE:
    case NB_VERB_ENABLE_NOW:
      return _ ("Nested Virtualization Could Not Be Enabled");
    case NB_VERB_DISABLE:
    case NB_VERB_DISABLE_NOW:
      return _ ("Nested Virtualization Could Not Be Disabled");
    case NB_VERB_ENABLE_LATER:
    case NB_VERB_DISABLE_LATER:
    case NB_VERB_FORGET:
      return _ ("The Setting Could Not Be Saved");
    case NB_VERB_ALLOW_MSRS:
    case NB_VERB_REFUSE_MSRS:
      return _ ("How KVM Treats Unknown Registers Could Not Be Changed");
    case NB_VERB_SHOW_HOLDERS:
      return _ ("What Uses KVM Could Not Be Found Out");
    }

  return NULL;
}

/**
 * nb_change_get_success:
 * @verb: what was done
 * @undoing: whether that took back an earlier change
 * @facts: (nullable): the computer, read anew after it
 *
 * Returns: what a toast says of it
 */
const char *
nb_change_get_success (NbVerb verb, gboolean undoing, const NbHostFacts *facts)
{
  if (undoing)
    return _ ("Undone: everything is as it was");

  switch (verb)
    {
    case NB_VERB_ENABLE:
    case NB_VERB_ENABLE_NOW:
      if (facts != NULL && nb_proof_answer_get_works (facts->proof) == NB_TRISTATE_NO)
        return _ ("Nested virtualization is on, but it does not work");
      return _ ("Nested virtualization is on");
    case NB_VERB_DISABLE:
    case NB_VERB_DISABLE_NOW:
      return _ ("Nested virtualization is off");
    case NB_VERB_ENABLE_LATER:
      if (facts != NULL && facts->live == NB_TRISTATE_YES)
        return _ ("Nested virtualization stays on");
      return _ ("On after the next restart");
    case NB_VERB_DISABLE_LATER:
      return _ ("Off after the next restart");
    case NB_VERB_FORGET:
      return _ ("The system’s own setting counts again");
    case NB_VERB_ALLOW_MSRS:
      return _ ("Virtual machines may use registers that KVM does not know");
    case NB_VERB_REFUSE_MSRS:
      return _ ("Registers that KVM does not know are refused");
    case NB_VERB_SHOW_HOLDERS:
      return NULL;
    }

  return NULL;
}

/**
 * nb_change_dup_warnings:
 * @result: (nullable): how a run of the helper ended
 *
 * Returns: (transfer full) (nullable): its warnings, a line each
 */
char *
nb_change_dup_warnings (const NbHelperResult *result)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; result != NULL && i < result->lines->len; i++)
    {
      const NbLine *line = g_ptr_array_index (result->lines, i);
      g_autofree char *warning = NULL;

      if (line->kind != NB_LINE_WARNING)
        continue;

      warning = nb_helper_dup_warning_text (line);
      if (warning != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", warning);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
