/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

G_DEFINE_QUARK (nb_machine_error_quark, nb_machine_error)

static NbMachineError
code_of (const virError *last)
{
  /* Not a switch over the enum: libvirt adds values with every version, and one number is enough to decide. */
  const int code = last->code;

  if (code == VIR_ERR_NO_DOMAIN)
    return NB_MACHINE_ERROR_GONE;
  if (code == VIR_ERR_OPERATION_DENIED || code == VIR_ERR_ACCESS_DENIED || code == VIR_ERR_AUTH_FAILED ||
      code == VIR_ERR_AUTH_UNAVAILABLE)
    return NB_MACHINE_ERROR_REFUSED;
  if (code == VIR_ERR_AGENT_UNRESPONSIVE || code == VIR_ERR_AGENT_UNSYNCED)
    return NB_MACHINE_ERROR_NO_AGENT;
  if (code == VIR_ERR_OPERATION_INVALID || code == VIR_ERR_OPERATION_TIMEOUT || code == VIR_ERR_RESOURCE_BUSY)
    return NB_MACHINE_ERROR_STATE;
  if (code == VIR_ERR_XML_ERROR || code == VIR_ERR_XML_DETAIL || code == VIR_ERR_XML_INVALID_SCHEMA ||
      code == VIR_ERR_CONFIG_UNSUPPORTED || code == VIR_ERR_INVALID_ARG)
    return NB_MACHINE_ERROR_INVALID;
  if (code == VIR_ERR_NO_SUPPORT || code == VIR_ERR_ARGUMENT_UNSUPPORTED || code == VIR_ERR_OPERATION_UNSUPPORTED)
    return NB_MACHINE_ERROR_UNSUPPORTED;
  if (code == VIR_ERR_INVALID_CONN || last->domain == VIR_FROM_RPC)
    return NB_MACHINE_ERROR_CONNECTION;
  return NB_MACHINE_ERROR_FAILED;
}

/**
 * nb_machine_error_from_libvirt:
 * @error: (out) (optional): where to put it
 * @what: a translated sentence: what was tried, on what; a lost connection gets its own
 *
 * Turns libvirt's last error into one of ours. libvirt keeps it per thread, so this is called in the thread that made
 * the call, before any other call. A dismissed password dialog becomes %G_IO_ERROR_CANCELLED.
 */
void
nb_machine_error_from_libvirt (GError **error, const char *what)
{
  const virError *last = virGetLastError ();

  /* Then nothing is known of what was tried: a machine that was not answered for is not missing. */
  if (last != NULL && code_of (last) == NB_MACHINE_ERROR_CONNECTION)
    what = _ ("The connection to libvirt was lost.");
  if (last == NULL)
    g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED, what);
  else if (last->code == VIR_ERR_AUTH_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Authentication was dismissed"));
  else
    /* Translators: the first is a whole sentence of ours (“Machine x could not be started.”), the second libvirt's. */
    g_set_error (error, NB_MACHINE_ERROR, (int) code_of (last), _ ("%s libvirt says: %s"), what, last->message);
}
