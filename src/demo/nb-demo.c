/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-demo.h"

#include <glib/gstdio.h>

#include "nb-demo-resources.h"
#include "nb-holders.h"
#include "nb-protocol.h"
#include "nb-root.h"

#define RESOURCE_PREFIX "/io/github/nestbox/Nestbox/demo/"

/* What a machine with a few processors holds: itself, each processor, /dev/kvm. */
#define USES_PER_MACHINE 3

/**
 * NbDemo:
 *
 * A pretend computer in a private folder, which goes away with this object. Its files come from data/demo: what all
 * scenarios share, then the scenario's own.
 */
struct _NbDemo
{
  GObject parent_instance;

  char *root;
  char *scenario;
  char **machines; /* null before they are known: the scenario's own use count counts */
  gboolean in_use; /* whether machines use KVM in this scenario */
};

G_DEFINE_FINAL_TYPE (NbDemo, nb_demo, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SCENARIO,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Removes what is in the folder; symbolic links are removed, never followed. */
static void
remove_contents (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (!g_file_test (child, G_FILE_TEST_IS_SYMLINK) && g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_contents (child);
      g_remove (child);
    }
}

static gboolean
copy_resource (GResource *resource, const char *from, const char *to, GError **error)
{
  g_auto (GStrv) names = g_resource_enumerate_children (resource, from, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (names == NULL || g_mkdir_with_parents (to, 0700) < 0)
    return FALSE;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *source = g_strconcat (from, names[i], NULL);
      g_autofree char *target = g_build_filename (to, names[i], NULL);
      g_autoptr (GBytes) bytes = NULL;
      gconstpointer data;
      gsize size;

      if (g_str_has_suffix (source, "/"))
        {
          if (!copy_resource (resource, source, target, error))
            return FALSE;
          continue;
        }

      bytes = g_resource_lookup_data (resource, source, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
      if (bytes == NULL)
        return FALSE;
      data = g_bytes_get_data (bytes, &size);
      if (!g_file_set_contents (target, data != NULL ? data : "", size, error))
        return FALSE;
    }

  return TRUE;
}

/* The pretended machines keep the pretended KVM busy, and so does what a test puts into the folder's proc. */
static void
apply_machines (NbDemo *self)
{
  g_autofree char *holders = g_build_filename (self->root, NB_DEMO_HOLDERS, NULL);
  g_autofree char *refcnt = g_build_filename (self->root, NB_DEMO_REFCNT, NULL);
  g_autoptr (GPtrArray) others = NULL;
  g_autofree char *count = NULL;
  GString *lines;
  guint n;

  if (!self->in_use || self->machines == NULL)
    return;

  lines = g_string_new (NULL);
  for (n = 0; self->machines[n] != NULL; n++)
    {
      g_autofree char *line = nb_protocol_format_holder (4211 + 37 * n, 64055, "qemu-system-x86", self->machines[n]);

      g_string_append (lines, line);
    }
  others = nb_holders_read (self->root);
  count = g_strdup_printf ("%u\n", (n + others->len) * USES_PER_MACHINE);
  if (!g_file_set_contents (holders, lines->str, -1, NULL) || !g_file_set_contents (refcnt, count, -1, NULL))
    g_warning ("The demo's machines can't be pretended to use KVM");
  g_string_free (lines, TRUE);
}

static gboolean
fill (NbDemo *self, const char *scenario, GError **error)
{
  g_autofree char *own = g_strconcat (RESOURCE_PREFIX, scenario, "/", NULL);
  GResource *resource = nb_demo_get_resource ();
  g_autofree char *refcnt = NULL;

  remove_contents (self->root);
  if (!copy_resource (resource, RESOURCE_PREFIX "common/", self->root, error) ||
      !copy_resource (resource, own, self->root, error))
    return FALSE;

  refcnt = nb_root_read_line (self->root, NB_DEMO_REFCNT);
  self->in_use = refcnt != NULL && g_ascii_strtoull (refcnt, NULL, 10) > 0;
  apply_machines (self);

  return TRUE;
}

static void
nb_demo_finalize (GObject *object)
{
  NbDemo *self = NB_DEMO (object);

  if (self->root != NULL)
    {
      remove_contents (self->root);
      g_rmdir (self->root);
    }
  g_free (self->root);
  g_free (self->scenario);
  g_strfreev (self->machines);

  G_OBJECT_CLASS (nb_demo_parent_class)->finalize (object);
}

static void
nb_demo_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbDemo *self = NB_DEMO (object);

  switch (property_id)
    {
    case PROP_SCENARIO:
      g_value_set_string (value, self->scenario);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_demo_class_init (NbDemoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = nb_demo_finalize;
  object_class->get_property = nb_demo_get_property;

  properties[PROP_SCENARIO] =
    g_param_spec_string ("scenario", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_demo_init (NbDemo *self)
{
}

/**
 * nb_demo_new:
 * @scenario: `off`, `in-use`, `firmware-off` or `ready`
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): a pretend computer; %NULL where no private folder could be made
 */
NbDemo *
nb_demo_new (const char *scenario, GError **error)
{
  g_autoptr (NbDemo) self = g_object_new (NB_TYPE_DEMO, NULL);

  self->scenario = g_strdup (scenario);
  self->root = g_dir_make_tmp ("nestbox-demo-XXXXXX", error);
  if (self->root == NULL || !fill (self, scenario, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * nb_demo_get_root:
 * @self: a demo
 *
 * Returns: (transfer none): the folder that stands for the pretend computer's root
 */
const char *
nb_demo_get_root (NbDemo *self)
{
  g_return_val_if_fail (NB_IS_DEMO (self), NULL);

  return self->root;
}

/**
 * nb_demo_get_scenario:
 * @self: a demo
 *
 * Returns: (transfer none): which computer is pretended
 */
const char *
nb_demo_get_scenario (NbDemo *self)
{
  g_return_val_if_fail (NB_IS_DEMO (self), NULL);

  return self->scenario;
}

/**
 * nb_demo_set_scenario:
 * @self: a demo
 * @scenario: which computer to pretend; also to begin the same one anew
 */
void
nb_demo_set_scenario (NbDemo *self, const char *scenario)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (NB_IS_DEMO (self));

  if (!fill (self, scenario, &error))
    g_warning ("The demo's folder can't be filled: %s", error != NULL ? error->message : "no folder");

  g_free (self->scenario);
  self->scenario = g_strdup (scenario);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCENARIO]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_machines (NbDemo *self, const char *const *names)
{
  if (self->machines != NULL && g_strv_equal ((const char *const *) self->machines, names))
    return;

  g_strfreev (self->machines);
  self->machines = g_strdupv ((char **) names);
  apply_machines (self);
}

static void
users_changed_cb (NbDemo *self, guint position, guint removed, guint added, NbKvmUsers *users)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  /* They are not listed yet. */
  if (g_list_model_get_n_items (nb_kvm_users_get_machines (users)) == 0)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (users)); i++)
    {
      g_autoptr (NbKvmUser) user = g_list_model_get_item (G_LIST_MODEL (users), i);
      NbMachine *machine = nb_kvm_user_get_machine (user);

      if (machine != NULL)
        g_strv_builder_add (builder, nb_machine_get_name (machine));
    }
  names = g_strv_builder_end (builder);
  set_machines (self, (const char *const *) names);
}

/**
 * nb_demo_follow:
 * @self: a demo
 * @users: who uses the pretended KVM
 *
 * In the scenarios in which KVM is in use it is the running ones of these machines that use it.
 */
void
nb_demo_follow (NbDemo *self, NbKvmUsers *users)
{
  g_return_if_fail (NB_IS_DEMO (self));

  g_signal_connect_object (users, "items-changed", G_CALLBACK (users_changed_cb), self, G_CONNECT_SWAPPED);
  users_changed_cb (self, 0, 0, 0, users);
}
