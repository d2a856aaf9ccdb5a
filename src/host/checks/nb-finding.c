/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-checks-private.h"

#include <glib/gi18n-lib.h>

/**
 * nb_finding_set:
 * @detail: (nullable): an N_() string
 * @hint: (nullable): an N_() string
 */
void
nb_finding_set (NbFinding *self, NbLevel level, const char *detail, const char *hint)
{
  self->level = level;
  self->detail = detail;
  self->hint = hint;
}

/**
 * nb_finding_set_unreadable:
 * @error: (transfer full): why
 *
 * What can't be read is no reason for alarm: a note, with the reason.
 */
void
nb_finding_set_unreadable (NbFinding *self, GError *error)
{
  self->level = NB_LEVEL_NOTE;
  self->detail_text = g_strdup (error->message);
  self->hint = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
                 ? N_ ("Nestbox can’t check this. An administrator may be able to.")
                 : N_ ("Nestbox can’t check this.");
  g_error_free (error);
}
