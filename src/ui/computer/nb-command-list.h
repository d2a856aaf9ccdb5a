/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-host-facts.h"

G_BEGIN_DECLS

#define NB_TYPE_COMMAND_LIST (nb_command_list_get_type ())

G_DECLARE_FINAL_TYPE (NbCommandList, nb_command_list, NB, COMMAND_LIST, GtkWidget)

/* Property: facts (NbHostFacts): the commands that its verdict gives. Hidden where there are none. */

void nb_command_list_set_commands (NbCommandList     *self,
                                   const char *const *commands,
                                   gboolean           asking);

G_END_DECLS
