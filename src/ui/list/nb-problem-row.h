/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-connection.h"

G_BEGIN_DECLS

GtkWidget *nb_problem_row_new (NbConnection *connection);

G_END_DECLS
