/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-polkit.h"

/**
 * nb_polkit_check_silently:
 * @action: the identifier of an action, for example "org.libvirt.unix.manage"
 *
 * Asks polkit whether this process may do @action, without letting it ask anybody. The subject is our name on the
 * system bus, which stays right inside a sandbox, where process identifiers are others. Blocks; any thread.
 *
 * Returns: the answer
 */
NbPolkitAnswer
nb_polkit_check_silently (const char *action)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder subject;
  gboolean authorized = FALSE;

  if (bus == NULL || g_dbus_connection_get_unique_name (bus) == NULL)
    return NB_POLKIT_UNAVAILABLE;

  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name", g_variant_new_string (g_dbus_connection_get_unique_name (bus)));
  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                                       "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization",
                                       g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, action,
                                                      NULL, /* no details */
                                                      0u,   /* no interaction */
                                                      ""),
                                       G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  if (reply == NULL)
    return NB_POLKIT_UNAVAILABLE;
  g_variant_get (reply, "((bba{ss}))", &authorized, NULL, NULL);
  return authorized ? NB_POLKIT_YES : NB_POLKIT_NO;
}
