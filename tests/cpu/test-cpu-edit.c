/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Edits against golden XML. */

#include "config.h"

#include <string.h>

#include "nb-cpu-edit.h"
#include "nb-cpu-nesting.h"
#include "nb-xml.h"

static NbCpuEdit *
new_edit (const char *xml)
{
  g_autoptr (GError) error = NULL;
  NbCpuEdit *edit = nb_cpu_edit_new (xml, NULL, &error);

  g_assert_no_error (error);

  return edit;
}

#define HEAD "<domain type='kvm'>\n  <vcpu placement='static'>2</vcpu>\n  <os><type arch='x86_64'>hvm</type></os>\n"
#define TAIL "  <clock offset='utc'/>\n</domain>\n"

typedef struct
{
  const char *name;
  const char *before;
  NbCpuMode mode;
  const char *model;
  NbCpuVendor vendor;
  int nesting; /* -1: not set */
  const char *after;
} Case;

static const Case cases[] = {
  { "passthrough-from-nothing", HEAD TAIL, NB_CPU_MODE_HOST_PASSTHROUGH, NULL, 0, -1,
    HEAD "  <cpu mode='host-passthrough' check='none' migratable='on'/>\n" TAIL },
  { "host-model-from-nothing", HEAD TAIL, NB_CPU_MODE_HOST_MODEL, NULL, 0, -1,
    HEAD "  <cpu mode='host-model' check='partial'/>\n" TAIL },
  { "maximum-from-nothing", HEAD TAIL, NB_CPU_MODE_MAXIMUM, NULL, 0, -1,
    HEAD "  <cpu mode='maximum' check='none' migratable='on'/>\n" TAIL },
  { "model-from-nothing", HEAD TAIL, NB_CPU_MODE_CUSTOM, "EPYC", 0, -1,
    HEAD
    "  <cpu mode='custom' match='exact' check='partial'>\n    <model fallback='allow'>EPYC</model>\n  </cpu>\n" TAIL },
  { "default-removes", HEAD "  <cpu mode='host-model' check='partial'/>\n" TAIL, NB_CPU_MODE_DEFAULT, NULL, 0, -1,
    HEAD TAIL },
  { "default-keeps-topology",
    HEAD "  <cpu mode='host-model' check='partial'>\n    <topology sockets='1' cores='2' threads='1'/>\n"
         "    <feature policy='require' name='vmx'/>\n  </cpu>\n" TAIL,
    NB_CPU_MODE_DEFAULT, NULL, 0, -1,
    HEAD "  <cpu>\n    <topology sockets='1' cores='2' threads='1'/>\n  </cpu>\n" TAIL },
  { "amd-host-model-on", HEAD "  <cpu mode='host-model' check='partial'/>\n" TAIL, NB_CPU_MODE_HOST_MODEL, NULL,
    NB_CPU_VENDOR_AMD, NB_CPU_NESTING_ON,
    HEAD "  <cpu mode='host-model' check='partial'>\n    <feature policy='require' name='svm'/>\n  </cpu>\n" TAIL },
  { "intel-passthrough-off", HEAD "  <cpu mode='host-passthrough' check='none' migratable='on'/>\n" TAIL,
    NB_CPU_MODE_HOST_PASSTHROUGH, NULL, NB_CPU_VENDOR_INTEL, NB_CPU_NESTING_OFF,
    HEAD "  <cpu mode='host-passthrough' check='none' migratable='on'>\n    <feature policy='disable' name='vmx'/>\n"
         "  </cpu>\n" TAIL },
  { "nesting-default-removes",
    HEAD "  <cpu mode='host-model' check='partial'>\n    <feature policy='require' name='svm'/>\n  </cpu>\n" TAIL,
    NB_CPU_MODE_HOST_MODEL, NULL, NB_CPU_VENDOR_AMD, NB_CPU_NESTING_DEFAULT,
    HEAD "  <cpu mode='host-model' check='partial'/>\n" TAIL },
  { "keeps-all-that-fits",
    HEAD "  <cpu mode='custom' match='exact' check='none'>\n    <!-- mine -->\n"
         "    <model fallback='forbid' vendor_id='KVMKVMKVMKVM'>EPYC</model>\n    <vendor>AMD</vendor>\n"
         "    <topology sockets='1' dies='1' clusters='1' cores='2' threads='1'/>\n"
         "    <cache level='3' mode='emulate'/>\n    <maxphysaddr mode='emulate' bits='40'/>\n"
         "    <feature policy='disable' name='x2apic'/>\n"
         "    <numa>\n      <cell id='0' cpus='0-1' memory='1024' unit='KiB'/>\n    </numa>\n  </cpu>\n" TAIL,
    NB_CPU_MODE_HOST_PASSTHROUGH, NULL, NB_CPU_VENDOR_AMD, NB_CPU_NESTING_ON,
    HEAD "  <cpu mode='host-passthrough' check='none' migratable='on'>\n    <!-- mine -->\n"
         "    <topology sockets='1' dies='1' clusters='1' cores='2' threads='1'/>\n"
         "    <cache level='3' mode='emulate'/>\n    <maxphysaddr mode='emulate' bits='40'/>\n"
         "    <feature policy='disable' name='x2apic'/>\n    <feature policy='require' name='svm'/>\n"
         "    <numa>\n      <cell id='0' cpus='0-1' memory='1024' unit='KiB'/>\n    </numa>\n  </cpu>\n" TAIL },
  { "host-model-keeps-vendor-id",
    HEAD
    "  <cpu mode='custom' match='exact' check='none'>\n"
    "    <model fallback='forbid' vendor_id='KVMKVMKVMKVM'>EPYC</model>\n    <vendor>AMD</vendor>\n  </cpu>\n" TAIL,
    NB_CPU_MODE_HOST_MODEL, NULL, 0, -1,
    HEAD "  <cpu mode='host-model' check='partial'>\n    <model vendor_id='KVMKVMKVMKVM'/>\n  </cpu>\n" TAIL },
  { "cache-passthrough-needs-passthrough",
    HEAD
    "  <cpu mode='host-passthrough' check='none' migratable='off'>\n    <cache mode='passthrough'/>\n  </cpu>\n" TAIL,
    NB_CPU_MODE_HOST_MODEL, NULL, 0, -1, HEAD "  <cpu mode='host-model' check='partial'/>\n" TAIL },
  { "stale-check", HEAD "  <cpu mode='host-passthrough' check='none'/>\n" TAIL, NB_CPU_MODE_CUSTOM, "Haswell", 0, -1,
    HEAD "  <cpu mode='custom' match='exact' check='partial'>\n    <model fallback='allow'>Haswell</model>\n  "
         "</cpu>\n" TAIL },
  { "compact", "<domain type='kvm'><vcpu>1</vcpu><os/><clock/></domain>", NB_CPU_MODE_HOST_PASSTHROUGH, NULL,
    NB_CPU_VENDOR_INTEL, NB_CPU_NESTING_ON,
    "<domain type='kvm'><vcpu>1</vcpu><os/><cpu mode='host-passthrough' check='none' migratable='on'>"
    "<feature policy='require' name='vmx'/></cpu><clock/></domain>" },
  { "arm-has-no-migratable", "<domain><os><type arch='aarch64'>hvm</type></os><clock/></domain>",
    NB_CPU_MODE_HOST_PASSTHROUGH, NULL, 0, -1,
    "<domain><os><type arch='aarch64'>hvm</type></os><cpu mode='host-passthrough' check='none'/><clock/></domain>" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (NbCpuEdit) edit = new_edit (c->before);

  nb_cpu_edit_set_mode (edit, c->mode);
  if (c->model != NULL)
    nb_cpu_edit_set_model (edit, c->model);
  if (c->vendor != NB_CPU_VENDOR_UNKNOWN)
    nb_cpu_edit_set_vendor (edit, c->vendor);
  if (c->nesting >= 0)
    nb_cpu_edit_set_nesting (edit, (NbCpuNesting) c->nesting);

  g_assert_cmpstr (nb_cpu_edit_get_problem (edit), ==, NULL);
  g_assert_cmpstr (nb_cpu_edit_get_result (edit), ==, c->after);
  g_assert_true (nb_cpu_edit_get_modified (edit));
  g_assert_nonnull (nb_cpu_edit_get_changes (edit)[0]);

  nb_cpu_edit_revert (edit);
  g_assert_cmpstr (nb_cpu_edit_get_result (edit), ==, c->before);
  g_assert_false (nb_cpu_edit_get_modified (edit));
  g_assert_null (nb_cpu_edit_get_changes (edit)[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/machines/cpu-edit/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  return g_test_run ();
}
