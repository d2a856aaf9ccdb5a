/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report as text that a person can read and paste. */

#include "config.h"

#include "nb-report-private.h"

#include "nb-advice.h"
#include "nb-check.h"
#include "nb-checks-enums.h"
#include "nb-proof-text.h"

#include <glib/gi18n-lib.h>

/* "name: value" in columns, whatever the width of the translated names. */
static void
add_row (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "  %s: %s\n", name, value);
}

static const char *
tristate_text (NbTristate value)
{
  switch (value)
    {
    case NB_TRISTATE_YES:
      return _ ("yes");
    case NB_TRISTATE_NO:
      return _ ("no");
    case NB_TRISTATE_UNKNOWN:
      break;
    }

  return _ ("unknown");
}

static const char *
on_off_text (NbTristate value)
{
  switch (value)
    {
    case NB_TRISTATE_YES:
      return _ ("on");
    case NB_TRISTATE_NO:
      return _ ("off");
    case NB_TRISTATE_UNKNOWN:
      break;
    }

  return _ ("unknown");
}

static char *
next_boot_text (const NbHostFacts *facts)
{
  const char *value = on_off_text (facts->next_boot);

  switch (facts->decider)
    {
    case NB_DECIDER_FILE:
      /* Translators: on or off, a file name, the number of a line in it, what stands there */
      return g_strdup_printf (_ ("%s (%s, line %u: %s)"), value, facts->decider_file, facts->decider_line,
                              facts->decider_text);
    case NB_DECIDER_COMMAND_LINE:
      /* Translators: on or off, a boot option as it stands */
      return g_strdup_printf (_ ("%s (kernel command line: %s)"), value, facts->decider_text);
    case NB_DECIDER_DEFAULT:
      /* Translators: on or off */
      return g_strdup_printf (_ ("%s (the system’s default)"), value);
    case NB_DECIDER_UNKNOWN:
      break;
    }

  return g_strdup (value);
}

static const char *
module_text (const NbHostFacts *facts)
{
  switch (facts->module_state)
    {
    case NB_MODULE_STATE_LOADED:
      return _ ("loaded");
    case NB_MODULE_STATE_BUILT_IN:
      return _ ("part of the kernel");
    case NB_MODULE_STATE_AVAILABLE:
    case NB_MODULE_STATE_NOT_LOADED:
      return _ ("not loaded");
    case NB_MODULE_STATE_MISSING:
      return _ ("missing");
    case NB_MODULE_STATE_UNKNOWN:
      break;
    }

  return _ ("unknown");
}

static const char *
device_text (const NbHostFacts *facts)
{
  switch (facts->kvm_device)
    {
    case NB_KVM_DEVICE_USABLE:
      return _ ("usable");
    case NB_KVM_DEVICE_DENIED:
      return _ ("no permission");
    case NB_KVM_DEVICE_ABSENT:
      return _ ("not there");
    case NB_KVM_DEVICE_UNKNOWN:
      break;
    }

  return _ ("unknown");
}

static void
add_facts (GString *text, const NbHostFacts *facts)
{
  const char *unknown = _ ("unknown");
  g_autofree char *next_boot = next_boot_text (facts);

  g_string_append_printf (text, "\n%s\n", _ ("This computer"));
  add_row (text, _ ("Processor"), facts->model != NULL ? facts->model : unknown);
  add_row (text, _ ("Kernel"), facts->release != NULL ? facts->release : unknown);
  add_row (text, _ ("Machine"), facts->machine != NULL ? facts->machine : unknown);
  add_row (text, _ ("Processor supports virtualization"), tristate_text (facts->cpuid_virtualization));
  add_row (text, _ ("Kernel shows it"), tristate_text (facts->cpu_flag));
  add_row (text, _ ("Is a virtual machine"), tristate_text (facts->cpuid_hypervisor));
  if (facts->module != NULL)
    {
      g_autofree char *module = g_strdup_printf ("%s, %s", facts->module, module_text (facts));

      add_row (text, _ ("KVM module"), module);
    }
  add_row (text, "/dev/kvm", device_text (facts));
  if (facts->refcnt >= 0)
    {
      g_autofree char *uses = g_strdup_printf ("%d", facts->refcnt);

      add_row (text, _ ("KVM’s uses"), uses);
    }
  add_row (text, _ ("Nested virtualization now"), on_off_text (facts->live));
  add_row (text, _ ("After a restart"), next_boot);
  if (facts->vendor == NB_VENDOR_INTEL || facts->vendor == NB_VENDOR_AMD)
    add_row (text, facts->vendor == NB_VENDOR_AMD ? "NPT" : "EPT", on_off_text (facts->slat));
  if (facts->proof != NULL)
    {
      g_autofree char *proof = nb_proof_dup_row (facts->proof);

      add_row (text, _ ("Nested virtualization, tried"), proof);
    }
  if (facts->config_error != NULL)
    add_row (text, _ ("Settings of modprobe"), facts->config_error);
}

