/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Does a machine run with the processor that is configured? As texts the two differ on most machines. */

#include "config.h"

#include "nb-cpu-pending.h"

#include <string.h>

#include "nb-cpu-nesting.h"
#include "nb-cpu-words.h"
#include "nb-cpu-config-xml.h"

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What NbCpuConfig does not hold, in a form that order and white space do not change. */
static void
append_node (GString *out, xmlNode *node)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
    {
      g_autofree char *value = nb_xml_dup_attribute (node, (const char *) attribute->name);

      g_ptr_array_add (words, g_strdup_printf ("%s=%s", (const char *) attribute->name, value));
    }
  g_ptr_array_sort (words, compare_words);

  g_string_append_printf (out, "(%s", (const char *) node->name);
  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (out, " %s", (const char *) g_ptr_array_index (words, i));
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE)
      append_node (out, child);
  g_string_append_c (out, ')');
}

static char *
dup_rest (xmlNode *domain)
{
  static const char *const names[] = { "cache", "maxphysaddr", "numa" };
  xmlNode *cpu = nb_xml_get_child (domain, "cpu");
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      xmlNode *node = nb_xml_get_child (cpu, names[i]);

      if (node != NULL)
        append_node (out, node);
    }

  return g_string_free (out, FALSE);
}

/* What host-model starts as: the host's model and features, and the machine's own word over them. */
static void
expand_host_model (NbCpuConfig *config, NbCpuCaps *caps)
{
  g_autoptr (NbCpuConfig) own = nb_cpu_config_copy (config);
  GPtrArray *host = nb_cpu_caps_get_host_features (caps);

  config->mode = NB_CPU_MODE_CUSTOM;
  g_free (config->model);
  config->model = g_strdup (nb_cpu_caps_get_host_model (caps));
  for (guint i = 0; i < host->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (host, i);

      /* The domain capabilities list what cannot move to another computer, and a start leaves it out. */
      if (strcmp (setting->name, "invtsc") != 0 && nb_cpu_config_get_policy (own, setting->name) == NB_CPU_POLICY_NONE)
        nb_cpu_config_set_policy (config, setting->name, setting->policy);
    }
}

/* `optional` is settled at the start, one way or the other. */
static gboolean
same_policy (NbCpuPolicy running, NbCpuPolicy configured)
{
  if (configured == NB_CPU_POLICY_OPTIONAL)
    return running == NB_CPU_POLICY_OPTIONAL || running == NB_CPU_POLICY_REQUIRE || running == NB_CPU_POLICY_DISABLE;

  return running == configured;
}

/* Whether all that @asked says of features holds in @given. */
static gboolean
holds_features (const NbCpuConfig *asked, const NbCpuConfig *given, gboolean asked_is_running)
{
  for (guint i = 0; i < asked->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (asked->features, i);
      NbCpuPolicy other = nb_cpu_config_get_policy (given, setting->name);

      if (!same_policy (asked_is_running ? setting->policy : other, asked_is_running ? other : setting->policy))
        return FALSE;
    }

  return TRUE;
}

/* Without an expansion, what a named model runs with beyond what is configured may be libvirt's own doing, or may have
 * been taken out since: then nobody knows. */
static NbCpuPending
compare_cpus (const NbCpuConfig *running, const NbCpuConfig *configured, gboolean expanded)
{
  if (running->mode != configured->mode)
    return NB_CPU_PENDING_DIFFERS;
  if (running->mode == NB_CPU_MODE_CUSTOM && g_strcmp0 (running->model, configured->model) != 0)
    return NB_CPU_PENDING_DIFFERS;
  if (running->migratable != NB_TRISTATE_UNKNOWN && configured->migratable != NB_TRISTATE_UNKNOWN &&
      running->migratable != configured->migratable)
    return NB_CPU_PENDING_DIFFERS;
  if (!holds_features (configured, running, FALSE))
    return NB_CPU_PENDING_DIFFERS;
  if (holds_features (running, configured, TRUE))
    return NB_CPU_PENDING_SAME;

  return expanded || configured->mode != NB_CPU_MODE_CUSTOM ? NB_CPU_PENDING_DIFFERS : NB_CPU_PENDING_UNKNOWN;
}

static gboolean
same_counts (const NbCpuConfig *running, const NbCpuConfig *configured)
{
  if (running->vcpus_maximum != configured->vcpus_maximum || running->vcpus_current != configured->vcpus_current ||
      running->has_topology != configured->has_topology)
    return FALSE;

  return !running->has_topology || (running->sockets == configured->sockets && running->dies == configured->dies &&
                                    running->clusters == configured->clusters && running->cores == configured->cores &&
                                    running->threads == configured->threads);
}

