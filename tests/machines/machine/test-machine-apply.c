/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How storing a change can end, on libvirt's test driver; what that never does, a function of libvirt below does in its place. */

#include "config.h"

#include "nb-machine-error.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#include <dlfcn.h>
#include <libvirt/virterror.h>

/* What libvirt does other than usual when something is stored; read in the connection's thread. */
typedef enum
{
  AS_USUAL,
  DISMISSES,        /* asks for a password, and the person closes the dialog */
  LOSES_TITLE,      /* stores something else as well */
  LOSES_CONNECTION, /* stores, and the answer never comes */
  REFUSES,
} Mood;

static int mood;

static virErrorPtr
get_error (void)
{
  static virError dismissed = { .code = VIR_ERR_AUTH_CANCELLED, .level = VIR_ERR_ERROR };
  static virError lost = {
    .code = VIR_ERR_SYSTEM_ERROR, .domain = VIR_FROM_RPC, .level = VIR_ERR_ERROR, .message = (char *) "Cannot recv data"
  };
  static virError refused = { .code = VIR_ERR_CONFIG_UNSUPPORTED, .level = VIR_ERR_ERROR, .message = (char *) "no" };

  switch ((Mood) g_atomic_int_get (&mood))
    {
    case AS_USUAL:
    case LOSES_TITLE:
      return NULL;
    case DISMISSES:
      return &dismissed;
    case LOSES_CONNECTION:
      return &lost;
    case REFUSES:
      return &refused;
    }
  g_assert_not_reached ();
}

virDomainPtr
virDomainDefineXML (virConnectPtr connect, const char *xml)
{
  virDomainPtr (*real) (virConnectPtr, const char *) = NULL;
  nb_auto_domain domain = NULL;
  g_auto (GStrv) pieces = NULL;
  g_autofree char *without = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDefineXML");
  switch ((Mood) g_atomic_int_get (&mood))
    {
    case AS_USUAL:
      return real (connect, xml);
    case LOSES_TITLE:
      pieces = g_strsplit (xml, "<title>t</title>", 2);
      without = g_strjoinv ("", pieces);
      return real (connect, without);
    case LOSES_CONNECTION:
      domain = real (connect, xml);
      return NULL;
    case DISMISSES:
    case REFUSES:
      return NULL;
    }
  g_assert_not_reached ();
}

virErrorPtr
virGetLastError (void)
{
  virErrorPtr (*real) (void) = NULL;
  virErrorPtr own = get_error ();

  *(void **) &real = dlsym (RTLD_NEXT, "virGetLastError");
  return own != NULL ? own : real ();
}

/* libvirt's test driver shares test:///default within a process: the other handle is "somebody else". */
typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
  NbMachine *machine;
  NbMachineConfig *config;
  char *changed;
  virConnectPtr other;
  virDomainPtr domain;
} Fixture;

#define MODEL       "<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model></cpu>"
#define PASSTHROUGH "<cpu mode='host-passthrough' check='none' migratable='on'/>"
#define DOMAIN(content)                                                                                                \
  "<domain type='test'><name>a</name><uuid>a0000000-0000-4000-8000-000000000001</uuid><title>t</title>" content        \
  "<memory>8192</memory><vcpu>2</vcpu><os><type>hvm</type></os>" MODEL                                                 \
  "<devices><disk type='file'><source file='/one&#10;two&#9;three'/><target dev='sda'/></disk></devices></domain>"

