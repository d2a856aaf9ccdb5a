/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers what is known of a computer into one value. Nothing is judged here: see nb-verdict.c. */

#include "config.h"

#include "nb-host-facts.h"

#include "nb-modprobe.h"
#include "nb-module-state.h"
#include "nb-probe.h"
#include "nb-root.h"
#include "nb-sandbox.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* A computer with thousands of threads has megabytes. */
#define CPUINFO_LIMIT (16 * 1024 * 1024)

static gboolean
is_machine (const NbHostFacts *self, const char *prefix)
{
  return self->machine != NULL && g_str_has_prefix (self->machine, prefix);
}

static gboolean
is_x86 (const NbHostFacts *self)
{
  return is_machine (self, "x86_64") || is_machine (self, "i386") || is_machine (self, "i686");
}

/* The value of the first "NAME : VALUE" line of /proc/cpuinfo. */
static char *
cpuinfo_value (const char *cpuinfo, const char *name)
{
  gsize length = strlen (name);

  for (const char *line = cpuinfo; line != NULL && *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');

      if (strncmp (line, name, length) == 0)
        {
          const char *p = line + length;

          p += strspn (p, " \t");
          if (*p == ':')
            {
              g_autofree char *value = g_strndup (p + 1, end - p - 1);

              return g_utf8_make_valid (g_strstrip (value), -1);
            }
        }
      line = *end == '\n' ? end + 1 : NULL;
    }

  return NULL;
}

static gboolean
has_word (const char *list, const char *word)
{
  g_auto (GStrv) words = NULL;

  if (list == NULL)
    return FALSE;
  words = g_strsplit_set (list, " \t", -1);

  return g_strv_contains ((const char *const *) words, word);
}

static gboolean
is_present (const char *root, const char *module)
{
  g_autofree char *path = g_strconcat ("sys/module/", module, NULL);

  return nb_root_is_directory (root, path);
}

static void
choose_x86 (NbHostFacts *self, const char *root, const char *flags, const char *maker)
{
  gboolean vmx = has_word (flags, "vmx");
  gboolean svm = has_word (flags, "svm");
  gboolean intel = is_present (root, "kvm_intel");
  gboolean amd = is_present (root, "kvm_amd");

  if (flags != NULL)
    self->cpu_flag = vmx || svm;

  /* What the processor can wins over what is loaded: a kernel may have both built in. The maker comes last: Hygon's
   * and Zhaoxin's processors have other names and the same modules. */
  if (vmx != svm)
    self->vendor = vmx ? NB_VENDOR_INTEL : NB_VENDOR_AMD;
  else if (intel != amd)
    self->vendor = intel ? NB_VENDOR_INTEL : NB_VENDOR_AMD;
  else if (maker != NULL && (strcmp (maker, "AuthenticAMD") == 0 || strcmp (maker, "HygonGenuine") == 0))
    self->vendor = NB_VENDOR_AMD;
  else if (maker != NULL)
    self->vendor = NB_VENDOR_INTEL;

  if (self->vendor == NB_VENDOR_INTEL)
    self->module = "kvm_intel";
  else if (self->vendor == NB_VENDOR_AMD)
    self->module = "kvm_amd";
}

static void
read_processor (NbHostFacts *self, const char *root)
{
  g_autofree char *cpuinfo = nb_root_read (root, "proc/cpuinfo", CPUINFO_LIMIT, NULL, NULL);
  const char *model = "model name";

  if (is_machine (self, "s390"))
    {
      g_autofree char *features = cpuinfo_value (cpuinfo, "features");

      self->vendor = NB_VENDOR_S390;
      self->module = "kvm";
      if (features != NULL)
        self->cpu_flag = has_word (features, "sie");
      model = "vendor_id";
    }
  else if (is_machine (self, "ppc64"))
    {
      self->vendor = NB_VENDOR_POWER;
      self->module = "kvm_hv";
      model = "cpu";
    }
  else if (is_machine (self, "aarch64"))
    {
      self->vendor = NB_VENDOR_ARM;
    }
  else if (is_x86 (self) || self->machine == NULL)
    {
      g_autofree char *flags = cpuinfo_value (cpuinfo, "flags");
      g_autofree char *maker = cpuinfo_value (cpuinfo, "vendor_id");

      choose_x86 (self, root, flags, maker);
    }

  self->model = cpuinfo_value (cpuinfo, model);
}

