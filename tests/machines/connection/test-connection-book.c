/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-book.h"
#include "nb-connection-list.h"
#include "nb-machine-error.h"
#include "nb-machines-test.h"

typedef struct
{
  GSettings *settings;
  NbConnectionBook *book;
  GPtrArray *mirror; /* what somebody has who follows the list's signals */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->settings = g_settings_new ("io.github.nestbox.Nestbox");
  g_settings_reset (fixture->settings, "connections");
  fixture->book = nb_connection_book_new (fixture->settings);
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  nb_test_follow (nb_connection_book_get_connections (fixture->book), fixture->mirror);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->book);
  g_clear_object (&fixture->settings);
  g_ptr_array_unref (fixture->mirror);
}

/* What the settings hold, and what the list shows: both are the same. */
static void
assert_uris (Fixture *fixture, const char *expected)
{
  g_auto (GStrv) stored = g_settings_get_strv (fixture->settings, "connections");
  g_autofree char *kept = g_strjoinv (" ", stored);
  g_autoptr (GString) listed = g_string_new (NULL);

  for (guint i = 0; i < fixture->mirror->len; i++)
    g_string_append_printf (listed, "%s%s", i > 0 ? " " : "", nb_connection_get_uri (fixture->mirror->pdata[i]));
  g_assert_cmpstr (kept, ==, expected);
  g_assert_cmpstr (listed->str, ==, expected);
}

static void
test_usual (Fixture *fixture, gconstpointer data)
{
  assert_uris (fixture, "qemu:///system qemu:///session");
  nb_connection_book_remove (fixture->book, "qemu:///session");
  assert_uris (fixture, "qemu:///system");
  nb_connection_book_remove (fixture->book, "qemu:///system");
  assert_uris (fixture, "");
  g_assert_true (nb_connection_book_add_computer (fixture->book, "me@there", NULL));
  g_assert_true (nb_connection_book_add (fixture->book, "qemu:///session", NULL));
  g_assert_true (nb_connection_book_add (fixture->book, "qemu:///system", NULL));
  assert_uris (fixture, "qemu:///system qemu:///session qemu+ssh://me@there/system");
}

static void
test_added (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = { "xen:///system",
                                         "nonsense:///system",
                                         "test:///default",
                                         "qemu+unix:///system",
                                         "QEMU:///system",
                                         "qemu:///",
                                         "qemu+ssh://ME/system",
                                         "qemu+ssh://me:22/system",
                                         "",
                                         "qemu+ssh://there",
                                         "qemu+tcp://there:16509/system" };
  static const char *const no_computers[] = {
    "", "-oProxyCommand=x", "a b", "me@", "me:password@there", "a/b", "me:22"
  };

  g_assert_true (nb_connection_book_add_computer (fixture->book, "  me  ", NULL));
  g_assert_true (nb_connection_book_add (fixture->book, " Qemu+TCP://there/system\n", NULL));
  assert_uris (fixture, "qemu:///system qemu:///session qemu+ssh://me/system qemu+tcp://there/system");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", refused[i]);
      g_assert_false (nb_connection_book_add (fixture->book, refused[i], &error));
      g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID);
    }
  for (guint i = 0; i < G_N_ELEMENTS (no_computers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", no_computers[i]);
      g_assert_false (nb_connection_book_add_computer (fixture->book, no_computers[i], &error));
      g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID);
    }
  assert_uris (fixture, "qemu:///system qemu:///session qemu+ssh://me/system qemu+tcp://there/system");
  nb_connection_book_remove (fixture->book, "qemu+ssh://me/system");
  nb_connection_book_remove (fixture->book, "qemu+ssh://nobody/system");
  assert_uris (fixture, "qemu:///system qemu:///session qemu+tcp://there/system");
}

/* Somebody else changes the settings: what stays is the same object, still open; what goes is closed. */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  static const char *const first[] = { "qemu+unix:///system?socket=/nowhere", "xen:///system", NULL };
  static const char *const second[] = { "qemu:///session", "qemu+unix:///system?socket=/nowhere",
                                        "qemu+unix:///system?socket=/nowhere&no_tty=1", NULL };
  g_autoptr (NbConnection) kept = NULL;
  g_autoptr (NbConnection) gone = NULL;

  nb_connection_book_open (fixture->book);
  g_settings_set_strv (fixture->settings, "connections", first);
  assert_uris (fixture, "qemu+unix:///system?socket=/nowhere xen:///system");
  kept = g_object_ref (fixture->mirror->pdata[0]);
  gone = g_object_ref (fixture->mirror->pdata[1]);
  wait_for (nb_connection_get_state (kept) == NB_CONNECTION_FAILED);
  /* What was written into the settings by hand is refused like everything else. */
  wait_for (nb_connection_get_state (gone) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (gone), ==, NB_CONNECTION_PROBLEM_UNSUPPORTED);

  g_settings_set_strv (fixture->settings, "connections", second);
  g_assert_cmpuint (fixture->mirror->len, ==, 2);
  g_assert_true (fixture->mirror->pdata[1] == kept);
  g_assert_cmpint (nb_connection_get_state (gone), ==, NB_CONNECTION_CLOSED);
}

static void
test_fixed (void)
{
  static const char *const uris[] = { "qemu+unix:///system?socket=/nowhere", NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbConnectionBook) book = nb_connection_book_new_fixed (connections);

  g_assert_true (nb_connection_book_is_fixed (book));
  g_assert_true (nb_connection_book_get_connections (book) == G_LIST_MODEL (connections));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/connection-book/usual", Fixture, NULL, set_up, test_usual, tear_down);
  g_test_add ("/connection-book/added", Fixture, NULL, set_up, test_added, tear_down);
  g_test_add ("/connection-book/live", Fixture, NULL, set_up, test_live, tear_down);
  g_test_add_func ("/connection-book/fixed", test_fixed);
  return g_test_run ();
}
