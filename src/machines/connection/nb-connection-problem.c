/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-problem.h"

#include <errno.h>

#include <glib/gi18n-lib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "nb-connection-uri.h"

static NbConnectionProblem
from_errno (int system_errno, gboolean local)
{
  switch (system_errno)
    {
    case ENOENT:
      return local ? NB_CONNECTION_PROBLEM_NOT_INSTALLED : NB_CONNECTION_PROBLEM_OTHER;
    case ECONNREFUSED:
      return local ? NB_CONNECTION_PROBLEM_NOT_RUNNING : NB_CONNECTION_PROBLEM_NO_HOST;
    case EACCES:
    case EPERM:
      return local ? NB_CONNECTION_PROBLEM_NOT_IN_GROUP : NB_CONNECTION_PROBLEM_AUTH;
    case ECONNRESET:
    case EPIPE:
    case EIO:
      /* A daemon that closes the socket while greeting. */
      return local ? NB_CONNECTION_PROBLEM_NOT_RUNNING : NB_CONNECTION_PROBLEM_NO_HOST;
    default:
      return local ? NB_CONNECTION_PROBLEM_OTHER : NB_CONNECTION_PROBLEM_NO_HOST;
    }
}

/**
 * nb_connection_problem_from_libvirt:
 * @domain: virError's domain
 * @code: virError's code
 * @system_errno: virError's int1, which is the errno of a VIR_ERR_SYSTEM_ERROR
 * @local: whether the URI means this computer
 *
 * Only numbers are judged, never the words of a message, which are translated and change.
 *
 * Returns: the problem that an error of virConnectOpen() means
 */
NbConnectionProblem
nb_connection_problem_from_libvirt (int domain, int code, int system_errno, gboolean local)
{
  if (code == VIR_ERR_SYSTEM_ERROR)
    return from_errno (system_errno, local);
  if (code == VIR_ERR_AUTH_FAILED || code == VIR_ERR_AUTH_UNAVAILABLE || code == VIR_ERR_AUTH_CANCELLED ||
      code == VIR_ERR_ACCESS_DENIED || code == VIR_ERR_OPERATION_DENIED)
    return local ? NB_CONNECTION_PROBLEM_REFUSED : NB_CONNECTION_PROBLEM_AUTH;
  if (code == VIR_ERR_NO_CONNECT || code == VIR_ERR_INVALID_ARG || code == VIR_ERR_CONFIG_UNSUPPORTED)
    return NB_CONNECTION_PROBLEM_BAD_URI;
  if (code == VIR_ERR_NO_SUPPORT)
    return NB_CONNECTION_PROBLEM_UNSUPPORTED;
  if (domain == VIR_FROM_RPC || domain == VIR_FROM_REMOTE)
    return local ? NB_CONNECTION_PROBLEM_NOT_RUNNING : NB_CONNECTION_PROBLEM_NO_HOST;
  return NB_CONNECTION_PROBLEM_OTHER;
}

/**
 * nb_connection_problem_from_ssh:
 * @message: virError's message, when a connection through the program ssh ended before it was open
 *
 * ssh has one exit status for all that can go wrong, and libvirt keeps its last words only. They are not translated, and
 * have been the same for twenty years. What the other side says goes by the names of its programs and sockets.
 *
 * Returns: what it means; %NB_CONNECTION_PROBLEM_KEY_REFUSED also where there was no key to refuse
 */