/* The kernel's release as two numbers; an unknown one counts as recent. */
static gboolean
release_at_least (const NbHostFacts *self, int major, int minor)
{
  int x, y;

  if (self->release == NULL || sscanf (self->release, "%d.%d", &x, &y) != 2)
    return TRUE;

  return x > major || (x == major && y >= minor);
}

/* What the module does where nobody says anything: host.md, "The parameter". */
static NbTristate
default_value (const NbHostFacts *self)
{
  switch (self->vendor)
    {
    case NB_VENDOR_INTEL:
      return release_at_least (self, 4, 20);
    case NB_VENDOR_AMD:
    case NB_VENDOR_POWER:
      return NB_TRISTATE_YES;
    case NB_VENDOR_S390:
      return NB_TRISTATE_NO;
    case NB_VENDOR_ARM:
    case NB_VENDOR_UNKNOWN:
      break;
    }

  return NB_TRISTATE_UNKNOWN;
}

static void
decide_next_boot_arm (NbHostFacts *self, const char *root)
{
  g_autofree char *line = nb_root_read (root, "proc/cmdline", 65536, NULL, NULL);
  g_auto (GStrv) words = g_strsplit_set (line != NULL ? line : "", " \n", -1);

  self->next_boot = self->live;
  self->decider = self->live == NB_TRISTATE_UNKNOWN ? NB_DECIDER_UNKNOWN : NB_DECIDER_DEFAULT;
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = g_strdelimit (g_strdup (words[i]), "_", '-');

      if (g_str_has_prefix (word, "kvm-arm.mode="))
        self->decider = NB_DECIDER_COMMAND_LINE;
    }
}

