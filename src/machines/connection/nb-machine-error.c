/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

typedef struct
{
  char *other_xml;
} NbMachineErrorPrivate;

static void
nb_machine_error_private_init (NbMachineErrorPrivate *priv)
{
  priv->other_xml = NULL;
}

static void
nb_machine_error_private_copy (const NbMachineErrorPrivate *from, NbMachineErrorPrivate *to)
{
  to->other_xml = g_strdup (from->other_xml);
}

static void
nb_machine_error_private_clear (NbMachineErrorPrivate *priv)
{
  g_free (priv->other_xml);
}

G_DEFINE_EXTENDED_ERROR (NbMachineError, nb_machine_error)

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
 * @what: a translated sentence: what was tried, on what
 *
 * Turns libvirt's last error into one of ours. libvirt keeps it per thread, so this is called in the thread that made
 * the call, before any other call. A dismissed password dialog becomes %G_IO_ERROR_CANCELLED.
 */
void
nb_machine_error_from_libvirt (GError **error, const char *what)
{
  const virError *last = virGetLastError ();

  if (last == NULL)
    g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED, what);
  else if (last->code == VIR_ERR_AUTH_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Authentication was dismissed"));
  else
    /* Translators: the first is a whole sentence of ours (“Machine x could not be started.”), the second libvirt's. */
    g_set_error (error, NB_MACHINE_ERROR, (int) code_of (last), _ ("%s libvirt says: %s"), what, last->message);
}

/**
 * nb_machine_error_new_with_xml:
 * @code: what happened
 * @message: a translated sentence
 * @other_xml: the domain XML that was found instead
 *
 * Returns: (transfer full): an error for which nb_machine_error_get_other_xml() gives @other_xml
 */
GError *
nb_machine_error_new_with_xml (NbMachineError code, const char *message, const char *other_xml)
{
  GError *error = g_error_new_literal (NB_MACHINE_ERROR, (int) code, message);

  nb_machine_error_get_private (error)->other_xml = g_strdup (other_xml);
  return error;
}

/**
 * nb_machine_error_get_other_xml:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): the domain XML that was found in place of the expected one
 */
const char *
nb_machine_error_get_other_xml (const GError *error)
{
  if (error == NULL || error->domain != NB_MACHINE_ERROR)
    return NULL;
  return nb_machine_error_get_private (error)->other_xml;
}
