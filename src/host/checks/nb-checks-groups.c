/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which groups the user is in, and what follows. */

#include "config.h"

#include "nb-checks-private.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

/* The groups of this process; of a fixture's user: `groups=24 27` and `user=alex` in facts.ini. */
static GArray *
dup_own_groups (NbInspector *inspector)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (gid_t));

  if (nb_inspector_is_real (inspector))
    {
      int count = getgroups (0, NULL);
      gid_t gid = getegid ();

      if (count > 0)
        {
          g_array_set_size (groups, count);
          count = getgroups (count, (gid_t *) (gpointer) groups->data);
          g_array_set_size (groups, MAX (count, 0));
        }
      g_array_append_val (groups, gid);
    }
  else
    {
      const char *text = nb_inspector_get_fact (inspector, "groups");
      g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", 0);

      for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
          {
            gid_t gid = g_ascii_strtoull (*word, NULL, 10);

            g_array_append_val (groups, gid);
          }
    }
  return groups;
}

static gboolean
is_listed (const char *members, const char *user)
{
  g_auto (GStrv) names = g_strsplit (members, ",", 0);

  return user != NULL && g_strv_contains ((const char *const *) names, user);
}

/**
 * nb_checks_get_membership:
 *
 * Compares /etc/group with the groups of this session: a new membership counts only after logging in again.
 *
 * Returns: %NB_MEMBERSHIP_UNKNOWN with @error where /etc/group is there and can't be read
 */
NbMembership
nb_checks_get_membership (NbInspector *inspector, const char *group, GError **error)
{
  const char *user = nb_inspector_is_real (inspector) ? g_get_user_name () : nb_inspector_get_fact (inspector, "user");
  g_autoptr (GArray) own = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *text = nb_inspector_read (inspector, "/etc/group", &local);

  if (text == NULL)
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return NB_MEMBERSHIP_NO_GROUP;
      g_propagate_error (error, g_steal_pointer (&local));
      return NB_MEMBERSHIP_UNKNOWN;
    }

  own = dup_own_groups (inspector);
  lines = g_strsplit (text, "\n", 0);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, ":", 4);
      gid_t gid;

      if (g_strv_length (fields) < 4 || !g_str_equal (fields[0], group))
        continue;

      gid = g_ascii_strtoull (fields[2], NULL, 10);
      for (guint i = 0; i < own->len; i++)
        if (g_array_index (own, gid_t, i) == gid)
          return NB_MEMBERSHIP_YES;
      return is_listed (fields[3], user) ? NB_MEMBERSHIP_AFTER_LOGIN : NB_MEMBERSHIP_NO;
    }
  return NB_MEMBERSHIP_NO_GROUP;
}

static gboolean
is_root (NbInspector *inspector)
{
  return nb_inspector_is_real (inspector) ? geteuid () == 0
                                          : g_strcmp0 (nb_inspector_get_fact (inspector, "user"), "root") == 0;
}

#define LOG_IN_AGAIN N_ ("You were added to the group, but this session started before. Log out and log in again.")

gboolean
nb_checks_kvm_group (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autoptr (GError) ignored = NULL;
  NbTristate usable = nb_checks_kvm_usable (inspector, &ignored);
  GError *error = NULL;

  if (usable == NB_TRISTATE_UNKNOWN)
    return FALSE;

  switch (nb_checks_get_membership (inspector, "kvm", &error))
    {
    case NB_MEMBERSHIP_UNKNOWN:
      nb_finding_set_unreadable (finding, error);
      break;
    case NB_MEMBERSHIP_NO_GROUP:
      if (usable == NB_TRISTATE_YES)
        nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Not needed: you may use /dev/kvm without it."), NULL);
      else
        nb_finding_set (finding, NB_LEVEL_WARN, N_ ("This computer has no group kvm."),
                        N_ ("Most distributions make the group when QEMU is installed. Install QEMU, then look at the "
                            "permissions of /dev/kvm again."));
      break;
    case NB_MEMBERSHIP_NO:
      if (usable == NB_TRISTATE_YES)
        {
          nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Not needed: you may use /dev/kvm without it."), NULL);
          break;
        }
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("You are not a member, and may not use /dev/kvm."),
                      N_ ("Members of the group may run virtual machines at full speed. Have yourself added, then log "
                          "out and log in again."));
      finding->command = g_strdup ("sudo usermod -aG kvm \"$USER\"");
      break;
    case NB_MEMBERSHIP_AFTER_LOGIN:
      if (usable == NB_TRISTATE_YES)
        nb_finding_set (finding, NB_LEVEL_PASS, N_ ("You are a member."), NULL);
      else
        nb_finding_set (finding, NB_LEVEL_WARN, N_ ("You will be a member after the next login."), LOG_IN_AGAIN);
      break;
    case NB_MEMBERSHIP_YES:
      if (usable == NB_TRISTATE_YES)
        nb_finding_set (finding, NB_LEVEL_PASS, N_ ("You are a member."), NULL);
      else
        nb_finding_set (finding, NB_LEVEL_WARN, N_ ("You are a member, but may not use /dev/kvm all the same."),
                        N_ ("The device does not belong to the group, or a security policy forbids it. Look at its "
                            "permissions."));
      break;
    }
  return TRUE;
}

gboolean
nb_checks_libvirt_group (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  GError *error = NULL;

  if (is_root (inspector))
    return FALSE;

  switch (nb_checks_get_membership (inspector, "libvirt", &error))
    {
    case NB_MEMBERSHIP_UNKNOWN:
      nb_finding_set_unreadable (finding, error);
      break;
    case NB_MEMBERSHIP_NO_GROUP:
      return FALSE;
    case NB_MEMBERSHIP_NO:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("You are not a member."),
                      N_ ("You are asked for a password when you manage the system’s virtual machines. Members are "
                          "not, but can do with this computer whatever root can. To become one, have yourself added, "
                          "then log out and log in again."));
      finding->command = g_strdup ("sudo usermod -aG libvirt \"$USER\"");
      break;
    case NB_MEMBERSHIP_AFTER_LOGIN:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("You will be a member after the next login."), LOG_IN_AGAIN);
      break;
    case NB_MEMBERSHIP_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("You are a member."), NULL);
      break;
    }
  return TRUE;
}
