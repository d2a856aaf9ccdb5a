/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-check.h"
#include "nb-host.h"

G_BEGIN_DECLS

#define NB_TYPE_CHECK_LIST (nb_check_list_get_type ())

G_DECLARE_FINAL_TYPE (NbCheckList, nb_check_list, NB, CHECK_LIST, GObject)

/* A GListModel of NbCheck, the worst first; it follows the host and the files that checks look at. */
NbCheckList *nb_check_list_new (NbHost *host);

G_END_DECLS
