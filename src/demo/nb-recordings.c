/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-recordings.h"

#include <glib/gstdio.h>
#include <string.h>

#include "nb-recordings-resources.h"

#define PREFIX "/io/github/nestbox/Nestbox/demo-machines/"

/* "Windows XP (old scanner)" knows no power button. */
#define DEAF_GUEST "5a3d1e00-7b1c-4c55-9d0e-0010a4c0de09"
/* Long enough to be seen, short enough not to bore. */
#define SHUT_DOWN_MILLISECONDS 400
#define PATIENCE_SECONDS       15

struct _NbRecordings
{
  GObject parent_instance;

  char *folder;
  char *machines; /* a file: libvirt reads no resources */
  char *versions; /* a folder: earlier processors of the pretend machines */
  char *uri;
  guint milliseconds; /* how long its guests take to shut down */
  guint patience;     /* how many seconds a person waits for one */
};

static void stand_in_init (NbStandInInterface *iface);

G_DEFINE_TYPE_WITH_CODE (NbRecordings,
                         nb_recordings,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (NB_TYPE_STAND_IN, stand_in_init))

static char *
dup_resource (const char *name)
{
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);
  g_autoptr (GBytes) bytes =
    g_resource_lookup_data (nb_recordings_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (bytes != NULL);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
remove_versions (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* May run more than once; what is gone already is no failure. */
static void
nb_recordings_dispose (GObject *object)
{
  NbRecordings *self = NB_RECORDINGS (object);

  if (self->machines != NULL)
    g_unlink (self->machines);
  if (self->versions != NULL)
    remove_versions (self->versions);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  G_OBJECT_CLASS (nb_recordings_parent_class)->dispose (object);
}

static void
nb_recordings_finalize (GObject *object)
{
  NbRecordings *self = NB_RECORDINGS (object);

  g_free (self->folder);
  g_free (self->machines);
  g_free (self->versions);
  g_free (self->uri);
  G_OBJECT_CLASS (nb_recordings_parent_class)->finalize (object);
}

static void
nb_recordings_class_init (NbRecordingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_recordings_dispose;
  G_OBJECT_CLASS (klass)->finalize = nb_recordings_finalize;
}

static void
nb_recordings_init (NbRecordings *self)
{
  self->milliseconds = SHUT_DOWN_MILLISECONDS;
  self->patience = PATIENCE_SECONDS;
}

/**
 * nb_recordings_new:
 * @error: why the file with the machines could not be written
 *
 * Returns: (transfer full) (nullable): the demo's machines, in a private folder that goes away with this object. At
 *   the program's end g_object_run_dispose() removes it, whatever job still holds a reference.
 */
NbRecordings *
nb_recordings_new (GError **error)
{
  g_autoptr (NbRecordings) self = g_object_new (NB_TYPE_RECORDINGS, NULL);
  g_autofree char *xml = dup_resource ("machines.xml");

  self->folder = g_dir_make_tmp ("nestbox-demo-XXXXXX", error);
  if (self->folder == NULL)
    return NULL;
  self->machines = g_build_filename (self->folder, "machines.xml", NULL);
  if (!g_file_set_contents (self->machines, xml, -1, error))
    return NULL;
  self->versions = g_build_filename (self->folder, "processors", NULL);
  self->uri = g_strconcat ("test://", self->machines, NULL);
  return g_steal_pointer (&self);
}

/**
 * nb_recordings_get_uri:
 * @self: the recordings
 *
 * Returns: (transfer none): the URI of the demo's connection
 */
const char *
nb_recordings_get_uri (NbRecordings *self)
{
  g_return_val_if_fail (NB_IS_RECORDINGS (self), NULL);
  return self->uri;
}

/**
 * nb_recordings_set_times:
 * @self: the recordings
 * @milliseconds: how long its guests take to shut down
 * @patience: after how many seconds a person is asked about one that does not
 *
 * For tests, which are in a hurry.
 */
void
nb_recordings_set_times (NbRecordings *self, guint milliseconds, guint patience)
{
  g_return_if_fail (NB_IS_RECORDINGS (self));
  self->milliseconds = milliseconds;
  self->patience = patience;
}

/* The answers: see nb-stand-in.c. */

static const char *
get_versions (NbStandIn *stand_in)
{
  return NB_RECORDINGS (stand_in)->versions;
}

static char *
dup_domain_capabilities (NbStandIn *stand_in)
{
  return dup_resource ("domain-capabilities.xml");
}

static char *
dup_expanded (NbStandIn *stand_in)
{
  return dup_resource ("expanded.xml");
}

static char *
dup_disguised (NbStandIn *stand_in, const char *domain_xml)
{
  static const char own[] = "<domain type='test'";

  if (domain_xml == NULL || !g_str_has_prefix (domain_xml, own))
    return g_strdup (domain_xml);
  return g_strconcat ("<domain type='kvm'", domain_xml + strlen (own), NULL);
}

static char *
dup_cpuinfo (NbStandIn *stand_in, gboolean nesting)
{
  return dup_resource (nesting ? "cpuinfo-on" : "cpuinfo-off");
}

static guint
get_patience (NbStandIn *stand_in)
{
  return NB_RECORDINGS (stand_in)->patience;
}

typedef struct
{
  NbStandInFunc is_off;
  gpointer data;
  GDestroyNotify destroy;
} Guest;

static gboolean
guest_cb (gpointer data)
{
  Guest *guest = data;

  guest->is_off (guest->data);
  return G_SOURCE_REMOVE;
}

static void
guest_free (gpointer data)
{
  Guest *guest = data;

  guest->destroy (guest->data);
  g_free (guest);
}

static void
shut_down (NbStandIn *stand_in, const char *uuid, NbStandInFunc is_off, gpointer data, GDestroyNotify destroy)
{
  Guest *guest;

  if (strcmp (uuid, DEAF_GUEST) == 0)
    {
      destroy (data);
      return;
    }
  guest = g_new (Guest, 1);
  *guest = (Guest){ is_off, data, destroy };
  g_timeout_add_full (G_PRIORITY_DEFAULT, NB_RECORDINGS (stand_in)->milliseconds, guest_cb, guest, guest_free);
}

static void
stand_in_init (NbStandInInterface *iface)
{
  iface->get_versions = get_versions;
  iface->dup_domain_capabilities = dup_domain_capabilities;
  iface->dup_expanded = dup_expanded;
  iface->dup_disguised = dup_disguised;
  iface->dup_cpuinfo = dup_cpuinfo;
  iface->get_patience = get_patience;
  iface->shut_down = shut_down;
}
