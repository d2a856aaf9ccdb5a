/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-map.h"

#include <string.h>

#include "nb-xml.h"

/* In the sandbox it is the same path: libvirt is built in. */
#define INSTALLED "/usr/share/libvirt/cpu_map"

struct _NbCpuMap
{
  GObject parent_instance;
  GHashTable *features; /* names, a set */
  GHashTable *models;   /* name -> set of features, those of the ancestors included */
};

G_DEFINE_FINAL_TYPE (NbCpuMap, nb_cpu_map, G_TYPE_OBJECT)

static void
read_feature (NbCpuMap *self, xmlNode *node)
{
  char *name = nb_xml_dup_attribute (node, "name");

  if (name != NULL)
    g_hash_table_add (self->features, name);
}

/* Models are included after those that they build upon. */
static void
read_model (NbCpuMap *self, xmlNode *node)
{
  g_autofree char *name = nb_xml_dup_attribute (node, "name");
  g_autofree char *parent = nb_xml_dup_attribute (nb_xml_get_child (node, "model"), "name");
  GHashTable *inherited = parent != NULL ? g_hash_table_lookup (self->models, parent) : NULL;
  GHashTable *set;
  GHashTableIter iter;
  gpointer key;

  if (name == NULL)
    return;

  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (inherited != NULL)
    {
      g_hash_table_iter_init (&iter, inherited);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_hash_table_add (set, g_strdup (key));
    }
  for (xmlNode *child = nb_xml_get_child (node, "feature"); child != NULL; child = nb_xml_get_next (child))
    {
      g_autofree char *removed = nb_xml_dup_attribute (child, "removed");
      g_autofree char *feature = nb_xml_dup_attribute (child, "name");

      if (feature == NULL)
        continue;
      if (g_strcmp0 (removed, "yes") == 0)
        g_hash_table_remove (set, feature);
      else
        g_hash_table_add (set, g_steal_pointer (&feature));
    }
  g_hash_table_insert (self->models, g_steal_pointer (&name), set);
}

static gboolean
read_file (NbCpuMap *self, const char *directory, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (xmlDoc) document = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  document = nb_xml_parse (text, "cpus", error);
  if (document == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }

  for (xmlNode *node = xmlDocGetRootElement (document)->children; node != NULL; node = node->next)
    if (nb_xml_is (node, "feature"))
      read_feature (self, node);
    else if (nb_xml_is (node, "model"))
      read_model (self, node);

  return TRUE;
}

static gboolean
read_arch (NbCpuMap *self, const char *directory, xmlNode *arch, GError **error)
{
  for (xmlNode *node = arch->children; node != NULL; node = node->next)
    if (nb_xml_is (node, "include"))
      {
        g_autofree char *name = nb_xml_dup_attribute (node, "filename");

        if (name != NULL && strchr (name, '/') == NULL && !read_file (self, directory, name, error))
          return FALSE;
      }
    else if (nb_xml_is (node, "group"))
      {
        if (!read_arch (self, directory, node, error))
          return FALSE;
      }

  return TRUE;
}

/* The map's own words for families of processors. */
static const char *
get_family (const char *arch)
{
  if (strcmp (arch, "x86_64") == 0 || strcmp (arch, "i686") == 0)
    return "x86";
  if (g_str_has_prefix (arch, "ppc64"))
    return "ppc64";
  if (strcmp (arch, "aarch64") == 0 || g_str_has_prefix (arch, "arm"))
    return "arm";

  return arch;
}

/**
 * nb_cpu_map_new_from_directory:
 * @directory: libvirt's CPU map, /usr/share/libvirt/cpu_map on most computers
 * @arch: an architecture as libvirt calls it, `x86_64`
 * @error: return location of an error of %G_FILE_ERROR or %NB_XML_ERROR
 *
 * Reads about eighty small files: a few milliseconds, so rather in a worker thread.
 *
 * Returns: (transfer full) (nullable): the map, without any features for an architecture that it does not know
 */
