/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report as data: one JSON object, which is the contract of --json. nb-report-text.c makes text for people of it. */

#include "config.h"

#include "nb-report-private.h"

#include "nb-checks.h"
#include "nb-holders.h"
#include "nb-checks-enums.h"
#include "nb-facts-enums.h"
#include "nb-root.h"

#include <unistd.h>

#define REPORT_VERSION 2

/* Exit codes of --report, for scripts. */
#define EXIT_ON  0
#define EXIT_OFF 3

static void
set_tristate (JsonObject *object, const char *key, NbTristate value)
{
  if (value == NB_TRISTATE_UNKNOWN)
    json_object_set_null_member (object, key);
  else
    json_object_set_boolean_member (object, key, value == NB_TRISTATE_YES);
}

static void
set_text (JsonObject *object, const char *key, const char *value)
{
  if (value == NULL)
    json_object_set_null_member (object, key);
  else
    json_object_set_string_member (object, key, value);
}

/* Words that may have a path in them. */
static void
set_words (NbReport *self, JsonObject *object, const char *key, const char *words)
{
  g_autofree char *plain = words != NULL ? nb_report_dup_text (self, words) : NULL;

  set_text (object, key, plain);
}

static void
set_enum (JsonObject *object, const char *key, GType type, int value)
{
  g_autoptr (GEnumClass) names = g_type_class_ref (type);

  json_object_set_string_member (object, key, g_enum_get_value (names, value)->value_nick);
}

/* Whether a virtual machine ran inside a virtual machine. */
static const char *
get_proof_word (const NbHostFacts *facts)
{
  switch (nb_proof_answer_get_works (facts->proof))
    {
    case NB_TRISTATE_YES:
      return "yes";
    case NB_TRISTATE_NO:
      return "no";
    case NB_TRISTATE_UNKNOWN:
      break;
    }

  return "not-run";
}

static JsonObject *
facts_to_json (const NbHostFacts *facts)
{
  JsonObject *object = json_object_new ();

  set_text (object, "machine", facts->machine);
  set_text (object, "release", facts->release);
  if (facts->uptime < 0)
    json_object_set_null_member (object, "uptime");
  else
    json_object_set_int_member (object, "uptime", facts->uptime);
  set_tristate (object, "cpuid-virtualization", facts->cpuid_virtualization);
  set_tristate (object, "cpuid-hypervisor", facts->cpuid_hypervisor);
  set_enum (object, "kvm-device", NB_TYPE_KVM_DEVICE, facts->kvm_device);
  set_tristate (object, "kvm-nested", facts->kvm_nested);
  set_tristate (object, "sandbox", facts->sandbox);
  set_enum (object, "vendor", NB_TYPE_VENDOR, facts->vendor);
  set_text (object, "model", facts->model);
  set_text (object, "module", facts->module);
  set_enum (object, "module-state", NB_TYPE_MODULE_STATE, facts->module_state);
  set_tristate (object, "live", facts->live);
  set_tristate (object, "next-boot", facts->next_boot);
  set_tristate (object, "slat", facts->slat);
  json_object_set_string_member (object, "proof", get_proof_word (facts));
  if (facts->proof == NULL || facts->proof->nanoseconds < 0)
    json_object_set_null_member (object, "proof-round-trip-ns");
  else
    json_object_set_int_member (object, "proof-round-trip-ns", facts->proof->nanoseconds);

  return object;
}

static JsonObject *
decider_to_json (NbReport *self, const NbHostFacts *facts)
{
  JsonObject *object = json_object_new ();

  set_enum (object, "kind", NB_TYPE_DECIDER, facts->decider);
  set_enum (object, "why", NB_TYPE_WHY, facts->decider_why);
  set_words (self, object, "file", facts->decider_file);
  if (facts->decider_file == NULL)
    json_object_set_null_member (object, "line");
  else
    json_object_set_int_member (object, "line", facts->decider_line);

  return object;
}