/* A whole other processor is said once, not feature by feature. */
static char **
dup_sentences (const NbCpuConfig *running, const NbCpuConfig *configured, gboolean told, NbCpuCaps *caps)
{
  g_autoptr (NbCpuConfig) from = nb_cpu_config_copy (running);
  g_autoptr (NbCpuConfig) to = nb_cpu_config_copy (configured);

  if (!told)
    from->mode = to->mode = NB_CPU_MODE_DEFAULT;
  if (from->mode != to->mode || g_strcmp0 (from->model, to->model) != 0)
    {
      g_ptr_array_set_size (from->features, 0);
      g_ptr_array_set_size (to->features, 0);
    }

  return nb_cpu_words_dup_changes (from, to, nb_cpu_nesting_find_vendor (configured, caps), NULL);
}

/* Whether a configured processor that libvirt did not expand says by itself what it starts as. */
static gboolean
can_expand (NbCpuConfig *configured, NbCpuCaps *caps)
{
  switch (configured->mode)
    {
    case NB_CPU_MODE_HOST_PASSTHROUGH:
    case NB_CPU_MODE_MAXIMUM:
      return TRUE;
    case NB_CPU_MODE_HOST_MODEL:
      if (caps == NULL || nb_cpu_caps_get_host_model (caps) == NULL)
        return FALSE;
      expand_host_model (configured, caps);
      return TRUE;
    case NB_CPU_MODE_CUSTOM:
      /* `minimum` gets the host's other features, too. */
      return g_strcmp0 (configured->match, "minimum") != 0;
    case NB_CPU_MODE_DEFAULT:
      return FALSE;
    }

  return FALSE;
}

/**
 * nb_cpu_pending_compare:
 * @live: the running domain's XML, taken with MIGRATABLE where the connection may
 * @stored: its stored XML
 * @expanded: (nullable): the same, taken with INACTIVE and UPDATE_CPU: as the next start would expand it; %NULL where
 *   libvirt cannot tell, as after the daemon's restart
 * @caps: (nullable): what the hypervisor offers, for want of @expanded
 * @sentences: (out) (optional) (transfer full) (array zero-terminated=1): what changes at the next start
 * @error: return location of an error of %NB_XML_ERROR
 *
 * `check`, `match` and `fallback` are not compared: libvirt itself changes them when a machine starts.
 *
 * Source: recordings of libvirt 9.0, in tests/data/machines/pending.
 *
 * Returns: whether the two are the same; unknown with @error set where one cannot be read
 */
NbCpuPending
nb_cpu_pending_compare (
  const char *live, const char *stored, const char *expanded, NbCpuCaps *caps, char ***sentences, GError **error)
{
  g_autoptr (xmlDoc) live_document = nb_xml_parse (live, "domain", error);
  g_autoptr (xmlDoc) document = NULL;
  g_autoptr (NbCpuConfig) running = NULL;
  g_autoptr (NbCpuConfig) configured = NULL;
  g_autofree char *live_rest = NULL;
  g_autofree char *rest = NULL;
  gboolean told = TRUE;
  gboolean kept;

  if (sentences != NULL)
    *sentences = g_new0 (char *, 1);
  if (live_document == NULL)
    return NB_CPU_PENDING_UNKNOWN;
  running = nb_cpu_config_new_from_domain (xmlDocGetRootElement (live_document), error);
  if (running == NULL)
    return NB_CPU_PENDING_UNKNOWN;
  /* Newer libvirt (11.3 does) tells no more what an emulated machine's host-model became: its words are compared. */
  kept = running->mode == NB_CPU_MODE_HOST_MODEL;
  document = nb_xml_parse (expanded != NULL && !kept ? expanded : stored, "domain", error);
  if (document == NULL)
    return NB_CPU_PENDING_UNKNOWN;
  configured = nb_cpu_config_new_from_domain (xmlDocGetRootElement (document), error);
  if (configured == NULL)
    return NB_CPU_PENDING_UNKNOWN;

  if (expanded == NULL && !kept && (running->mode != configured->mode || configured->mode != NB_CPU_MODE_DEFAULT))
    told = can_expand (configured, caps);
  live_rest = dup_rest (xmlDocGetRootElement (live_document));
  rest = dup_rest (xmlDocGetRootElement (document));

  if (same_counts (running, configured) && strcmp (live_rest, rest) == 0)
    {
      NbCpuPending cpus = told ? compare_cpus (running, configured, expanded != NULL) : NB_CPU_PENDING_UNKNOWN;

      if (cpus != NB_CPU_PENDING_DIFFERS)
        return cpus;
    }

  if (sentences != NULL)
    {
      g_strfreev (*sentences);
      *sentences = dup_sentences (running, configured, told, caps);
    }

  return NB_CPU_PENDING_DIFFERS;
}
