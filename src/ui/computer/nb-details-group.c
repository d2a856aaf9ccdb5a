/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-details-group.h"

#include <glib/gi18n-lib.h>

#include "nb-proof-text.h"

/**
 * NbDetailsGroup:
 *
 * The facts behind the verdict, with their technical names.
 */
struct _NbDetailsGroup
{
  NbHostGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (NbDetailsGroup, nb_details_group, NB_TYPE_HOST_GROUP)

static char *
dup_processor (gpointer object, NbHostFacts *facts)
{
  if (facts == NULL || (facts->model == NULL && facts->machine == NULL))
    return g_strdup (_ ("Unknown"));

  return g_strdup (facts->model != NULL ? facts->model : facts->machine);
}

static const char *
get_extension (NbHostFacts *facts)
{
  switch (facts->vendor)
    {
    case NB_VENDOR_INTEL:
      return "Intel VT-x (vmx)";
    case NB_VENDOR_AMD:
      return "AMD-V (svm)";
    case NB_VENDOR_S390:
      return "SIE (sie)";
    case NB_VENDOR_POWER:
      return "POWER hypervisor mode";
    case NB_VENDOR_ARM:
      return "ARMv8 EL2";
    case NB_VENDOR_UNKNOWN:
      return NULL;
    }

  return NULL;
}

static char *
dup_extension (gpointer object, NbHostFacts *facts)
{
  const char *name = facts != NULL ? get_extension (facts) : NULL;

  if (name == NULL)
    return NULL;

  switch (facts->cpu_flag)
    {
    case NB_TRISTATE_YES:
    case NB_TRISTATE_UNKNOWN:
      return g_strdup (name);
    case NB_TRISTATE_NO:
      if (facts->cpuid_virtualization == NB_TRISTATE_YES)
        /* Translators: %s is the name of a processor's extension */
        return g_strdup_printf (_ ("%s: there, but turned off"), name);
      /* Translators: %s is the name of a processor's extension */
      return g_strdup_printf (_ ("%s: not there"), name);
    }

  return NULL;
}

static gboolean
has_extension (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && get_extension (facts) != NULL;
}

static char *
dup_loaded_module (NbHostFacts *facts)
{
  if (facts->refcnt < 0)
    /* Translators: %s is a kernel module */
    return g_strdup_printf (_ ("%s, loaded"), facts->module);
  if (facts->refcnt == 0)
    return g_strdup_printf (_ ("%s, loaded, not in use"), facts->module);

  /* Translators: %s is a kernel module, %d its use count */
  return g_strdup_printf (ngettext ("%s, loaded, %d use", "%s, loaded, %d uses", facts->refcnt), facts->module,
                          facts->refcnt);
}

static char *
dup_module (gpointer object, NbHostFacts *facts)
{
  if (facts == NULL || facts->module == NULL)
    return NULL;

  switch (facts->module_state)
    {
    case NB_MODULE_STATE_UNKNOWN:
      return g_strdup (facts->module);
    case NB_MODULE_STATE_LOADED:
      return dup_loaded_module (facts);
    case NB_MODULE_STATE_BUILT_IN:
      /* Translators: %s is a kernel module */
      return g_strdup_printf (_ ("%s, part of the kernel"), facts->module);
    case NB_MODULE_STATE_AVAILABLE:
    case NB_MODULE_STATE_NOT_LOADED:
      return g_strdup_printf (_ ("%s, not loaded"), facts->module);
    case NB_MODULE_STATE_MISSING:
      return g_strdup_printf (_ ("%s, not installed"), facts->module);
    }

  return NULL;
}

static gboolean
has_module (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && facts->module != NULL;
}

static char *
dup_live (gpointer object, NbHostFacts *facts)
{
  if (facts == NULL)
    return NULL;

  switch (facts->live)
    {
    case NB_TRISTATE_YES:
      return g_strdup (_ ("On"));
    case NB_TRISTATE_NO:
      return g_strdup (_ ("Off"));
    case NB_TRISTATE_UNKNOWN:
      return g_strdup (_ ("Unknown"));
    }

  return NULL;
}

static gboolean
has_live (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && (facts->live != NB_TRISTATE_UNKNOWN || facts->module_state == NB_MODULE_STATE_LOADED ||
                           facts->module_state == NB_MODULE_STATE_BUILT_IN);
}

static char *
dup_slat (gpointer object, NbHostFacts *facts)
{
  if (facts == NULL)
    return NULL;

  if (facts->vendor == NB_VENDOR_AMD)
    return g_strdup (facts->slat == NB_TRISTATE_YES ? _ ("On (npt)") : _ ("Off (npt)"));

  return g_strdup (facts->slat == NB_TRISTATE_YES ? _ ("On (ept)") : _ ("Off (ept)"));
}

static gboolean
has_slat (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && facts->slat != NB_TRISTATE_UNKNOWN;
}

static char *
dup_proof (gpointer object, NbHostFacts *facts, gboolean proving)
{
  if (proving)
    return g_strdup (_ ("Testing…"));
  if (facts == NULL || facts->proof == NULL)
    return g_strdup (_ ("Not tested yet"));

  return nb_proof_dup_row (facts->proof);
}

static gboolean
has_proof (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && (facts->proof != NULL || nb_verdict_is_on (nb_verdict_decide (facts)));
}

/* A folder's computer tells, but can't be tried. */
static gboolean
can_test (gpointer object, NbHostFacts *facts, gboolean proving, gpointer data)
{
  NbHostController *controller = nb_host_group_get_controller (NB_HOST_GROUP (data));

  return controller != NULL && nb_host_has_prover (nb_host_controller_get_host (controller));
}

static gboolean
can_disable (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && facts->live == NB_TRISTATE_YES && facts->module != NULL &&
         facts->module_state == NB_MODULE_STATE_LOADED;
}

/* Only x86 has such registers. */
static gboolean
can_ignore_msrs (gpointer object, NbHostFacts *facts)
{
  NbHostController *controller = nb_host_group_get_controller (NB_HOST_GROUP (object));

  return controller != NULL && nb_host_controller_get_helper (controller) != NULL && facts != NULL &&
         facts->module != NULL && facts->ignore_msrs != NB_TRISTATE_UNKNOWN;
}

static void
nb_details_group_class_init (NbDetailsGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-details-group.ui");
  gtk_widget_class_bind_template_callback (widget_class, dup_processor);
  gtk_widget_class_bind_template_callback (widget_class, dup_extension);
  gtk_widget_class_bind_template_callback (widget_class, has_extension);
  gtk_widget_class_bind_template_callback (widget_class, dup_module);
  gtk_widget_class_bind_template_callback (widget_class, has_module);
  gtk_widget_class_bind_template_callback (widget_class, dup_live);
  gtk_widget_class_bind_template_callback (widget_class, has_live);
  gtk_widget_class_bind_template_callback (widget_class, dup_slat);
  gtk_widget_class_bind_template_callback (widget_class, has_slat);
  gtk_widget_class_bind_template_callback (widget_class, dup_proof);
  gtk_widget_class_bind_template_callback (widget_class, has_proof);
  gtk_widget_class_bind_template_callback (widget_class, can_test);
  gtk_widget_class_bind_template_callback (widget_class, can_disable);
  gtk_widget_class_bind_template_callback (widget_class, can_ignore_msrs);
}

static void
nb_details_group_init (NbDetailsGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