static void
set_up (Fixture *f, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&mood, AS_USUAL);
  nb_virt_init ();
  f->other = virConnectOpen (uris[0]);
  f->domain = virDomainDefineXML (f->other, DOMAIN ("<description>x&#13;y</description>"));
  g_assert_nonnull (f->domain);
  f->connections = nb_connection_list_new (uris, NULL);
  f->machines = nb_machine_list_new (G_LIST_MODEL (f->connections));
  nb_connection_list_open (G_LIST_MODEL (f->connections));
  wait_for (nb_test_find_by_name (f->machines, "a") != NULL);
  f->machine = g_object_ref (nb_test_find_by_name (f->machines, "a"));
  f->config = nb_test_load (f->machine, &error);
  g_assert_no_error (error);
  f->changed = nb_test_with_cpu (f->config->inactive, PASSTHROUGH);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  NbMachineList *machines = f->machines;

  g_atomic_int_set (&mood, AS_USUAL);
  virDomainUndefine (f->domain);
  virDomainFree (f->domain);
  virConnectClose (f->other);
  g_list_store_remove_all (f->connections);
  g_clear_object (&f->machine);
  g_object_add_weak_pointer (G_OBJECT (machines), (gpointer *) &machines);
  g_object_unref (f->machines);
  wait_for (machines == NULL);
  g_object_unref (f->connections);
  nb_machine_config_free (f->config);
  g_free (f->changed);
}

static char *
read_stored (Fixture *f)
{
  return virDomainGetXMLDesc (f->domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
}

static NbApplied *
apply (Fixture *f, Mood now)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_atomic_int_set (&mood, now);
  nb_machine_apply_async (f->machine, f->config->inactive, f->changed, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_atomic_int_set (&mood, AS_USUAL);
  return nb_machine_apply_finish (f->machine, result);
}

static NbApplied *
put_back (Fixture *f, const NbApplied *applied)
{
  g_autoptr (GAsyncResult) result = NULL;

  nb_machine_put_back_async (f->machine, applied->config->inactive, applied->previous, NULL, nb_test_keep_result,
                             &result);
  wait_for (result != NULL);
  return nb_machine_apply_finish (f->machine, result);
}

static void
assert_unchanged (Fixture *f)
{
  g_autofree char *stored = read_stored (f);

  g_assert_cmpstr (stored, ==, f->config->inactive);
}

/* libvirt prints them as they are, and would read spaces and newlines. */
static void
test_stored (Fixture *f, gconstpointer data)
{
  g_autoptr (NbApplied) applied = NULL;

  g_assert_nonnull (strstr (f->config->inactive, "/one\ntwo\tthree"));
  g_assert_nonnull (strstr (f->config->inactive, "x\ry"));
  applied = apply (f, AS_USUAL);
  g_assert_no_error (applied->error);
  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_STORED);
  g_assert_cmpstr (applied->previous, ==, f->config->inactive);
  g_assert_cmpstr (applied->config->inactive, ==, f->changed);
  g_assert_null (applied->differences);
}

static void
test_otherwise (Fixture *f, gconstpointer data)
{
  g_autoptr (NbApplied) applied = apply (f, LOSES_TITLE);
  g_autoptr (NbApplied) undone = NULL;
  g_autoptr (NbApplied) again = NULL;

  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_STORED_OTHERWISE);
  g_assert_cmpuint (g_strv_length (applied->differences), ==, 1);
  g_assert_cmpstr (applied->differences[0], ==, "title");
  g_assert_error (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_NOT_STORED);
  g_assert_nonnull (strstr (applied->error->message, "title"));
  g_assert_nonnull (strstr (applied->config->inactive, "host-passthrough"));

  undone = put_back (f, applied);
  g_assert_no_error (undone->error);
  g_assert_cmpint (undone->outcome, ==, NB_OUTCOME_STORED);
  assert_unchanged (f);

  /* Not over what somebody changed anywhere else. */
  again = put_back (f, applied);
  g_assert_cmpint (again->outcome, ==, NB_OUTCOME_CHANGED);
  assert_unchanged (f);
}

static void
test_put_back_over_others (Fixture *f, gconstpointer data)
{
  g_autoptr (NbApplied) applied = apply (f, LOSES_TITLE);
  g_autoptr (NbApplied) undone = NULL;
  g_autofree char *others = NULL;
  nb_auto_domain domain = NULL;

  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_STORED_OTHERWISE);
  others = nb_test_with_cpu (DOMAIN ("<description>theirs</description>"), PASSTHROUGH);
  domain = virDomainDefineXML (f->other, others);
  g_assert_nonnull (domain);
  undone = put_back (f, applied);
  g_assert_cmpint (undone->outcome, ==, NB_OUTCOME_CHANGED);
  g_assert_nonnull (strstr (undone->theirs, "theirs"));
}