NbConnectionProblem
nb_connection_problem_from_ssh (const char *message)
{
  static const struct
  {
    const char *words;
    NbConnectionProblem problem;
  } known[] = {
    { "REMOTE HOST IDENTIFICATION HAS CHANGED", NB_CONNECTION_PROBLEM_CHANGED_KEY },
    { "Host key verification failed", NB_CONNECTION_PROBLEM_UNKNOWN_KEY },
    { "Permission denied (", NB_CONNECTION_PROBLEM_KEY_REFUSED },
    { "Too many authentication failures", NB_CONNECTION_PROBLEM_KEY_REFUSED },
    { "virt-ssh-helper", NB_CONNECTION_PROBLEM_NO_DAEMON },
    { "libvirt-sock", NB_CONNECTION_PROBLEM_NO_DAEMON },
    { "virtqemud-sock", NB_CONNECTION_PROBLEM_NO_DAEMON },
    { "nc:", NB_CONNECTION_PROBLEM_NO_DAEMON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (message, known[i].words) != NULL)
      return known[i].problem;
  return NB_CONNECTION_PROBLEM_NO_HOST;
}

/**
 * nb_connection_problem_get_sentence:
 * @problem: a problem
 *
 * Returns: (nullable) (transfer none): what is wrong, as one translated sentence
 */
const char *
nb_connection_problem_get_sentence (NbConnectionProblem problem)
{
  switch (problem)
    {
    case NB_CONNECTION_PROBLEM_NONE:
      return NULL;
    case NB_CONNECTION_PROBLEM_NOT_INSTALLED:
      return _ ("No virtualization service was found on this computer.");
    case NB_CONNECTION_PROBLEM_NOT_RUNNING:
      return _ ("The virtualization service is not running.");
    case NB_CONNECTION_PROBLEM_NOT_IN_GROUP:
      return _ ("Your account may not use the virtualization service.");
    case NB_CONNECTION_PROBLEM_REFUSED:
      return _ ("The system’s policy does not let you manage virtual machines.");
    case NB_CONNECTION_PROBLEM_SANDBOX:
      return _ ("Nestbox has lost the permission to see the virtualization service.");
    case NB_CONNECTION_PROBLEM_GONE:
      return _ ("The virtualization service has stopped.");
    case NB_CONNECTION_PROBLEM_NO_ANSWER:
      return _ ("The virtualization service does not answer.");
    case NB_CONNECTION_PROBLEM_UNSUPPORTED:
      return _ ("This connection is to another kind of hypervisor than QEMU.");
    case NB_CONNECTION_PROBLEM_BAD_URI:
      return _ ("This is not the address of a connection.");
    case NB_CONNECTION_PROBLEM_NO_HOST:
      return _ ("The other computer cannot be reached.");
    case NB_CONNECTION_PROBLEM_AUTH:
      return _ ("The other computer did not accept you.");
    case NB_CONNECTION_PROBLEM_LOST:
      return _ ("The connection to the other computer was lost.");
    case NB_CONNECTION_PROBLEM_SILENT:
      return _ ("The other computer does not answer.");
    case NB_CONNECTION_PROBLEM_UNKNOWN_KEY:
      return _ ("You have never confirmed the SSH key of the other computer.");
    case NB_CONNECTION_PROBLEM_CHANGED_KEY:
      return _ ("The SSH key of the other computer is not the one that you confirmed.");
    case NB_CONNECTION_PROBLEM_NO_KEY:
      return _ ("Your SSH agent has no key to show.");
    case NB_CONNECTION_PROBLEM_KEY_REFUSED:
      return _ ("The other computer did not accept your SSH key.");
    case NB_CONNECTION_PROBLEM_NO_SSH:
      return _ ("The program ssh is not installed.");
    case NB_CONNECTION_PROBLEM_NO_DAEMON:
      return _ ("SSH works, but libvirt on the other computer does not answer.");
    case NB_CONNECTION_PROBLEM_OTHER:
      return _ ("The connection could not be opened.");
    }
  g_return_val_if_reached (NULL);
}

/**
 * nb_connection_problem_get_hint:
 * @problem: a problem
 *
 * Returns: (nullable) (transfer none): the one thing to do about it, as one translated sentence
 */
const char *
nb_connection_problem_get_hint (NbConnectionProblem problem)
{
  switch (problem)
    {
    case NB_CONNECTION_PROBLEM_NONE:
      return NULL;
    case NB_CONNECTION_PROBLEM_NOT_INSTALLED:
      return _ ("Install libvirt’s daemon and its QEMU driver; on Debian the package is libvirt-daemon-system.");
    case NB_CONNECTION_PROBLEM_NOT_RUNNING:
    case NB_CONNECTION_PROBLEM_GONE:
      return _ ("Start it; the machines come back here by themselves.");
    case NB_CONNECTION_PROBLEM_NOT_IN_GROUP:
      return _ ("Add your account to the group libvirt, then log out and in again.");
    case NB_CONNECTION_PROBLEM_REFUSED:
      return _ ("Ask the administrator of this computer for the permission to manage virtual machines.");
    case NB_CONNECTION_PROBLEM_SANDBOX:
      return _ ("Give it back with the command, then quit Nestbox and start it again.");
    case NB_CONNECTION_PROBLEM_NO_ANSWER:
      return _ ("Restart it if it stays like this.");
    case NB_CONNECTION_PROBLEM_UNSUPPORTED:
      return _ ("Use an address that begins with “qemu”.");
    case NB_CONNECTION_PROBLEM_BAD_URI:
      return _ ("Check the address; an example is qemu+ssh://user@computer/system.");
    case NB_CONNECTION_PROBLEM_NO_HOST:
      return _ ("Check that it is on, and that its name is right.");
    case NB_CONNECTION_PROBLEM_AUTH:
      return _ ("Add your key to the SSH agent, and your account there to the group libvirt.");
    case NB_CONNECTION_PROBLEM_LOST:
      return _ ("Reconnect when it can be reached again.");
    case NB_CONNECTION_PROBLEM_SILENT:
      return _ ("Check that it is on, and that its name is right.");
    case NB_CONNECTION_PROBLEM_UNKNOWN_KEY:
      return _ ("Log in once in a terminal and compare the key, then reconnect.");
    case NB_CONNECTION_PROBLEM_CHANGED_KEY:
      return _ (
        "Somebody may pretend to be it. Only if you know why it changed: forget the old key, then log in once in a "
        "terminal.");
    case NB_CONNECTION_PROBLEM_NO_KEY:
      return _ ("Add your key to the agent in a terminal, then reconnect. Nestbox never asks for a password here.");
    case NB_CONNECTION_PROBLEM_KEY_REFUSED:
      return _ ("Copy your key there, then reconnect. It asks for your password on that computer once.");
    case NB_CONNECTION_PROBLEM_NO_SSH:
      return _ ("Install the OpenSSH client; on Debian the package is openssh-client.");
    case NB_CONNECTION_PROBLEM_NO_DAEMON:
      return _ ("Check that it runs there and that your account may use it.");
    case NB_CONNECTION_PROBLEM_OTHER:
      return _ ("The details say what libvirt reported.");
    }
  g_return_val_if_reached (NULL);
}

static char *
dup_ssh_command (const char *program, const char *uri, const char *command)
{
  g_autofree char *words = nb_connection_uri_dup_ssh_words (uri);

  return g_strconcat (program, " ", words, command, NULL);
}

/**
 * nb_connection_problem_dup_command:
 * @problem: a problem
 * @uri: the connection that has it
 *
 * Returns: (nullable) (transfer full): a command to copy that does what the hint says, or %NULL
 */
char *
nb_connection_problem_dup_command (NbConnectionProblem problem, const char *uri)
{
  g_autofree char *host = NULL;

  switch (problem)
    {
    case NB_CONNECTION_PROBLEM_NOT_RUNNING:
    case NB_CONNECTION_PROBLEM_GONE:
      return g_strdup ("sudo systemctl start libvirtd.socket");
    case NB_CONNECTION_PROBLEM_NO_ANSWER:
      return g_strdup ("sudo systemctl restart libvirtd.service");
    case NB_CONNECTION_PROBLEM_NOT_IN_GROUP:
      return g_strdup ("sudo usermod --append --groups libvirt \"$USER\"");
    case NB_CONNECTION_PROBLEM_SANDBOX:
      return g_strdup (
        "flatpak override --user --filesystem=/run/libvirt --filesystem=xdg-run/libvirt:create " NB_APP_ID);
    case NB_CONNECTION_PROBLEM_UNKNOWN_KEY:
      return dup_ssh_command ("ssh", uri, NULL);
    case NB_CONNECTION_PROBLEM_CHANGED_KEY:
      host = nb_connection_uri_dup_known_host (uri);
      return g_strdup_printf ("ssh-keygen -R %s", host);
    case NB_CONNECTION_PROBLEM_NO_KEY:
      return g_strdup ("ssh-add");
    case NB_CONNECTION_PROBLEM_KEY_REFUSED:
      return dup_ssh_command ("ssh-copy-id", uri, NULL);
    case NB_CONNECTION_PROBLEM_NO_DAEMON:
      return dup_ssh_command ("ssh", uri,
                              nb_connection_uri_is_session (uri) ? " virsh --connect qemu:///session list --all"
                                                                 : " virsh --connect qemu:///system list --all");
    case NB_CONNECTION_PROBLEM_NONE:
    case NB_CONNECTION_PROBLEM_NOT_INSTALLED:
    case NB_CONNECTION_PROBLEM_REFUSED:
    case NB_CONNECTION_PROBLEM_UNSUPPORTED:
    case NB_CONNECTION_PROBLEM_BAD_URI:
    case NB_CONNECTION_PROBLEM_NO_HOST:
    case NB_CONNECTION_PROBLEM_AUTH:
    case NB_CONNECTION_PROBLEM_LOST:
    case NB_CONNECTION_PROBLEM_SILENT:
    case NB_CONNECTION_PROBLEM_NO_SSH:
    case NB_CONNECTION_PROBLEM_OTHER:
      return NULL;
    }
  g_return_val_if_reached (NULL);
}