static const char *
find_initramfs_command (const char *root)
{
  static const struct
  {
    const char *path;
    const char *command;
  } tools[] = {
    { "usr/sbin/update-initramfs", "update-initramfs -u" },
    { "usr/bin/dracut", "dracut --force" },
    { "usr/bin/mkinitcpio", "mkinitcpio -P" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    if (nb_root_exists (root, tools[i].path))
      return tools[i].command;

  return NULL;
}

static void
take_modprobe (NbHostFacts *self, NbModprobe *found)
{
  gboolean built_in = self->module_state == NB_MODULE_STATE_BUILT_IN;
  NbTristate value = NB_TRISTATE_UNKNOWN;

  self->own_file = found->own;
  self->blocked_file = g_steal_pointer (&found->install_file);
  self->blocked_line = found->install_line;
  self->blocked_by_command_line = found->blocked_by_command_line;
  self->blacklist_file = g_steal_pointer (&found->blacklist_file);
  self->blacklist_line = found->blacklist_line;
  self->blacklisted = !built_in && (self->blacklist_file != NULL || found->blacklisted_by_command_line);

  if (found->error != NULL && !built_in)
    {
      self->config_error = g_steal_pointer (&found->error);
      /* A later word than every file's can still be trusted. */
      if (found->from_command_line == NB_TRISTATE_UNKNOWN)
        return;
    }

  if (found->from_command_line != NB_TRISTATE_UNKNOWN)
    {
      self->decider = NB_DECIDER_COMMAND_LINE;
      value = found->from_command_line;
    }
  else if (!built_in && found->from_files != NB_TRISTATE_UNKNOWN)
    {
      /* modprobe.d does not reach what is part of the kernel. */
      value = found->from_files;
      if (found->file != NULL)
        {
          self->decider = NB_DECIDER_FILE;
          self->decider_file = g_steal_pointer (&found->file);
          self->decider_line = found->line;
          self->decider_later = found->later;
          if (self->uptime >= 0)
            self->decider_before_boot = found->file_time < g_get_real_time () / G_USEC_PER_SEC - self->uptime;
        }
    }
  else
    {
      value = default_value (self);
      self->decider = value == NB_TRISTATE_UNKNOWN ? NB_DECIDER_UNKNOWN : NB_DECIDER_DEFAULT;
    }

  if (value == NB_TRISTATE_YES && self->blacklisted)
    {
      /* The module does not load by itself, so there is no nested either until somebody loads it. */
      value = NB_TRISTATE_NO;
      g_clear_pointer (&self->decider_file, g_free);
      self->decider_line = 0;
      self->decider_later = FALSE;
      self->decider_before_boot = NB_TRISTATE_UNKNOWN;
      if (found->blacklisted_by_command_line)
        {
          self->decider = NB_DECIDER_COMMAND_LINE;
        }
      else
        {
          self->decider = NB_DECIDER_FILE;
          self->decider_file = g_strdup (self->blacklist_file);
          self->decider_line = self->blacklist_line;
        }
    }
  /* A module that is not there will not be there after a restart either, for all that is known. */
  if (self->module_state == NB_MODULE_STATE_MISSING)
    {
      value = NB_TRISTATE_UNKNOWN;
      self->decider = NB_DECIDER_UNKNOWN;
      g_clear_pointer (&self->decider_file, g_free);
      self->decider_line = 0;
    }
  self->next_boot = value;
}

/* What the sandbox shows of modprobe.d is its own. For the computer that we run on the portal is asked. */
static NbModprobe *
read_from_sandbox (NbHostFacts *self, const char *root)
{
  static const char *const prefix[] = { "flatpak-spawn", "--host", NULL };
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;
  NbModprobe *found;

  if (nb_root_is_real (root))
    copy = nb_sandbox_copy_settings (prefix, root, &error);

  if (copy == NULL)
    {
      found = nb_modprobe_new_unknown ();
      if (error != NULL)
        /* Translators: %s is the reason, in words */
        found->error = g_strdup_printf (_ ("The sandbox hides the settings of modprobe (%s)."), error->message);
      else
        found->error = g_strdup (_ ("The sandbox hides the settings of modprobe."));
      return found;
    }

  found = nb_modprobe_read (copy, self->module);
  self->nixos = nb_root_exists (copy, "etc/NIXOS");
  nb_sandbox_remove_settings (copy);

  return found;
}

static void
read_configuration (NbHostFacts *self, const char *root)
{
  g_autoptr (NbModprobe) found = NULL;

  if (self->module == NULL)
    {
      if (self->vendor == NB_VENDOR_ARM)
        decide_next_boot_arm (self, root);
      return;
    }

  if (self->sandbox == NB_TRISTATE_YES)
    {
      /* The sandbox's /etc is read-only, whatever the computer's is. */
      self->config_managed = FALSE;
      found = read_from_sandbox (self, root);
    }
  else
    {
      self->nixos = nb_root_exists (root, "etc/NIXOS");
      found = nb_modprobe_read (root, self->module);
    }
  if (self->nixos)
    self->config_managed = TRUE;
  take_modprobe (self, found);

  if (self->decider == NB_DECIDER_FILE && self->live != NB_TRISTATE_UNKNOWN && self->next_boot != self->live &&
      self->decider_before_boot == NB_TRISTATE_YES && self->sandbox != NB_TRISTATE_YES)
    self->initramfs_command = find_initramfs_command (root);
}

/**
 * nb_host_facts_read:
 * @root: "/" for this computer, or a folder that holds another one's files and `facts.ini`
 * @load_error: errno of the last try to load KVM's module, or 0
 *
 * Reads everything anew. It opens /dev/kvm for an instant, so not while a helper is at work. Any thread; may block for
 * as long as files do.
 *
 * Returns: (transfer full): the facts; what can't be read is unknown
 */
NbHostFacts *
nb_host_facts_read (const char *root, int load_error)
{
  NbHostFacts *self = nb_host_facts_new ();

  self->load_error = load_error;
  nb_probe_read (self, root);
  read_processor (self, root);
  nb_module_state_read (self, root);
  self->live = self->parameter != NB_TRISTATE_UNKNOWN ? self->parameter : self->kvm_nested;
  if (self->vendor == NB_VENDOR_S390)
    {
      NbTristate hpage = nb_root_read_tristate (root, "sys/module/kvm/parameters/hpage");

      /* Linux 6.1 and 6.12 exclude one another; which release stops that is inferred. */
      self->hugepages = release_at_least (self, 7, 0) ? NB_TRISTATE_NO : hpage;
    }
  read_configuration (self, root);

  return self;
}
