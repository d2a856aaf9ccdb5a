/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-history.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "nb-cpu-writer.h"
#include "nb-machine-xml.h"
#include "nb-xml-element.h"
#include "nb-xml.h"

#define MAX_VERSIONS 20

struct _NbCpuHistory
{
  GObject parent_instance;
  char *folder;
};

G_DEFINE_FINAL_TYPE (NbCpuHistory, nb_cpu_history, G_TYPE_OBJECT)

static void
version_free (NbCpuVersion *version)
{
  g_free (version->cpu);
  g_free (version->vcpu);
  g_free (version->parts);
  g_free (version);
}

static void
nb_cpu_history_finalize (GObject *object)
{
  g_free (NB_CPU_HISTORY (object)->folder);

  G_OBJECT_CLASS (nb_cpu_history_parent_class)->finalize (object);
}

static void
nb_cpu_history_class_init (NbCpuHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_cpu_history_finalize;
}

static void
nb_cpu_history_init (NbCpuHistory *self)
{
}

/**
 * nb_cpu_history_new:
 * @folder: (nullable): where the files are; %NULL for the XDG state folder
 *
 * Returns: (transfer full): a history; nothing is read or made yet
 */
NbCpuHistory *
nb_cpu_history_new (const char *folder)
{
  NbCpuHistory *self = g_object_new (NB_TYPE_CPU_HISTORY, NULL);

  if (folder != NULL)
    self->folder = g_strdup (folder);
  else
    self->folder = g_build_filename (g_get_user_state_dir (), "nestbox", "processors", NULL);

  return self;
}

/* A URI may hold anything, a user's name included: the file is called by its sum. */
static char *
build_path (NbCpuHistory *self, const char *uri, const char *uuid)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", uri, uuid);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_autofree char *name = g_strdup_printf ("%s.ini", sum);

  return g_build_filename (self->folder, name, NULL);
}

static NbCpuVersion *
read_version (GKeyFile *file, const char *group, GError **error)
{
  g_autoptr (GError) problem = NULL;
  NbCpuVersion *version;
  gint64 time = g_key_file_get_int64 (file, group, "time", &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  version = g_new0 (NbCpuVersion, 1);
  version->time = time;
  version->cpu = g_key_file_get_string (file, group, "cpu", NULL);
  version->vcpu = g_key_file_get_string (file, group, "vcpu", NULL);
  version->parts = g_key_file_get_string (file, group, "parts", NULL);

  return version;
}

/**
 * nb_cpu_history_list:
 * @self: a history
 * @uri: the connection's URI
 * @uuid: the machine's UUID
 * @error: return location of an error of %G_FILE_ERROR or %G_KEY_FILE_ERROR, which names the file
 *
 * Returns: (transfer full) (nullable) (element-type NbCpuVersion): the versions, newest first; empty for a machine that
 *   has none
 */
GPtrArray *
nb_cpu_history_list (NbCpuHistory *self, const char *uri, const char *uuid, GError **error)
{
  g_autofree char *path = build_path (self, uri, uuid);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) versions = g_ptr_array_new_with_free_func ((GDestroyNotify) version_free);
  g_autoptr (GError) problem = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &problem))
    {
      if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return g_steal_pointer (&versions);
    }

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; problem == NULL && groups[i] != NULL; i++)
    {
      NbCpuVersion *version = read_version (file, groups[i], &problem);

      if (version != NULL)
        g_ptr_array_add (versions, version);
    }

  if (problem != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&problem),
                                  _ ("The earlier processors of this machine cannot be read from %s: "), path);
      return NULL;
    }

  return g_steal_pointer (&versions);
}

static char *
dup_child (NbXmlElement *domain, int ordinal)
{
  return ordinal >= 0 ? nb_xml_element_dup_child (domain, (guint) ordinal) : NULL;
}

