/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _NbParameterTypes NbParameterTypes;

NbParameterTypes *nb_parameter_types_new        (const char       *root,
                                                 const char       *release);
void              nb_parameter_types_free       (NbParameterTypes *self);
const char       *nb_parameter_types_get        (NbParameterTypes *self,
                                                 const char       *module,
                                                 const char       *name);
gboolean          nb_parameter_types_is_refused (NbParameterTypes *self,
                                                 const char       *module,
                                                 const char       *name,
                                                 const char       *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbParameterTypes, nb_parameter_types_free)

G_END_DECLS
