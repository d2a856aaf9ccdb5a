/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-report.h"

struct _NbReport
{
  JsonObject *object;
  NbHostFacts *facts;
  NbVerdict verdict;
  gboolean include_names;
  GHashTable *names; /* "KIND/NAME" -> the number of its stand-in, "KIND" -> how many there are */
};
