/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What SELinux or AppArmor denied to virtual machines, as the system's log tells it. Of what it tells, nothing is passed
 * on that could name a person, a machine or a file: how many, by which of the two, and which kind of access. */

#include "config.h"

#include "nb-checks-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define TAIL (256 * 1024)

/* The text after @key up to a space, or between quotation marks; empty where there is none. */
static char *
dup_field (const char *line, const char *key)
{
  const char *value = strstr (line, key);
  const char *end;

  if (value == NULL)
    return g_strdup ("");
  value += strlen (key);
  end = *value == '"' ? strchr (++value, '"') : strpbrk (value, " \n");
  return end != NULL ? g_strndup (value, end - value) : g_strdup (value);
}

/* Source: names of libvirt's AppArmor profiles ("libvirt-" and a UUID, libvirtd, virtqemud, virt-aa-helper, swtpm). */
static gboolean
is_our_profile (const char *profile)
{
  return strstr (profile, "libvirt") != NULL || g_str_has_prefix (profile, "virt") || g_str_equal (profile, "swtpm");
}

/* Source: SELinux's policy: svirt_t and svirt_tcg_t, virtd_t, virtqemud_t and others, swtpm_t; in "USER:ROLE:TYPE:LEVEL". */
static gboolean
is_our_context (const char *context)
{
  g_auto (GStrv) parts = g_strsplit (context, ":", 4);

  return g_strv_length (parts) >= 3 && (g_str_has_prefix (parts[2], "svirt") || g_str_has_prefix (parts[2], "virt") ||
                                        g_str_has_prefix (parts[2], "swtpm"));
}

/* Nothing is taken from a log but short words of the kernel's own alphabet. */
static char *
dup_plain (const char *text)
{
  const gsize length = strlen (text);

  if (length == 0 || length > 40 || strspn (text, "abcdefghijklmnopqrstuvwxyz_ ") < length)
    return g_strdup ("…");
  return g_strstrip (g_strdup (text));
}

/* QEMU looks around in /sys and /proc as it starts, and does without what it may not see there. */
static gboolean
is_harmless (const char *line)
{
  g_autofree char *name = dup_field (line, " name=");
  g_autofree char *target = dup_field (line, " tcontext=");

  return g_str_has_prefix (name, "/sys/") || g_str_has_prefix (name, "/proc/") || strstr (target, ":sysfs_t") != NULL ||
         strstr (target, ":proc_t") != NULL;
}

/* Returns: (transfer full) (nullable): what was denied, if this line tells that a virtual machine or libvirt was denied
 * something: "AppArmor: open", "SELinux: read file" */
static char *
dup_denial (const char *line)
{
  g_autofree char *command = dup_field (line, " comm=");
  const gboolean qemu = g_str_has_prefix (command, "qemu");
  const char *selinux = strstr (line, "avc:  denied  {");

  if (selinux != NULL)
    {
      g_autofree char *context = dup_field (line, " scontext=");
      g_autofree char *class = dup_field (line, " tclass=");
      g_autofree char *verbs =
        g_strndup (selinux + strlen ("avc:  denied  {"), strcspn (selinux + strlen ("avc:  denied  {"), "}"));
      g_autofree char *plain_verbs = dup_plain (verbs);
      g_autofree char *plain_class = dup_plain (class);

      /* Permissive SELinux says "denied" of what it let pass. */
      if (strstr (line, " permissive=1") != NULL || !(qemu || is_our_context (context)))
        return NULL;
      return g_strdup_printf ("SELinux: %s %s", plain_verbs, plain_class);
    }

  if (strstr (line, "apparmor=\"DENIED\"") != NULL)
    {
      g_autofree char *profile = dup_field (line, " profile=");
      g_autofree char *operation = dup_field (line, " operation=");
      g_autofree char *plain = dup_plain (operation);

      return qemu || is_our_profile (profile) ? g_strdup_printf ("AppArmor: %s", plain) : NULL;
    }
  return NULL;
}

/* Without auditd the kernel tells everything twice, to the audit and in its own messages, which begin with "audit:". */
static guint
count_denials (const char *text, char **last, gboolean *harmless)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  guint audit = 0;
  guint kernel = 0;

  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *denial = dup_denial (*line);

      if (denial == NULL)
        continue;
      if (strstr (*line, "audit: type=") != NULL)
        kernel++;
      else
        audit++;
      *harmless = *harmless && is_harmless (*line);
      g_free (*last);
      *last = g_steal_pointer (&denial);
    }
  return MAX (audit, kernel);
}

/* Where there is no journal there may be files. */
static char *
read_log (NbInspector *inspector)
{
  static const char *const files[] = { "/var/log/audit/audit.log", "/var/log/kern.log" };
  char *text = nb_inspector_read_log (inspector);

  for (gsize i = 0; i < G_N_ELEMENTS (files) && text == NULL; i++)
    {
      g_autoptr (GBytes) bytes = nb_inspector_read_bytes (inspector, files[i], TAIL, NULL);

      if (bytes != NULL && g_bytes_get_size (bytes) > 0)
        text = g_utf8_make_valid (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  return text;
}

/**
 * nb_checks_get_guard:
 *
 * Returns: what keeps virtual machines from the rest of this computer
 */
NbGuard
nb_checks_get_guard (NbInspector *inspector)
{
  g_autofree char *selinux = nb_inspector_read (inspector, "/sys/fs/selinux/enforce", NULL);
  g_autofree char *apparmor = nb_inspector_read (inspector, "/sys/module/apparmor/parameters/enabled", NULL);

  if (g_strcmp0 (selinux, "1") == 0)
    return NB_GUARD_SELINUX;
  if (g_strcmp0 (selinux, "0") == 0)
    return NB_GUARD_SELINUX_PERMISSIVE;
  return apparmor != NULL && *apparmor == 'Y' ? NB_GUARD_APPARMOR : NB_GUARD_NONE;
}

gboolean
nb_checks_denials (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const gboolean sandbox = nb_inspector_get_facts (inspector)->sandbox == NB_TRISTATE_YES;
  g_autofree char *text = NULL;
  g_autofree char *last = NULL;
  gboolean harmless = TRUE;
  guint count;

  /* A sandbox does not show which of the two there is. */
  if (!sandbox && nb_checks_get_guard (inspector) == NB_GUARD_NONE)
    return FALSE;

  text = read_log (inspector);
  if (text == NULL)
    {
      nb_finding_set (
        finding, NB_LEVEL_NOTE, N_ ("You may not read the system log."),
        N_ ("If a virtual machine was kept from a file or a device, the log shows it. Members of the group "
            "systemd-journal may read it, and administrators."));
      finding->command = g_strdup ("sudo journalctl --boot --grep denied");
      return TRUE;
    }

  count = count_denials (text, &last, &harmless);
  if (count == 0)
    {
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("None in the system log."), NULL);
      return TRUE;
    }

  finding->level = harmless ? NB_LEVEL_NOTE : NB_LEVEL_WARN;
  finding->detail_text = g_strdup_printf (
    /* Translators: the second placeholder is what was denied last, in the system's words: "AppArmor: open" */
    ngettext ("The system log shows %u access that was denied to a virtual machine (%s).",
              "The system log shows %u accesses that were denied to virtual machines (the last: %s).", count),
    count, last);
  finding->hint =
    N_ ("SELinux and AppArmor let a virtual machine use only the files and devices that its settings name. "
        "If one doesn’t start or can’t open a file, this may be why: the log says what it was. If all your "
        "machines work, there is nothing to do.");
  finding->command = g_strdup ("sudo journalctl --boot --grep denied");
  return TRUE;
}
