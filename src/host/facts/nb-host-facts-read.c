/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers what is known of a computer into one value. Nothing is judged here: see nb-verdict.c. */

#include "config.h"

#include "nb-host-facts.h"

#include "nb-modprobe.h"
#include "nb-module-state.h"
#include "nb-next-boot.h"
#include "nb-outer-read.h"
#include "nb-probe.h"
#include "nb-release.h"
#include "nb-root.h"
#include "nb-sandbox.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

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
    {
      self->cpu_flag = vmx || svm;
      self->slat_flag = has_word (flags, "ept") || has_word (flags, "npt");
    }
  /* A fixture may not tell what the instruction says. */
  if (self->cpuid_hypervisor == NB_TRISTATE_UNKNOWN && has_word (flags, "hypervisor"))
    self->cpuid_hypervisor = NB_TRISTATE_YES;

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

/* There is no file to write: the boot option is all there is. */
static void
decide_next_boot_arm (NbHostFacts *self, const char *root)
{
  g_autofree char *line = nb_root_read (root, "proc/cmdline", 65536, NULL, NULL);
  const char *rest = line != NULL ? line : "";
  char *name;
  char *value;

  self->next_boot = self->live;
  self->decider = self->live == NB_TRISTATE_UNKNOWN ? NB_DECIDER_UNKNOWN : NB_DECIDER_DEFAULT;
  while (nb_options_next (&rest, &name, &value))
    {
      g_autofree char *option = name;
      g_autofree char *mode = value;

      if (mode == NULL || strcmp (option, "kvm-arm.mode") != 0)
        continue;
      g_free (self->decider_text);
      self->decider = NB_DECIDER_COMMAND_LINE;
      self->decider_text = g_strconcat (option, "=", mode, NULL);
    }
}

/* What makes the initramfs anew. An image of ostree's comes with its own, which only rpm-ostree changes. */
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

  if (nb_root_exists (root, "run/ostree-booted"))
    return nb_root_exists (root, "usr/bin/rpm-ostree") ? "rpm-ostree initramfs-etc --force-sync" : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    if (nb_root_exists (root, tools[i].path))
      return tools[i].command;

  return NULL;
}

/* What changes boot options. ostree's own tool goes first: grubby does not know its deployments. */
static const char *
find_boot_tool (const char *root)
{
  if (nb_root_exists (root, "run/ostree-booted"))
    return nb_root_exists (root, "usr/bin/rpm-ostree") ? "rpm-ostree" : NULL;

  return nb_root_exists (root, "usr/sbin/grubby") ? "grubby" : NULL;
}

/* When the deciding file was changed last: not its mtime, which packages and Nix bring along from elsewhere. */
static gint64
read_ctime (const char *root, const char *path)
{
  g_autofree char *full = nb_root_build (root, path);
  struct stat info;

  return nb_root_is_real (root) && stat (full, &info) == 0 ? info.st_ctime : 0;
}

static void
tell_history (NbHostFacts *self)
{
  if (self->decider != NB_DECIDER_FILE || self->uptime < 0 || self->decider_ctime == 0)
    return;

  self->decider_before_boot = self->decider_ctime < g_get_real_time () / G_USEC_PER_SEC - self->uptime;
}

/* The module, and then what it needs. */
static char **
list_modules (const NbHostFacts *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_strv_builder_add (names, self->module);
  g_strv_builder_addv (names, (const char **) self->dependencies);

  return g_strv_builder_end (names);
}

/* What the sandbox shows of modprobe.d is its own. For the computer that we run on the portal is asked. */
static void
read_from_sandbox (NbHostFacts *self, const char *root, const char *const *modules)
{
  static const char *const prefix[] = { "flatpak-spawn", "--host", NULL };
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbModprobe) found = NULL;

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
    }
  else
    {
      found = nb_modprobe_read (copy, modules);
      self->nixos = nb_root_exists (copy, "etc/NIXOS");
      nb_sandbox_remove_settings (copy);
    }
  nb_next_boot_decide (self, found, root);

  /* The copy's files were all made just now. */
  if (copy != NULL && self->decider_path != NULL)
    {
      g_autofree char *full = g_strconcat ("/", self->decider_path, NULL);

      self->decider_ctime = nb_sandbox_get_ctime (prefix, full);
    }
}

