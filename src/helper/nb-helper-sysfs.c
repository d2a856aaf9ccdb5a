/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the kernel tells about a module: /sys/module, and what KVM itself offers to guests. */

#include "config.h"

#include "nb-helper-sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nb-helper-output.h"

#define MAX_SIZE 262144

/* Reads at most @limit bytes of a file and closes it. Returns: 0, with the bytes and a zero byte, or an errno. */
int
nb_helper_read_fd (int fd, gsize limit, char **text, gsize *length)
{
  g_autofree char *buffer = g_malloc (limit + 1);
  gsize filled = 0;
  gssize got = 1;
  int saved;

  while (filled < limit && (got = read (fd, buffer + filled, limit - filled)) > 0)
    filled += got;
  saved = got < 0 ? errno : 0;
  close (fd);
  if (saved != 0)
    return saved;

  buffer[filled] = '\0';
  *text = g_steal_pointer (&buffer);
  if (length != NULL)
    *length = filled;

  return 0;
}

/* Reads a file of /sys or /proc, or the beginning of a huge one. Returns: NULL where it can't be read. */
char *
nb_helper_read_file (int root, const char *path, gsize *length)
{
  int fd = openat (root, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  char *text = NULL;

  return fd >= 0 && nb_helper_read_fd (fd, MAX_SIZE, &text, length) == 0 ? text : NULL;
}

static char *
read_module_file (int root, const char *module, const char *name)
{
  g_autofree char *path = g_strdup_printf ("sys/module/%s/%s", module, name);
  char *text = nb_helper_read_file (root, path, NULL);

  return text != NULL ? g_strchomp (text) : NULL;
}

/* Allocates nothing, for it is asked while KVM is out. Source: kernel/module/sysfs.c; a built-in module has a folder
 * for its parameters, but no initstate. Returns: where the module stands */
NbModuleLoad
nb_helper_sysfs_get_state (int root, const char *module)
{
  char path[64];
  char state[16] = { 0 };
  gssize got = -1;
  int fd;

  g_snprintf (path, sizeof path, "sys/module/%s/initstate", module);
  fd = openat (root, path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    {
      got = read (fd, state, sizeof state - 1);
      close (fd);
    }
  if (got > 0)
    return strcmp (state, "live\n") == 0 ? NB_MODULE_LIVE : NB_MODULE_CHANGING;
  g_snprintf (path, sizeof path, "sys/module/%s", module);

  return faccessat (root, path, F_OK, 0) == 0 ? NB_MODULE_BUILT_IN : NB_MODULE_ABSENT;
}

/* Returns: whether module_blacklist= names it: the kernel itself refuses it then, by whatever way it comes. */
gboolean
nb_helper_is_kept_out (int root, const char *module)
{
  g_autofree char *text = nb_helper_read_file (root, "proc/cmdline", NULL);
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " \n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "module_blacklist="))
      {
        g_auto (GStrv) names = g_strsplit (words[i] + strlen ("module_blacklist="), ",", -1);

        for (guint j = 0; names[j] != NULL; j++)
          if (nb_options_same_name (names[j], module) && *names[j] != '\0')
            return TRUE;
      }

  return FALSE;
}

/* Returns: how many use a loaded module, or -1. */
int
nb_helper_sysfs_get_refcnt (int root, const char *module)
{
  g_autofree char *text = read_module_file (root, module, "refcnt");
  gint64 number;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT, &number, NULL))
    return -1;

  return (int) number;
}

/* Returns: a switch of the module, or unknown where it has none of that name. */
NbTristate
nb_helper_sysfs_get (int root, const char *module, const char *parameter)
{
  g_autofree char *name = g_strconcat ("parameters/", parameter, NULL);
  g_autofree char *text = read_module_file (root, module, name);

  return text != NULL && *text != '\0' ? nb_options_parse_value (text) : NB_TRISTATE_UNKNOWN;
}

/* Sets a switch that is writable: nested of kvm_hv, ignore_msrs of kvm. Returns: 0 or an errno. */
int
nb_helper_sysfs_set (int root, const char *module, const char *parameter, NbTristate value)
{
  g_autofree char *path = g_strdup_printf ("sys/module/%s/parameters/%s", module, parameter);
  int saved = 0;
  int fd = openat (root, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    return errno;
  if (write (fd, value == NB_TRISTATE_YES ? "1" : "0", 1) != 1)
    saved = errno;
  close (fd);

  return saved;
}

/* Returns: what all its parameters read as, but nested; write-only ones and those of a module that is not loaded are
 * missing */
GHashTable *
nb_helper_sysfs_dup_parameters (int root, const char *module)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *path = g_strdup_printf ("sys/module/%s/parameters", module);
  int fd = openat (root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (directory != NULL && (entry = readdir (directory)) != NULL)
    {
      char *text;

      if (entry->d_name[0] == '.' || strcmp (entry->d_name, "nested") == 0)
        continue;
      text = nb_helper_read_file (fd, entry->d_name, NULL);
      if (text != NULL)
        g_hash_table_insert (table, g_strdup (entry->d_name), g_strchomp (text));
    }

  if (directory != NULL)
    closedir (directory);

  return table;
}

/* Warns of each that differs now. They are never passed back: some read as what the module refuses. */
void
nb_helper_sysfs_compare (int root, const char *module, GHashTable *before)
{
  g_autoptr (GHashTable) after = nb_helper_sysfs_dup_parameters (root, module);
  GHashTableIter iter;
  gpointer name;
  gpointer old;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &old))
    {
      const char *now = g_hash_table_lookup (after, name);

      if (g_strcmp0 (old, now) != 0)
        nb_helper_say (
          nb_protocol_format_warning (NB_WARNING_PARAMETER_DIFFERS, name, old, now != NULL ? now : "", NULL));
    }
}

/* Asks KVM what it offers to guests: vmx is bit 5 of CPUID leaf 1 ECX, svm bit 2 of leaf 0x80000001 ECX. The device
 * pins the module while it is open, so it is closed at once. Source: arch/x86/kvm/cpuid.c Returns:
 * %NB_TRISTATE_UNKNOWN where KVM can't be asked, or on processors where it has no such answer */
NbTristate
nb_helper_kvm_get_nested (int root, const char *module)
{
  NbTristate found = NB_TRISTATE_UNKNOWN;
#if defined(__x86_64__) || defined(__i386__)
  const gsize n_entries = 256;
  gboolean is_intel = strcmp (module, "kvm_intel") == 0;
  g_autofree struct kvm_cpuid2 *cpuid = NULL;
  int fd = openat (root, "dev/kvm", O_RDWR | O_CLOEXEC);

  if (fd < 0)
    return NB_TRISTATE_UNKNOWN;

  cpuid = g_malloc0 (sizeof *cpuid + n_entries * sizeof cpuid->entries[0]);
  cpuid->nent = n_entries;
  if (ioctl (fd, KVM_GET_SUPPORTED_CPUID, cpuid) == 0)
    for (guint i = 0; i < cpuid->nent; i++)
      {
        const struct kvm_cpuid_entry2 *entry = &cpuid->entries[i];

        if (is_intel && entry->function == 1)
          found = (entry->ecx & (1u << 5)) != 0 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
        else if (!is_intel && entry->function == 0x80000001)
          found = (entry->ecx & (1u << 2)) != 0 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
      }
  close (fd);
#endif

  return found;
}
