/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-modprobe.h"

G_BEGIN_DECLS

char *nb_modprobe_ask_libkmod (const char        *root,
                               const char *const *modules);

G_END_DECLS
