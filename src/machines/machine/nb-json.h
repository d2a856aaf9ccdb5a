/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Reading JSON that a guest, or whatever runs in it, may have made up. json-glib's own accessors abort at a value of another kind
 * than the one they are asked for; these take any node, NULL too, and give what is there or nothing. Borrowed, all of it. */

JsonNode   *nb_json_parse       (const char  *text);

JsonNode   *nb_json_get_member  (JsonNode    *object,
                                 const char  *name);
guint       nb_json_get_length  (JsonNode    *array);
JsonNode   *nb_json_get_element (JsonNode    *array,
                                 guint        position);

const char *nb_json_get_string  (JsonNode    *node);
gboolean    nb_json_get_int     (JsonNode    *node,
                                 gint64      *value);
gboolean    nb_json_get_boolean (JsonNode    *node,
                                 gboolean     otherwise);

G_END_DECLS