static void
read_in_place (NbHostFacts *self, const char *root, const char *const *modules)
{
  g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

  self->nixos = nb_root_exists (root, "etc/NIXOS");
  if (self->container != NULL && found->error == NULL)
    found->error = g_strdup (_ ("The settings that can be read here are those of a container, not of the computer."));
  nb_next_boot_decide (self, found, root);
  if (self->decider_path != NULL && nb_root_is_real (root))
    self->decider_ctime = read_ctime (root, self->decider_path);
}

static void
read_configuration (NbHostFacts *self, const char *root)
{
  g_auto (GStrv) modules = NULL;

  if (self->module == NULL)
    {
      if (self->vendor == NB_VENDOR_ARM)
        decide_next_boot_arm (self, root);
      self->nixos = self->sandbox != NB_TRISTATE_YES && nb_root_exists (root, "etc/NIXOS");
      return;
    }

  modules = list_modules (self);
  if (self->sandbox == NB_TRISTATE_YES)
    {
      /* The sandbox's /etc is read-only, whatever the computer's is. */
      self->config_managed = FALSE;
      read_from_sandbox (self, root, (const char *const *) modules);
    }
  else
    {
      read_in_place (self, root, (const char *const *) modules);
    }
  if (self->nixos)
    self->config_managed = TRUE;
  tell_history (self);

  if (self->decider == NB_DECIDER_FILE && self->live != NB_TRISTATE_UNKNOWN && self->next_boot != self->live &&
      self->decider_before_boot == NB_TRISTATE_YES && self->sandbox != NB_TRISTATE_YES)
    self->initramfs_command = find_initramfs_command (root);
}

/* Docker gives a mount of its own as the root. A virtual machine that was made from a container's image keeps the image's
 * /.dockerenv, but has a disk. */
static gboolean
is_root_a_disk (const char *root)
{
  g_autofree char *text = nb_root_read (root, "proc/mounts", 1 << 20, NULL, NULL);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  gboolean disk = FALSE;

  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", 3);

      /* The last one mounted there is the one that is seen. */
      if (g_strv_length (fields) == 3 && strcmp (fields[1], "/") == 0)
        disk = g_str_has_prefix (fields[0], "/dev/");
    }

  return disk;
}

static const char *
find_container (const char *root)
{
  static const struct
  {
    const char *path;
    const char *name;
  } signs[] = {
    { "run/.containerenv", "podman" },
    { ".dockerenv", "docker" },
    { "run/systemd/container", "container" },
    { "run/host/container-manager", "container" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (nb_root_exists (root, signs[i].path) && !(strcmp (signs[i].name, "docker") == 0 && is_root_a_disk (root)))
      return signs[i].name;

  return NULL;
}

/* Part of the kernel, KVM has its parameters whether it works or not. Its device is there only when it does. */
static NbTristate
decide_live (const NbHostFacts *self)
{
  if (self->module_state == NB_MODULE_STATE_BUILT_IN && self->kvm_device == NB_KVM_DEVICE_ABSENT &&
      self->sandbox != NB_TRISTATE_YES && self->container == NULL)
    return NB_TRISTATE_NO;

  return self->parameter != NB_TRISTATE_UNKNOWN ? self->parameter : self->kvm_nested;
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
  /* flatpak's own sandbox looks like a container to systemd. */
  if (self->sandbox != NB_TRISTATE_YES)
    self->container = g_strdup (find_container (root));
  read_processor (self, root);
  nb_outer_read (self, root);
  nb_module_state_read (self, root);
  self->live = decide_live (self);
  if (self->vendor == NB_VENDOR_S390)
    {
      NbTristate hpage = nb_root_read_tristate (root, "sys/module/kvm/parameters/hpage");

      self->hugepages = nb_release_is_at_least (self->release, 7, 0) ? NB_TRISTATE_NO : hpage;
    }
  read_configuration (self, root);
  if (self->sandbox != NB_TRISTATE_YES && self->container == NULL)
    self->boot_tool = find_boot_tool (root);

  return self;
}
