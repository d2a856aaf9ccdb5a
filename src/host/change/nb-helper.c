/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who carries verbs out: the interface, what a run brings home, and the words for what went wrong. */

#include "config.h"

#include "nb-helper.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

G_DEFINE_INTERFACE (NbHelper, nb_helper, G_TYPE_OBJECT)

G_DEFINE_QUARK (nb_helper_error_quark, nb_helper_error)

static void
nb_helper_default_init (NbHelperInterface *iface)
{
  g_object_interface_install_property (
    iface, g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_interface_install_property (
    iface, g_param_spec_boolean ("can-cancel", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  g_signal_new ("step", NB_TYPE_HELPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

/* ---- Results ---- */

/**
 * nb_helper_result_new:
 *
 * Returns: (transfer full): a result without lines
 */
NbHelperResult *
nb_helper_result_new (void)
{
  NbHelperResult *self = g_new0 (NbHelperResult, 1);

  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) nb_line_free);
  self->exit = -1;

  return self;
}

/**
 * nb_helper_result_add_line:
 * @self: a result
 * @text: a line of the helper's output, without its end
 *
 * Keeps it, if it is one of the protocol.
 */
void
nb_helper_result_add_line (NbHelperResult *self, const char *text)
{
  g_autoptr (NbLine) line = nb_protocol_parse (text);
  gint64 number;

  if (line->kind == NB_LINE_OTHER)
    return;

  if (line->kind == NB_LINE_RESULT)
    self->result = line;
  if (line->kind == NB_LINE_WARNING && g_str_equal (line->name, NB_WARNING_LOAD_ERROR) && line->fields[0] != NULL &&
      g_ascii_string_to_signed (line->fields[0], 10, 1, 4095, &number, NULL))
    self->load_error = (int) number;
  g_ptr_array_add (self->lines, g_steal_pointer (&line));
}

/**
 * nb_helper_result_free:
 * @self: (transfer full): a result
 *
 * Frees it.
 */
void
nb_helper_result_free (NbHelperResult *self)
{
  g_ptr_array_unref (self->lines);
  g_free (self->detail);
  g_free (self);
}

/* ---- Errors ---- */

/**
 * nb_helper_error_from_exit:
 * @exit: an exit code of the helper, not 0
 *
 * Returns: the error that it stands for
 */
NbHelperError
nb_helper_error_from_exit (int exit)
{
  switch ((NbExit) exit)
    {
    case NB_EXIT_UNSUPPORTED:
      return NB_HELPER_ERROR_UNSUPPORTED;
    case NB_EXIT_IN_USE:
      return NB_HELPER_ERROR_IN_USE;
    case NB_EXIT_WRITE_FAILED:
      return NB_HELPER_ERROR_WRITE_FAILED;
    case NB_EXIT_UNLOAD_FAILED:
      return NB_HELPER_ERROR_UNLOAD_FAILED;
    case NB_EXIT_LOAD_FAILED:
      return NB_HELPER_ERROR_LOAD_FAILED;
    case NB_EXIT_NOT_RUNNING:
      return NB_HELPER_ERROR_NOT_RUNNING;
    case NB_EXIT_NOT_VERIFIED:
      return NB_HELPER_ERROR_NOT_VERIFIED;
    case NB_EXIT_BUSY:
      return NB_HELPER_ERROR_BUSY;
    case NB_EXIT_BLOCKED:
      return NB_HELPER_ERROR_BLOCKED;
    case NB_EXIT_RESTORE_FAILED:
      return NB_HELPER_ERROR_RESTORE_FAILED;
    case NB_EXIT_DONE:
    case NB_EXIT_USAGE:
    case NB_EXIT_NOT_ROOT:
      break;
    }

  return NB_HELPER_ERROR_FAILED;
}

/* The first sentence: what was tried. */
static const char *
get_attempt (NbVerb verb)
{
  switch (verb)
    {
    case NB_VERB_ENABLE:
    case NB_VERB_ENABLE_NOW:
      return _ ("Nested virtualization was not turned on.");
    case NB_VERB_DISABLE:
    case NB_VERB_DISABLE_NOW:
      return _ ("Nested virtualization was not turned off.");
    case NB_VERB_ENABLE_LATER:
      return _ ("Nested virtualization was not set to be on after a restart.");
    case NB_VERB_DISABLE_LATER:
      return _ ("Nested virtualization was not set to be off after a restart.");
    case NB_VERB_FORGET:
      return _ ("Nestbox’s own setting was not removed.");
    case NB_VERB_ALLOW_MSRS:
      return _ ("Access to registers that KVM does not know was not allowed.");
    case NB_VERB_REFUSE_MSRS:
      return _ ("Access to registers that KVM does not know was not forbidden.");
    case NB_VERB_SHOW_HOLDERS:
      return _ ("What uses KVM could not be found out.");
    }

  return _ ("It did not work.");
}

/* Why the kernel refused to load KVM, and what a person can do about it. */
static const char *
get_load_reason (int load_error)
{
  switch (load_error)
    {
    case EIO:
      return _ ("Another virtualization program, such as VirtualBox or VMware, is using the processor’s "
                "virtualization. Quit its virtual machines and try again.");
    case ENODEV:
    case EOPNOTSUPP:
      return _ ("The processor’s virtualization is missing or turned off in the firmware settings. Restart the "
                "computer and turn it on there.");
    case EINVAL:
      return _ ("KVM refused one of its options. Look through the files in /etc/modprobe.d for options that this "
                "kernel does not know.");
    case EPERM:
    case EACCES:
    case EKEYREJECTED:
      return _ ("The system’s security policy does not let KVM be loaded. Restart the computer, or ask whoever "
                "manages it.");
    default:
      return _ ("KVM refused to start with the new setting. Restart the computer and try again; the kernel’s log says "
                "more.");
    }
}

static gboolean
has_warning (const NbHelperResult *result, const char *name)
{
  for (guint i = 0; result != NULL && i < result->lines->len; i++)
    {
      const NbLine *line = g_ptr_array_index (result->lines, i);

      if (line->kind == NB_LINE_WARNING && g_str_equal (line->name, name))
        return TRUE;
    }

  return FALSE;
}

/* The second sentence: what happened, and what to do next. */
static const char *
get_reason (NbHelperError code, const NbHelperResult *result)
{
  const int load_error = result != NULL ? result->load_error : 0;

  switch (code)
    {
    case NB_HELPER_ERROR_FAILED:
      return _ ("The program that makes the change did not understand or could not start. Install Nestbox again so "
                "that its parts fit together, then try again.");
    case NB_HELPER_ERROR_DISMISSED:
      return _ ("The password dialog was closed.");
    case NB_HELPER_ERROR_NOT_AUTHORIZED:
      return _ ("You are not allowed to do this. Ask somebody who manages this computer.");
    case NB_HELPER_ERROR_NO_AGENT:
      return _ ("Nothing on this desktop can ask for a password. Start a polkit authentication agent, or run the "
                "command shown here in a terminal.");
    case NB_HELPER_ERROR_NO_PKEXEC:
      return _ ("The program pkexec was not found. Install the package pkexec or polkit and try again.");
    case NB_HELPER_ERROR_NOT_INSTALLED:
      return _ ("Nestbox is not fully installed: the program that makes the change is not in its place. Install it "
                "first, for example with “sudo meson install -C build”.");
    case NB_HELPER_ERROR_SANDBOX:
      return _ ("From this sandbox nothing may be run on the computer itself. Install Nestbox for all users, or run "
                "the command shown here in a terminal.");
    case NB_HELPER_ERROR_CRASHED:
      return _ ("The program that makes the change ended before it was done. Try again: the next run puts right what "
                "was left undone.");
    case NB_HELPER_ERROR_UNSUPPORTED:
      return _ ("This computer’s processor or kernel does not offer it. Check that virtualization is turned on in the "
                "firmware settings.");
    case NB_HELPER_ERROR_IN_USE:
      return _ ("KVM is in use. Shut down the virtual machines that use it and try again, or choose to make the change "
                "at the next restart.");
    case NB_HELPER_ERROR_WRITE_FAILED:
      return _ ("The setting could not be saved, so nothing was changed. Check that /etc/modprobe.d can be written and "
                "that the disk is not full, then try again.");
    case NB_HELPER_ERROR_UNLOAD_FAILED:
      return _ ("KVM could not be stopped, so nothing was changed. Choose to make the change at the next restart "
                "instead.");
    case NB_HELPER_ERROR_LOAD_FAILED:
      return get_load_reason (load_error);
    case NB_HELPER_ERROR_NOT_RUNNING:
      return load_error == EIO || load_error == ENODEV || load_error == EOPNOTSUPP
               ? get_load_reason (load_error)
               : _ ("KVM could not be started and is not running now: no virtual machine can use it. Restart the "
                    "computer to have it back.");
    case NB_HELPER_ERROR_NOT_VERIFIED:
      if (has_warning (result, NB_WARNING_NOT_LIKE_BEFORE))
        return _ ("KVM started, but did not take the new setting. Restart the computer and try again.");
      return _ ("KVM started, but did not take the new setting, so everything was put back. Restart the computer and "
                "try again.");
    case NB_HELPER_ERROR_BUSY:
      return _ ("Another change is being made right now. Wait until it is done and try again.");
    case NB_HELPER_ERROR_BLOCKED:
      return _ ("Something on this computer keeps KVM from being loaded again, so nothing was changed. After an update "
                "restart the computer; otherwise see the details.");
    case NB_HELPER_ERROR_RESTORE_FAILED:
      return _ ("The file /etc/modprobe.d/zz-nestbox.conf could not be put back to what it was. Look at it before you "
                "restart the computer.");
    }

  return "";
}

/**
 * nb_helper_error_new:
 * @code: what went wrong
 * @verb: what was tried
 * @result: (nullable): what the run brought home
 *
 * Returns: (transfer full): an error that says what was tried, what happened and what to do next
 */
GError *
nb_helper_error_new (NbHelperError code, NbVerb verb, const NbHelperResult *result)
{
  /* Translators: two whole sentences or more: what was tried; what happened, and what to do next. */
  return g_error_new (NB_HELPER_ERROR, code, _ ("%1$s %2$s"), get_attempt (verb), get_reason (code, result));
}

/**
 * nb_helper_dup_warning_text:
 * @warning: a line of kind %NB_LINE_WARNING
 *
 * Returns: (transfer full) (nullable): the warning in words, or %NULL where it is not for people to read
 */
char *
nb_helper_dup_warning_text (const NbLine *warning)
{
  const char *name = warning->name;
  char **fields = warning->fields;
  guint n_fields;

  g_return_val_if_fail (warning->kind == NB_LINE_WARNING, NULL);

  n_fields = g_strv_length (fields);
  if (g_str_equal (name, NB_WARNING_BY_COMMAND_LINE))
    return g_strdup (_ ("After a restart the kernel’s boot options still decide otherwise. Remove the nested option "
                        "there to keep this setting."));
  if (g_str_equal (name, NB_WARNING_BY_FILE))
    return g_strdup (_ ("After a restart another file in modprobe.d, read after Nestbox’s, still decides otherwise."));
  if (g_str_equal (name, NB_WARNING_BLACKLISTED))
    return g_strdup (_ ("After a restart KVM does not start by itself, because its module is on a blacklist."));
  if (g_str_equal (name, NB_WARNING_REFUSED_VALUE) && n_fields >= 3)
    /* Translators: an option such as ept=enabled; a file; a line's number in it. */
    return g_strdup_printf (_ ("KVM will not load with the option “%1$s” in %2$s, line %3$s. Correct or remove it "
                               "there."),
                            fields[2], fields[0], fields[1]);
  if (g_str_equal (name, NB_WARNING_INSTALL_LINE) && n_fields >= 2)
    /* Translators: a file; a line's number in it. */
    return g_strdup_printf (_ ("In %1$s, line %2$s, a command is set to run instead of loading KVM."), fields[0],
                            fields[1]);
  if (g_str_equal (name, NB_WARNING_BUILT_IN))
    return g_strdup (_ ("KVM is built into this kernel: the setting holds until a restart. To keep it, add a boot "
                        "option."));
  if (g_str_equal (name, NB_WARNING_NOT_REPAIRED))
    return g_strdup (_ ("An earlier change had been interrupted, and its file was changed since then, so it was left "
                        "as it is. Look at /etc/modprobe.d/zz-nestbox.conf."));
  if (g_str_equal (name, NB_WARNING_NOT_ALL_SEEN) && n_fields >= 1)
    {
      guint64 count = g_ascii_strtoull (fields[0], NULL, 10);

      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u program did not let itself be looked at in time.",
                                           "%u programs did not let themselves be looked at in time.", (gulong) count),
                              (guint) count);
    }
  if (g_str_equal (name, NB_WARNING_PARAMETER_DIFFERS) && n_fields >= 3)
    /* Translators: a KVM option such as ept; the old value; the new value. */
    return g_strdup_printf (_ ("KVM’s option %1$s was “%2$s” and is now “%3$s”: it had been set by hand."), fields[0],
                            fields[1], fields[2]);
  if (g_str_equal (name, NB_WARNING_IN_USE) && n_fields >= 1)
    {
      guint64 count = g_ascii_strtoull (fields[0], NULL, 10);

      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "KVM has %u user, but no program was found that uses it.",
                                           "KVM has %u users, but no program was found that uses it.", (gulong) count),
                              (guint) count);
    }
  if (g_str_equal (name, NB_WARNING_REPAIRED))
    return g_strdup (n_fields >= 1 && g_str_equal (fields[0], "module")
                       ? _ ("An earlier change had been interrupted; KVM was started again.")
                       : _ ("An earlier change had been interrupted; the setting was put back first."));
  if (g_str_equal (name, NB_WARNING_REPAIR_DUE))
    return g_strdup (_ ("An earlier change was interrupted. The next change puts it right."));
  if (g_str_equal (name, NB_WARNING_NOT_LIKE_BEFORE))
    return g_strdup (_ ("KVM is running, but not with the setting that it had before."));

  return NULL;
}