/* A name, or its stand-in: the same name has the same number all through the report. */
static void
set_name (NbReport *self, JsonObject *object, const char *key, const char *kind, const char *name)
{
  g_autofree char *stand_in = name != NULL ? nb_report_dup_name (self, kind, name) : NULL;

  set_text (object, key, stand_in);
}

static JsonArray *
holders_to_json (NbReport *self, GPtrArray *holders)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < holders->len; i++)
    {
      const NbHolder *holder = g_ptr_array_index (holders, i);
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "pid", holder->pid);
      if (holder->uid < 0)
        json_object_set_null_member (object, "uid");
      else
        json_object_set_int_member (object, "uid", holder->uid);
      set_name (self, object, "command", "command", holder->command);
      set_name (self, object, "machine", "machine", holder->machine);
      json_array_add_object_element (array, object);
    }

  return array;
}

/* Only root sees every process, and in a sandbox not even he. */
static gboolean
sees_all_holders (const char *root, const NbHostFacts *facts)
{
  if (facts->refcnt == 0)
    return TRUE;

  return nb_root_is_real (root) && geteuid () == 0 && facts->sandbox == NB_TRISTATE_NO;
}

static JsonArray *
checks_to_json (NbReport *self, GPtrArray *checks)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "id", nb_check_get_id (check));
      set_enum (object, "group", NB_TYPE_CHECK_GROUP, nb_check_get_group (check));
      set_enum (object, "level", NB_TYPE_LEVEL, nb_check_get_level (check));
      set_text (object, "title", nb_check_get_title (check));
      set_words (self, object, "detail", nb_check_get_detail (check));
      set_words (self, object, "hint", nb_check_get_hint (check));
      json_array_add_object_element (array, object);
    }

  return array;
}

/* A name that says nothing, or that is in everybody's paths. */
static gboolean
is_telling (const char *name)
{
  static const char *const common[] = { "root", "localhost", "Unknown", "modprobe", "libvirt",
                                        "kvm",  "system",    "session", NULL };

  return name != NULL && *name != '\0' && !g_strv_contains (common, name);
}

/* In a path everything below /home is somebody's; the user's and the computer's own names tell wherever they stand. */
static GRegex *
create_regex (void)
{
  const char *names[] = { g_get_user_name (), g_get_host_name () };
  g_autoptr (GString) pattern = g_string_new ("(?<=/home/)[^/\\s,:;)]+");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_telling (names[i]))
      {
        g_autofree char *escaped = g_regex_escape_string (names[i], -1);

        g_string_append_printf (pattern, "|(?<=/|-|_|\\.)%s(?![[:alnum:]])", escaped);
      }
  return g_regex_new (pattern->str, G_REGEX_OPTIMIZE, 0, NULL);
}

static gboolean
replace_name (const GMatchInfo *match, GString *text, gpointer data)
{
  g_autofree char *name = g_match_info_fetch (match, 0);
  g_autofree char *stand_in = nb_report_dup_name (data, g_str_equal (name, g_get_host_name ()) ? "host" : "user", name);

  g_string_append (text, stand_in);
  return FALSE;
}

/**
 * nb_report_dup_text:
 * @self: a report
 * @text: words that may have a path in them
 *
 * Returns: (transfer full): @text, with stand-ins for people and computers in its paths unless names are wanted
 */
char *
nb_report_dup_text (NbReport *self, const char *text)
{
  if (self->paths == NULL)
    return g_strdup (text);

  return g_regex_replace_eval (self->paths, text, -1, 0, 0, replace_name, self, NULL);
}

/**
 * nb_report_has_names:
 * @self: a report
 *
 * Returns: whether it tells names, not stand-ins
 */
gboolean
nb_report_has_names (NbReport *self)
{
  return self->include_names;
}

/**
 * nb_report_dup_name:
 * @self: a report
 * @kind: what it is the name of: `machine`, `uuid`, `host`, `user`, `command`; part of the stand-in, not translated
 * @name: a name that the report would tell
 *
 * Everything that could tell who or where somebody is goes through here.
 *
 * Returns: (transfer full): @name where names are wanted, else a stand-in such as `machine-1`
 */
