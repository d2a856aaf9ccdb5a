/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Control groups: how the kernel limits and counts what a program uses. Found as libvirt finds them (its
 * src/util/vircgroup*.c): version 1 is one mount for each controller, version 2 is one tree with a list of them, and a
 * hybrid has both. */

#include "config.h"

#include "nb-checks-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

typedef struct
{
  gboolean legacy;   /* some controller is mounted as version 1 */
  gboolean named;    /* the one that is asked for is */
  char *unified;     /* where version 2 is mounted, if it counts */
  char *controllers; /* what it offers, with a space before and after each */
  GError *error;     /* why that can't be read */
} Mounts;

static void
mounts_clear (Mounts *self)
{
  g_clear_pointer (&self->unified, g_free);
  g_clear_pointer (&self->controllers, g_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mounts, mounts_clear)

static gboolean
has_option (const char *options, const char *name)
{
  g_auto (GStrv) words = g_strsplit (options, ",", 0);

  return g_strv_contains ((const char *const *) words, name);
}

/* systemd mounts version 2 without controllers beside version 1, to keep track of processes: then it does not count. */
static void
read_unified (NbInspector *inspector, Mounts *self, const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "cgroup.controllers", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = nb_inspector_read (inspector, path, &error);

  mounts_clear (self);
  if (text == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    self->error = g_steal_pointer (&error);
  if (text == NULL || *text == '\0')
    return;

  self->unified = g_strdup (directory);
  self->controllers = g_strdup_printf (" %s ", g_strdelimit (text, "\n\t", ' '));
}

static gboolean
read_mounts (NbInspector *inspector, const char *controller, Mounts *self, GError **error)
{
  g_autofree char *text = nb_inspector_read (inspector, "/proc/mounts", error);
  g_auto (GStrv) lines = NULL;

  if (text == NULL)
    return FALSE;

  lines = g_strsplit (text, "\n", 0);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, " ", 5);
      g_autofree char *directory = NULL;

      /* The kernel writes a backslash as \134: what ends with one is not the kernel's, and GLib warns of it. */
      if (g_strv_length (fields) < 4 || g_str_has_suffix (fields[1], "\\"))
        continue;
      directory = g_strcompress (fields[1]);
      if (g_str_equal (fields[2], "cgroup2"))
        read_unified (inspector, self, directory);
      if (g_str_equal (fields[2], "cgroup"))
        {
          self->legacy |= strstr (fields[3], "name=") == NULL;
          self->named |= has_option (fields[3], controller);
        }
    }

  if (self->legacy && nb_inspector_exists (inspector, "/proc/cgroups", NULL) != NB_TRISTATE_YES)
    self->legacy = FALSE;
  self->named &= self->legacy;
  return TRUE;
}

/* Only root may ask the kernel; the configuration that distributions install beside it anybody can read. */
static NbTristate
read_kernel_config (NbInspector *inspector)
{
  const char *release = nb_inspector_get_facts (inspector)->release;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (release == NULL || strchr (release, '/') != NULL)
    return NB_TRISTATE_UNKNOWN;

  path = g_strconcat ("/boot/config-", release, NULL);
  text = nb_inspector_read (inspector, path, NULL);
  if (text == NULL)
    return NB_TRISTATE_UNKNOWN;
  if (strstr (text, "CONFIG_CGROUP_BPF=y") != NULL)
    return NB_TRISTATE_YES;
  return strstr (text, "CONFIG_CGROUP_BPF is not set") != NULL ? NB_TRISTATE_NO : NB_TRISTATE_UNKNOWN;
}

/* Version 2 has no controller for devices: small programs (BPF) that are attached to a group decide. Libvirt asks the
 * kernel which are attached to the topmost group; if that can be asked, it can use them. */
static NbTristate
has_device_programs (NbInspector *inspector, const char *directory)
{
  union bpf_attr attributes = { 0 };
  int result;
  int fd;

  if (!nb_inspector_is_real (inspector))
    return read_kernel_config (inspector);

  fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return read_kernel_config (inspector);

  attributes.query.target_fd = fd;
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  result = syscall (SYS_bpf, BPF_PROG_QUERY, &attributes, sizeof attributes);
  if (result < 0)
    result = -errno;
  close (fd);

  if (result >= 0)
    return NB_TRISTATE_YES;
  return result == -EPERM || result == -EACCES ? read_kernel_config (inspector) : NB_TRISTATE_NO;
}

static NbTristate
has_unified (NbInspector *inspector, const Mounts *mounts, const char *controller)
{
  g_autofree char *word = NULL;

  if (mounts->unified == NULL)
    return NB_TRISTATE_NO;
  /* Every group of version 2 counts processor time, and can be frozen (since Linux 5.2). */
  if (g_str_equal (controller, "cpuacct") || g_str_equal (controller, "freezer"))
    return NB_TRISTATE_YES;
  if (g_str_equal (controller, "devices"))
    return has_device_programs (inspector, mounts->unified);

  word = g_strdup_printf (" %s ", g_str_equal (controller, "blkio") ? "io" : controller);
  return strstr (mounts->controllers, word) != NULL ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}

static void
check (NbInspector *inspector, const char *controller, NbFinding *finding, NbLevel missing, const char *hint)
{
  g_auto (Mounts) mounts = { 0 };
  GError *error = NULL;

  if (!read_mounts (inspector, controller, &mounts, &error))
    {
      nb_finding_set_unreadable (finding, error);
      return;
    }

  if (mounts.named)
    {
      /* Translators: a controller's name, such as cpu */
      finding->detail_text = g_strdup_printf (_ ("The control group “%s” is there (version 1)."), controller);
      return;
    }

  if (mounts.error != NULL)
    {
      nb_finding_set_unreadable (finding, g_steal_pointer (&mounts.error));
      return;
    }

  switch (has_unified (inspector, &mounts, controller))
    {
    case NB_TRISTATE_YES:
      finding->detail_text = g_strdup_printf (_ ("The control group “%s” is there (version 2)."), controller);
      break;
    case NB_TRISTATE_UNKNOWN:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("Only root may ask the kernel whether this is possible."),
                      N_ ("It usually is with control groups version 2. Virtual machines run either way."));
      break;
    case NB_TRISTATE_NO:
    default:
      finding->level = missing;
      finding->hint = hint;
      finding->detail_text = mounts.legacy || mounts.unified != NULL
                               ? g_strdup_printf (_ ("The kernel does not offer the control group “%s”."), controller)
                               : g_strdup (_ ("No control groups are mounted."));
      break;
    }
}

gboolean
nb_checks_cgroup (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  check (
    inspector, argument, finding, NB_LEVEL_WARN,
    N_ ("With control groups the kernel limits and counts what each virtual machine uses. Without this one they run, "
        "but libvirt can’t enforce such a limit. Some systems turn one off by a boot option (cgroup_disable=) or "
        "build their kernel without it."));
  return TRUE;
}

gboolean
nb_checks_cgroup_containers (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  check (inspector, argument, finding, NB_LEVEL_FAIL, N_ ("Libvirt’s containers need it. Virtual machines don’t."));
  return TRUE;
}
