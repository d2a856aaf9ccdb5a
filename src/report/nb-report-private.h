/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-report.h"

G_BEGIN_DECLS

struct _NbReport
{
  JsonObject *object;
  NbHostFacts *facts;
  GPtrArray *checks;
  NbVerdict verdict;
  gboolean include_names;
  GHashTable *names; /* "KIND/NAME" -> the number of its stand-in, "KIND" -> how many there are */
  GRegex *paths;     /* where a path tells a person's or a computer's name; null where names are wanted */
};

char *nb_report_dup_text (NbReport   *self,
                          const char *text);

G_END_DECLS