char *
nb_report_dup_name (NbReport *self, const char *kind, const char *name)
{
  g_autofree char *key = g_strconcat (kind, "/", name, NULL);
  guint number;

  if (self->include_names)
    return g_strdup (name);

  number = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, key));
  if (number == 0)
    {
      number = 1 + GPOINTER_TO_UINT (g_hash_table_lookup (self->names, kind));
      g_hash_table_insert (self->names, g_strdup (kind), GUINT_TO_POINTER (number));
      g_hash_table_insert (self->names, g_steal_pointer (&key), GUINT_TO_POINTER (number));
    }

  return g_strdup_printf ("%s-%u", kind, number);
}

static int
compare_checks (gconstpointer a, gconstpointer b)
{
  return nb_check_compare (*(NbCheck *const *) a, *(NbCheck *const *) b);
}

/**
 * nb_report_new:
 * @root: where the facts were read
 * @facts: what is known of the computer
 * @demo: whether it is a pretend one
 * @include_names: whether names, UUIDs, hosts and commands are told, not stand-ins
 *
 * Reads processes and runs the checks under @root: not on the main thread while a window is there.
 *
 * Returns: (transfer full): a report without machines
 */
NbReport *
nb_report_new (const char *root, const NbHostFacts *facts, gboolean demo, gboolean include_names)
{
  NbReport *self = g_new0 (NbReport, 1);
  JsonObject *object = json_object_new ();
  g_autoptr (GPtrArray) holders = nb_holders_read (root);
  GPtrArray *checks = nb_checks_run (root, facts);

  self->object = object;
  self->checks = checks;
  g_ptr_array_sort (checks, compare_checks);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->facts = nb_host_facts_ref ((NbHostFacts *) facts);
  self->verdict = nb_verdict_decide (facts);
  self->include_names = include_names;
  self->paths = include_names ? NULL : create_regex ();

  json_object_set_int_member (object, "version", REPORT_VERSION);
  json_object_set_string_member (object, "app", NB_VERSION);
  json_object_set_boolean_member (object, "demo", demo);
  json_object_set_string_member (object, "verdict", nb_verdict_get_id (self->verdict));
  json_object_set_object_member (object, "facts", facts_to_json (facts));
  json_object_set_object_member (object, "decided-by", decider_to_json (self, facts));
  if (facts->refcnt < 0)
    json_object_set_null_member (object, "in-use");
  else
    json_object_set_int_member (object, "in-use", facts->refcnt);
  json_object_set_boolean_member (object, "holders-complete", sees_all_holders (root, facts));
  json_object_set_array_member (object, "holders", holders_to_json (self, holders));
  json_object_set_array_member (object, "checks", checks_to_json (self, checks));
  json_object_set_array_member (object, "connections", json_array_new ());
  json_object_set_array_member (object, "machines", json_array_new ());

  return self;
}

/**
 * nb_report_set_machines:
 * @self: a report
 * @connections: (transfer full): one object for each connection, as in the contract
 * @machines: (transfer full): one object for each virtual machine
 */
void
nb_report_set_machines (NbReport *self, JsonArray *connections, JsonArray *machines)
{
  json_object_set_array_member (self->object, "connections", connections);
  json_object_set_array_member (self->object, "machines", machines);
}

/**
 * nb_report_to_json:
 * @self: a report
 *
 * Returns: (transfer full): indented JSON with a newline at its end
 */
char *
nb_report_to_json (NbReport *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, self->object);
  text = json_to_string (node, TRUE);

  return g_strconcat (text, "\n", NULL);
}

/**
 * nb_report_get_exit:
 * @self: a report
 *
 * Returns: 0 where nested virtualization works now, 3 where not
 */
int
nb_report_get_exit (NbReport *self)
{
  return nb_verdict_is_on (self->verdict) ? EXIT_ON : EXIT_OFF;
}

void
nb_report_free (NbReport *self)
{
  json_object_unref (self->object);
  nb_host_facts_unref (self->facts);
  g_ptr_array_unref (self->checks);
  g_hash_table_unref (self->names);
  g_clear_pointer (&self->paths, g_regex_unref);
  g_free (self);
}