static void
test_changed (Fixture *f, gconstpointer data)
{
  g_autofree char *others = nb_test_with_cpu (f->config->inactive, "<cpu mode='maximum'/>");
  nb_auto_domain domain = virDomainDefineXML (f->other, others);
  g_autoptr (NbApplied) applied = apply (f, AS_USUAL);

  g_assert_nonnull (domain);
  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_CHANGED);
  g_assert_error (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CHANGED);
  g_assert_nonnull (strstr (applied->theirs, "maximum"));
  g_assert_null (applied->config);
}

static void
test_unknown (Fixture *f, gconstpointer data)
{
  g_autoptr (NbApplied) applied = apply (f, LOSES_CONNECTION);
  g_autofree char *stored = read_stored (f);

  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_UNKNOWN);
  g_assert_error (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION);
  g_assert_null (applied->config);
  /* For Undo, should it turn out to be stored. */
  g_assert_cmpstr (applied->previous, ==, f->config->inactive);
  g_assert_cmpstr (stored, ==, f->changed);
}

static void
test_not_stored (Fixture *f, gconstpointer data)
{
  g_autoptr (NbApplied) dismissed = apply (f, DISMISSES);
  g_autoptr (NbApplied) refused = apply (f, REFUSES);

  g_assert_cmpint (dismissed->outcome, ==, NB_OUTCOME_DISMISSED);
  g_assert_error (dismissed->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (refused->outcome, ==, NB_OUTCOME_NOT_STORED);
  g_assert_error (refused->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID);
  assert_unchanged (f);
}

/* Defining another UUID would make another machine. */
static void
test_other_uuid (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) pieces = g_strsplit (f->config->inactive, "000000000001", 2);
  g_autofree char *another = g_strjoinv ("000000000002", pieces);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbApplied) applied = NULL;

  nb_machine_put_back_async (f->machine, f->config->inactive, another, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  applied = nb_machine_apply_finish (f->machine, result);
  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_NOT_STORED);
  g_assert_error (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID);
  g_assert_cmpint (virConnectNumOfDefinedDomains (f->other), ==, 1);
  assert_unchanged (f);
}

/* A machine that could not be asked for is not missing. */
static void
test_headline (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) lost = NULL;
  g_autoptr (GError) refused = NULL;

  g_atomic_int_set (&mood, LOSES_CONNECTION);
  nb_machine_error_from_libvirt (&lost, "The virtual machine was not found.");
  g_atomic_int_set (&mood, REFUSES);
  nb_machine_error_from_libvirt (&refused, "It was refused.");
  g_assert_true (g_str_has_prefix (lost->message, "The connection to libvirt was lost."));
  g_assert_true (g_str_has_prefix (refused->message, "It was refused."));
}

/* Before it began nothing happens; what has begun is told whoever cancels. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbApplied) applied = NULL;

  g_cancellable_cancel (cancellable);
  nb_machine_apply_async (f->machine, f->config->inactive, f->changed, cancellable, nb_test_keep_result, &result);
  wait_for (result != NULL);
  applied = nb_machine_apply_finish (f->machine, result);
  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_DISMISSED);
  assert_unchanged (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/machine-apply/stored", test_stored);
  ADD ("/machine-apply/otherwise", test_otherwise);
  ADD ("/machine-apply/put-back-over-others", test_put_back_over_others);
  ADD ("/machine-apply/changed", test_changed);
  ADD ("/machine-apply/unknown", test_unknown);
  ADD ("/machine-apply/not-stored", test_not_stored);
  ADD ("/machine-apply/other-uuid", test_other_uuid);
  ADD ("/machine-apply/headline", test_headline);
  ADD ("/machine-apply/cancelled", test_cancelled);
  return g_test_run ();
}