static void
add_holders (GString *text, JsonArray *holders, gboolean complete)
{
  guint n = json_array_get_length (holders);

  if (n == 0)
    return;

  g_string_append_printf (text, "\n%s\n", complete ? _ ("In use by") : _ ("In use by, among others"));
  for (guint i = 0; i < n; i++)
    {
      JsonObject *holder = json_array_get_object_element (holders, i);
      const char *command = json_object_get_string_member_with_default (holder, "command", "?");
      const char *machine = json_object_get_string_member_with_default (holder, "machine", NULL);

      g_string_append_printf (text, "  %s", command);
      if (machine != NULL)
        g_string_append_printf (text, " (%s)", machine);
      g_string_append_printf (text, ", PID %" G_GINT64_FORMAT "\n", json_object_get_int_member (holder, "pid"));
    }
}

static void
add_checks (GString *text, GPtrArray *checks)
{
  g_autoptr (GEnumClass) levels = g_type_class_ref (NB_TYPE_LEVEL);
  gboolean containers = FALSE;

  g_string_append_printf (text, "\n%s\n", _ ("Checks"));
  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);
      NbLevel level = nb_check_get_level (check);
      const char *detail = nb_check_get_detail (check);
      g_autofree char *upper = g_ascii_strup (g_enum_get_value (levels, (int) level)->value_nick, -1);

      if (!containers && nb_check_get_group (check) == NB_CHECK_GROUP_CONTAINERS)
        {
          containers = TRUE;
          g_string_append_printf (text, "\n%s\n", _ ("For Containers (LXC)"));
        }
      g_string_append_printf (text, "  %s  %s", upper, nb_check_get_title (check));
      if (detail != NULL)
        g_string_append_printf (text, ": %s", detail);
      g_string_append_c (text, '\n');
      if (level == NB_LEVEL_PASS)
        continue;
      if (nb_check_get_hint (check) != NULL)
        g_string_append_printf (text, "        %s\n", nb_check_get_hint (check));
      if (nb_check_get_command (check) != NULL)
        g_string_append_printf (text, "        %s\n", nb_check_get_command (check));
    }
}

static void
add_connections (GString *text, JsonArray *connections)
{
  if (json_array_get_length (connections) == 0)
    return;

  g_string_append_printf (text, "\n%s\n", _ ("Connections"));
  for (guint i = 0; i < json_array_get_length (connections); i++)
    {
      JsonObject *connection = json_array_get_object_element (connections, i);
      const char *error = json_object_get_string_member_with_default (connection, "error", NULL);

      g_string_append_printf (text, "  %s: %s", json_object_get_string_member (connection, "uri"),
                              json_object_get_string_member (connection, "state"));
      if (error != NULL)
        g_string_append_printf (text, " (%s)", error);
      g_string_append_c (text, '\n');
    }
}

static void
add_machines (GString *text, JsonArray *machines)
{
  if (json_array_get_length (machines) == 0)
    return;

  g_string_append_printf (text, "\n%s\n", _ ("Virtual machines"));
  for (guint i = 0; i < json_array_get_length (machines); i++)
    {
      JsonObject *machine = json_array_get_object_element (machines, i);
      static const char *const shown[] = { "state", "type", "arch", "cpu-mode", "nesting", "proof", "step" };

      g_string_append_printf (text, "  %s: %s (", json_object_get_string_member (machine, "name"),
                              json_object_get_string_member_with_default (machine, "verdict", "unknown"));
      for (guint j = 0; j < G_N_ELEMENTS (shown); j++)
        g_string_append_printf (text, "%s%s %s", j > 0 ? ", " : "", shown[j],
                                json_object_get_string_member_with_default (machine, shown[j], "unknown"));
      g_string_append (text, ")\n");
    }
}

/**
 * nb_report_to_text:
 * @self: a report
 *
 * Returns: (transfer full): translated text with a newline at its end
 */
char *
nb_report_to_text (NbReport *self)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GString) telling = g_string_new (NULL);
  g_autofree char *sentence = nb_verdict_dup_sentence (self->verdict, self->facts);
  g_auto (GStrv) commands = nb_verdict_dup_commands (self->verdict, self->facts);
  g_autofree char *attribution = nb_advice_dup_attribution ((const char *const *) commands);
  g_autofree char *plain = NULL;

  g_string_append_printf (text, "Nestbox %s\n\n", NB_VERSION);
  if (json_object_get_boolean_member (self->object, "demo"))
    g_string_append_printf (text, "%s\n\n", _ ("This is the demo: a pretend computer."));
  g_string_append_printf (text, "%s [%s]\n", nb_verdict_get_title (self->verdict), nb_verdict_get_id (self->verdict));

  g_string_append_printf (telling, "%s\n", sentence);
  for (guint i = 0; commands[i] != NULL; i++)
    g_string_append_printf (telling, "    %s\n", commands[i]);
  if (attribution != NULL)
    g_string_append_printf (telling, "%s\n", attribution);
  add_facts (telling, self->facts);
  add_holders (telling, json_object_get_array_member (self->object, "holders"),
               json_object_get_boolean_member (self->object, "holders-complete"));
  add_checks (telling, self->checks);
  /* A computer may be called "vm": our own ids and what has its stand-ins already are left alone. */
  plain = nb_report_dup_text (self, telling->str);
  g_string_append (text, plain);
  add_connections (text, json_object_get_array_member (self->object, "connections"));
  add_machines (text, json_object_get_array_member (self->object, "machines"));

  return g_string_free (text, FALSE);
}