NbCpuMap *
nb_cpu_map_new_from_directory (const char *directory, const char *arch, GError **error)
{
  g_autoptr (NbCpuMap) self = g_object_new (NB_TYPE_CPU_MAP, NULL);
  g_autofree char *path = g_build_filename (directory, "index.xml", NULL);
  g_autofree char *text = NULL;
  g_autoptr (xmlDoc) document = NULL;
  xmlNode *node;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  document = nb_xml_parse (text, "cpus", error);
  if (document == NULL)
    return NULL;

  for (node = nb_xml_get_child (xmlDocGetRootElement (document), "arch"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");

      if (g_strcmp0 (name, get_family (arch)) == 0 && !read_arch (self, directory, node, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * nb_cpu_map_ref_installed:
 * @arch: (nullable): an architecture as libvirt calls it
 *
 * Reads this computer's own map once, and keeps it as long as the program runs: it changes with libvirt itself. Any thread,
 * rather a worker.
 *
 * Returns: (transfer full) (nullable): the map, %NULL for another architecture than this computer's processors, and on a
 *   computer without libvirt
 */
NbCpuMap *
nb_cpu_map_ref_installed (const char *arch)
{
  static GMutex mutex;
  static NbCpuMap *x86;
  NbCpuMap *map;

  if (arch == NULL || strcmp (get_family (arch), "x86") != 0)
    return NULL;

  g_mutex_lock (&mutex);
  if (x86 == NULL)
    x86 = nb_cpu_map_new_from_directory (INSTALLED, arch, NULL);
  map = x86 != NULL ? g_object_ref (x86) : NULL;
  g_mutex_unlock (&mutex);

  return map;
}

/**
 * nb_cpu_map_new_from_names:
 * @features: (array zero-terminated=1): the names of features
 *
 * For a computer whose CPU map cannot be read: names from elsewhere, nothing about models.
 *
 * Returns: (transfer full): the map
 */
NbCpuMap *
nb_cpu_map_new_from_names (const char *const *features)
{
  NbCpuMap *self = g_object_new (NB_TYPE_CPU_MAP, NULL);

  for (guint i = 0; features[i] != NULL; i++)
    g_hash_table_add (self->features, g_strdup (features[i]));

  return self;
}

static void
nb_cpu_map_finalize (GObject *object)
{
  NbCpuMap *self = NB_CPU_MAP (object);

  g_hash_table_unref (self->features);
  g_hash_table_unref (self->models);

  G_OBJECT_CLASS (nb_cpu_map_parent_class)->finalize (object);
}

static void
nb_cpu_map_class_init (NbCpuMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_cpu_map_finalize;
}

static void
nb_cpu_map_init (NbCpuMap *self)
{
  self->features = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
}

/**
 * nb_cpu_map_has_feature:
 * @self: a map
 * @name: a feature's name
 *
 * Returns: whether libvirt knows it
 */
gboolean
nb_cpu_map_has_feature (NbCpuMap *self, const char *name)
{
  return g_hash_table_contains (self->features, name);
}

/**
 * nb_cpu_map_dup_features:
 * @self: a map
 *
 * Returns: (transfer full) (array zero-terminated=1): all features' names, sorted
 */
char **
nb_cpu_map_dup_features (NbCpuMap *self)
{
  GList *keys = g_list_sort (g_hash_table_get_keys (self->features), (GCompareFunc) strcmp);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (GList *l = keys; l != NULL; l = l->next)
    g_strv_builder_add (names, l->data);
  g_list_free (keys);

  return g_strv_builder_end (names);
}

/**
 * nb_cpu_map_model_has:
 * @self: a map
 * @model: a model's name
 * @feature: a feature's name
 *
 * Returns: whether the model contains the feature, unknown for a model that the map does not have
 */
NbTristate
nb_cpu_map_model_has (NbCpuMap *self, const char *model, const char *feature)
{
  GHashTable *set = g_hash_table_lookup (self->models, model);

  if (set == NULL)
    return NB_TRISTATE_UNKNOWN;

  return g_hash_table_contains (set, feature) ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}
