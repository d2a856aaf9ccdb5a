/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints the checks of a computer as the report's JSON does; for compare-virt-host-validate. */

#include "config.h"

#include "nb-checks.h"
#include "nb-checks-enums.h"

#include <json-glib/json-glib.h>
#include <locale.h>
#include <stdio.h>

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static const char *
get_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

int
main (int argc, char **argv)
{
  const char *root = argc > 1 ? argv[1] : "/";
  g_autoptr (NbHostFacts) facts = NULL;
  g_autoptr (GPtrArray) checks = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  setlocale (LC_ALL, "");
  facts = nb_host_facts_read (root, 0);
  checks = nb_checks_run (root, facts);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "checks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);

      json_builder_begin_object (builder);
      add_string (builder, "id", nb_check_get_id (check));
      add_string (builder, "group", get_nick (NB_TYPE_CHECK_GROUP, nb_check_get_group (check)));
      add_string (builder, "level", get_nick (NB_TYPE_LEVEL, nb_check_get_level (check)));
      add_string (builder, "title", nb_check_get_title (check));
      add_string (builder, "detail", nb_check_get_detail (check));
      add_string (builder, "hint", nb_check_get_hint (check));
      add_string (builder, "command", nb_check_get_command (check));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  node = json_builder_get_root (builder);
  text = json_to_string (node, FALSE);
  puts (text);
  return 0;
}