/* ---- The interface ---- */

/**
 * nb_helper_dup_command:
 * @self: a helper
 * @verb: a verb
 * @module: a module of nb-protocol's table
 *
 * Returns: (transfer full) (nullable): the command that would be run, to be shown
 */
char **
nb_helper_dup_command (NbHelper *self, NbVerb verb, const char *module)
{
  g_return_val_if_fail (NB_IS_HELPER (self), NULL);
  g_return_val_if_fail ((guint) verb < NB_N_VERBS && module != NULL, NULL);

  return NB_HELPER_GET_IFACE (self)->dup_command (self, verb, module);
}

/**
 * nb_helper_run_async:
 * @self: a helper
 * @verb: what to do
 * @module: with which module of nb-protocol's table
 * @cancellable: (nullable): works while #NbHelper:can-cancel is true
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Carries a verb out, after those that wait already. To be called on the main thread.
 */
void
nb_helper_run_async (NbHelper *self,
                     NbVerb verb,
                     const char *module,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  g_return_if_fail (NB_IS_HELPER (self));
  g_return_if_fail ((guint) verb < NB_N_VERBS && nb_module_find (module) != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  NB_HELPER_GET_IFACE (self)->run_async (self, verb, module, cancellable, callback, data);
}

/**
 * nb_helper_run_finish:
 * @self: a helper
 * @async_result: what the callback got
 * @result: (out) (optional) (nullable) (transfer full): what the run brought home, after a failure too
 * @error: %NB_HELPER_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the verb was carried out
 */
gboolean
nb_helper_run_finish (NbHelper *self, GAsyncResult *async_result, NbHelperResult **result, GError **error)
{
  g_return_val_if_fail (NB_IS_HELPER (self), FALSE);

  return NB_HELPER_GET_IFACE (self)->run_finish (self, async_result, result, error);
}

static gboolean
get_flag (NbHelper *self, const char *property)
{
  gboolean flag = FALSE;

  g_object_get (self, property, &flag, NULL);

  return flag;
}

/**
 * nb_helper_get_running:
 * @self: a helper
 *
 * Returns: whether a run is under way; nobody may open /dev/kvm then
 */
gboolean
nb_helper_get_running (NbHelper *self)
{
  g_return_val_if_fail (NB_IS_HELPER (self), FALSE);

  return get_flag (self, "running");
}

/**
 * nb_helper_get_can_cancel:
 * @self: a helper
 *
 * Returns: whether cancelling the run that is under way would have an effect
 */
gboolean
nb_helper_get_can_cancel (NbHelper *self)
{
  g_return_val_if_fail (NB_IS_HELPER (self), FALSE);

  return get_flag (self, "can-cancel");
}