static NbCpuVersion *
version_new (const char *xml, gint64 time, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (xml, "domain", error);
  g_autoptr (NbXmlElement) domain = NULL;
  NbCpuVersion *version;
  xmlNode *root;

  if (document == NULL)
    return NULL;

  root = xmlDocGetRootElement (document);
  domain = nb_xml_element_new (xml);
  version = g_new0 (NbCpuVersion, 1);
  version->time = time;
  version->cpu = dup_child (domain, nb_xml_get_ordinal (nb_xml_get_child (root, "cpu")));
  version->vcpu = dup_child (domain, nb_xml_get_ordinal (nb_xml_get_child (root, "vcpu")));
  version->parts = nb_machine_xml_dup_parts (xml, NULL);

  return version;
}

static gboolean
write_versions (const char *path, GPtrArray *versions, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;

  for (guint i = 0; i < versions->len; i++)
    {
      const NbCpuVersion *version = g_ptr_array_index (versions, i);
      g_autofree char *group = g_strdup_printf ("%u", i);

      g_key_file_set_int64 (file, group, "time", version->time);
      if (version->cpu != NULL)
        g_key_file_set_string (file, group, "cpu", version->cpu);
      if (version->vcpu != NULL)
        g_key_file_set_string (file, group, "vcpu", version->vcpu);
      if (version->parts != NULL)
        g_key_file_set_string (file, group, "parts", version->parts);
    }
  text = g_key_file_to_data (file, &length, NULL);

  return g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/**
 * nb_cpu_history_add:
 * @self: a history
 * @uri: the connection's URI
 * @uuid: the machine's UUID
 * @xml: the domain's XML before it is changed
 * @time: when that is, in seconds since 1970, UTC
 * @error: return location of an error of %G_FILE_ERROR or %NB_XML_ERROR
 *
 * Keeps what nb-machine-xml.h names of @xml as the newest version, unless the newest is the same. Of many, the oldest go. A file
 * that cannot be read is put aside, with `.broken` behind its name, not overwritten.
 *
 * Returns: whether it is on disk
 */
gboolean
nb_cpu_history_add (NbCpuHistory *self, const char *uri, const char *uuid, const char *xml, gint64 time, GError **error)
{
  g_autofree char *path = build_path (self, uri, uuid);
  g_autoptr (GPtrArray) versions = NULL;
  NbCpuVersion *version = version_new (xml, time, error);

  if (version == NULL)
    return FALSE;

  versions = nb_cpu_history_list (self, uri, uuid, NULL);
  if (versions == NULL)
    {
      g_autofree char *aside = g_strconcat (path, ".broken", NULL);

      g_rename (path, aside);
      versions = g_ptr_array_new_with_free_func ((GDestroyNotify) version_free);
    }

  if (versions->len > 0)
    {
      const NbCpuVersion *newest = g_ptr_array_index (versions, 0);

      if (g_strcmp0 (newest->cpu, version->cpu) == 0 && g_strcmp0 (newest->vcpu, version->vcpu) == 0 &&
          g_strcmp0 (newest->parts, version->parts) == 0)
        {
          version_free (version);
          return TRUE;
        }
    }

  g_ptr_array_insert (versions, 0, version);
  if (versions->len > MAX_VERSIONS)
    g_ptr_array_set_size (versions, MAX_VERSIONS);

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (code), _ ("The folder %s cannot be made: %s"),
                   self->folder, g_strerror (code));
      return FALSE;
    }

  return write_versions (path, versions, error);
}

/* One element of that name and nothing else: the file is the person's own, but who knows. */
static gboolean
check_element (const char *text, const char *name, GError **error)
{
  g_autoptr (xmlDoc) document = NULL;

  if (text == NULL)
    return TRUE;
  document = nb_xml_parse (text, name, error);

  return document != NULL;
}

/**
 * nb_cpu_version_apply:
 * @self: an earlier version
 * @xml: the domain's XML now
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Returns: (transfer full) (nullable): @xml with what was kept in the place of its own
 */
char *
nb_cpu_version_apply (const NbCpuVersion *self, const char *xml, GError **error)
{
  if (self->parts != NULL)
    return check_element (self->parts, "domain", error) ? nb_machine_xml_graft (xml, self->parts, error) : NULL;
  if (!check_element (self->cpu, "cpu", error) || !check_element (self->vcpu, "vcpu", error))
    return NULL;

  return nb_cpu_writer_put (xml, self->cpu, self->vcpu, error);
}
