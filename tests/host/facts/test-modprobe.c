/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What we read in modprobe.d is what modprobe reads: the same trees are given to the real program. */

#include "config.h"

#include "fixture.h"
#include "nb-modprobe.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* No computer has options for this one on its command line. */
#define MODULE "nb_test"

static char *modprobe;

static const char *const modules[] = { MODULE, NULL };

/* The last `nested` of the files, or of the command line with them. */
static const NbConfigLine *
last_nested (const NbModprobe *found, gboolean in_files)
{
  const NbConfigLine *last = NULL;
  gboolean on;

  for (guint i = 0; i < found->options->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (found->options, i);

      if (strcmp (line->name, "nested") == 0 && (!in_files || line->kind == NB_DECIDER_FILE) &&
          nb_options_parse_nested (NULL, line->value, &on))
        last = line;
    }

  return last;
}

static NbTristate
get_value (const NbConfigLine *line)
{
  gboolean on;

  return line != NULL && nb_options_parse_nested (NULL, line->value, &on) ? (NbTristate) on : NB_TRISTATE_UNKNOWN;
}

static NbTristate
get_nested (const NbModprobe *found)
{
  return get_value (last_nested (found, FALSE));
}

static const char *
get_file (const NbModprobe *found)
{
  const NbConfigLine *line = last_nested (found, TRUE);

  return line != NULL ? line->file : NULL;
}

/* The last `nested` of the "options" lines that modprobe prints, and whether it prints blacklist and install. */
static NbTristate
parse_output (const char *output, gboolean *blacklist, gboolean *install)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  NbTristate value = NB_TRISTATE_UNKNOWN;

  *blacklist = *install = FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "options " MODULE " "))
        {
          NbTristate found = nb_options_last_nested (lines[i] + strlen ("options " MODULE " "), NULL);

          if (found != NB_TRISTATE_UNKNOWN)
            value = found;
        }
      *blacklist = *blacklist || strcmp (lines[i], "blacklist " MODULE) == 0;
      *install = *install || g_str_has_prefix (lines[i], "install " MODULE " ");
    }

  return value;
}

static char *
run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;

  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    return NULL;

  /* Without output there are no bytes to point at. */
  return g_bytes_get_size (output) == 0 ? g_strdup ("")
                                        : g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
}

/* Asks the real modprobe about the directories under @root, in libkmod's own order. */
static char *
ask_modprobe (const char *root)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  const char *const *directories = nb_modprobe_get_directories ();
  char *output;

  g_ptr_array_add (arguments, g_strdup (modprobe));
  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_ptr_array_add (arguments, g_strdup ("-C"));
      g_ptr_array_add (arguments, g_build_filename (root, directories[i], NULL));
    }
  g_ptr_array_add (arguments, g_strdup ("--showconfig"));
  g_ptr_array_add (arguments, NULL);
  output = run ((const char *const *) arguments->pdata);
  g_assert_nonnull (output);

  return output;
}

static void
assert_same (const char *root, const char *output)
{
  g_autoptr (NbModprobe) ours = nb_modprobe_read (root, modules);
  gboolean blacklist, install;
  NbTristate theirs = parse_output (output, &blacklist, &install);

  g_assert_cmpstr (ours->error, ==, NULL);
  g_assert_cmpint (get_nested (ours), ==, theirs);
  /* Without a file libkmod and we would differ: see nb_modprobe_read(). */
  g_assert_cmpint (get_file (ours) != NULL, ==, theirs != NB_TRISTATE_UNKNOWN);
  g_assert_cmpint (ours->blacklists->len > 0, ==, blacklist);
  g_assert_cmpint (ours->installs->len > 0, ==, install);
  if (install)
    {
      const NbConfigLine *line = g_ptr_array_index (ours->installs, 0);
      g_autofree char *text = g_strdup_printf ("install " MODULE " %s\n", line->value);

      g_assert_nonnull (strstr (output, text));
    }
  for (guint i = 0; i < ours->options->len; i++)
    g_assert_cmpint (((NbConfigLine *) g_ptr_array_index (ours->options, i))->kind, ==, NB_DECIDER_FILE);
}

static void
test_cases (void)
{
  static const struct
  {
    const char *text;
    NbTristate value;
    guint line;
  } cases[] = {
    { "options nb_test nested=1\n", NB_TRISTATE_YES, 1 },
    { "options nb-test nested=0", NB_TRISTATE_NO, 1 },
    { "# options nb_test nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "  options   nb_test\tnested=1\n", NB_TRISTATE_YES, 1 },
    { " # options nb_test nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "options nb_test nested=1 # nested=0\n", NB_TRISTATE_NO, 1 },
    { "options nb_test nested=1 # turned on for the lab\n", NB_TRISTATE_YES, 1 },
    { "options nb_test nested=1\noptions nb_test other=1\noptions nb_test nested=0\n", NB_TRISTATE_NO, 3 },
    { "\n\noptions nb_test \\\n  other=1 \\\n  nested=0\n", NB_TRISTATE_NO, 3 },
    { "options nb_test \\\nnested=1\noptions nb_test nested=0\n", NB_TRISTATE_NO, 3 },
    { "# comment \\\noptions nb_test nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "options nb_te\\st nested=1\n", NB_TRISTATE_YES, 1 },
    { "options nb_test\n", NB_TRISTATE_UNKNOWN, 0 },
    { "options\n", NB_TRISTATE_UNKNOWN, 0 },
    { "options nb_test nested\n", NB_TRISTATE_YES, 1 },
    { "options nb_testx nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "Options nb_test nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "option nb_test nested=1\n", NB_TRISTATE_UNKNOWN, 0 },
    { "options nb_test nested=1\r\n", NB_TRISTATE_YES, 1 },
    { "options nb_test xnested=1 nested.x=1\n", NB_TRISTATE_UNKNOWN, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *root = fixture_make_root ();
      g_autoptr (NbModprobe) found = NULL;

      g_test_message ("%s", cases[i].text);
      fixture_write (root, "etc/modprobe.d/a.conf", cases[i].text);
      found = nb_modprobe_read (root, modules);
      g_assert_cmpint (get_nested (found), ==, cases[i].value);
      g_assert_cmpuint (found->options->len > 0 && last_nested (found, TRUE) != NULL ? last_nested (found, TRUE)->line
                                                                                     : 0,
                        ==, cases[i].line);
      if (modprobe != NULL)
        {
          g_autofree char *output = ask_modprobe (root);

          assert_same (root, output);
        }
      fixture_remove (root);
    }
}

static void
assert_found (const char *root, NbTristate value, const char *file)
{
  g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

  g_assert_cmpint (get_nested (found), ==, value);
  g_assert_cmpstr (get_file (found), ==, file);
  if (modprobe != NULL)
    {
      g_autofree char *output = ask_modprobe (root);

      assert_same (root, output);
    }
}

static void
test_precedence (void)
{
  g_autofree char *root = fixture_make_root ();

  /* The name decides, not the directory. */
  fixture_write (root, "etc/modprobe.d/a.conf", "options nb_test nested=1\n");
  fixture_write (root, "lib/modprobe.d/b.conf", "options nb_test nested=0\n");
  assert_found (root, NB_TRISTATE_NO, "/lib/modprobe.d/b.conf");

  /* The same name further up hides it. */
  fixture_write (root, "run/modprobe.d/b.conf", "# nothing\n");
  assert_found (root, NB_TRISTATE_YES, "/etc/modprobe.d/a.conf");

  /* So does a link to /dev/null. */
  fixture_write (root, "usr/local/lib/modprobe.d/c.conf", "options nb_test nested=0\n");
  assert_found (root, NB_TRISTATE_NO, "/usr/local/lib/modprobe.d/c.conf");
  fixture_link (root, "run/modprobe.d/c.conf", "/dev/null");
  assert_found (root, NB_TRISTATE_YES, "/etc/modprobe.d/a.conf");

  /* A directory hides nothing, and what does not end in .conf is nothing. */
  fixture_write (root, "lib/modprobe.d/e.conf", "options nb_test nested=0\n");
  fixture_make_dir (root, "etc/modprobe.d/e.conf");
  assert_found (root, NB_TRISTATE_NO, "/lib/modprobe.d/e.conf");
  fixture_write (root, "etc/modprobe.d/f.conf~", "options nb_test nested=1\n");
  fixture_write (root, "etc/modprobe.d/f.conf.dpkg-old", "options nb_test nested=1\n");
  fixture_write (root, "etc/modprobe.d/.f.conf", "options nb_test nested=1\n");
  fixture_write (root, "etc/modprobe.d/conf", "options nb_test nested=1\n");
  assert_found (root, NB_TRISTATE_NO, "/lib/modprobe.d/e.conf");

  /* Bytes decide the order: capitals come first. */
  fixture_write (root, "etc/modprobe.d/Z.conf", "options nb_test nested=1\n");
  assert_found (root, NB_TRISTATE_NO, "/lib/modprobe.d/e.conf");

  fixture_remove (root);
}

/* Whether a link to nowhere hides its name is up to libkmod's stack; whatever it says, we name the file. */
static void
test_dangling (void)
{
  g_autofree char *root = fixture_make_root ();

  fixture_write (root, "etc/modprobe.d/a.conf", "options nb_test nested=1\n");
  fixture_write (root, "lib/modprobe.d/d.conf", "options nb_test nested=0\n");
  fixture_link (root, "etc/modprobe.d/d.conf", "nowhere");
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

      g_assert_cmpstr (found->error, ==, NULL);
      g_assert_cmpstr (get_file (found), ==,
                       get_nested (found) == NB_TRISTATE_YES ? "/etc/modprobe.d/a.conf" : "/lib/modprobe.d/d.conf");
    }
  fixture_remove (root);
}

/* The kernel command line of the folder counts, after every file; the real one does not. */
static void
test_command_line (void)
{
  g_autofree char *root = fixture_make_root ();

  fixture_write (root, "etc/modprobe.d/zzz.conf", "options nb_test nested=1\n");
  fixture_write (root, "proc/cmdline", "quiet nb-test.nested=0 -- x\n");
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_cmpint (get_nested (found), ==, NB_TRISTATE_NO);
    g_assert_cmpint (last_nested (found, FALSE)->kind, ==, NB_DECIDER_COMMAND_LINE);
    g_assert_cmpstr (last_nested (found, FALSE)->text, ==, "nb-test.nested=0");
    g_assert_cmpint (get_value (last_nested (found, TRUE)), ==, NB_TRISTATE_YES);
    g_assert_true (last_nested (found, TRUE)->is_later);
    g_assert_cmpuint (found->blacklists->len, ==, 0);
  }

  /* What stands after "--" is for init, says the kernel; libkmod takes it all the same. */
  fixture_write (
    root, "proc/cmdline",
    "modprobe.blacklist=a,nb_test module_blacklist=b,nb_testx -- nb_test.nested=0 module_blacklist=nb_test");
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_cmpint (get_nested (found), ==, NB_TRISTATE_NO);
    g_assert_true (last_nested (found, FALSE)->for_init);
    g_assert_cmpuint (found->blacklists->len, ==, 1);
    g_assert_cmpuint (found->bans->len, ==, 0);
  }

  fixture_write (root, "proc/cmdline", "module_blacklist=b,nb_test\n");
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_cmpuint (found->bans->len, ==, 1);
    g_assert_cmpint (get_nested (found), ==, NB_TRISTATE_YES);
  }
  fixture_remove (root);
}

static void
test_own_file (void)
{
  g_autofree char *root = fixture_make_root ();

  fixture_write (root, "etc/modprobe.d/zz-nestbox.conf", "options kvm_amd nested=0\noptions nb_test nested=1\n");
  fixture_write (root, "etc/modprobe.d/kvm.conf", "options nb_test nested=0\n");
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_true (last_nested (found, TRUE)->is_own);
    g_assert_cmpint (get_nested (found), ==, NB_TRISTATE_YES);
    g_assert_cmpuint (last_nested (found, TRUE)->line, ==, 2);
    g_assert_false (last_nested (found, TRUE)->is_later);
  }
  fixture_write (root, "lib/modprobe.d/zz-nestbox.d.conf", "options nb_test nested=0\n");
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_cmpint (get_nested (found), ==, NB_TRISTATE_NO);
    g_assert_false (last_nested (found, TRUE)->is_own);
    g_assert_true (last_nested (found, TRUE)->is_later);
  }
  fixture_remove (root);
}

/* What can't be read makes the answer unknown, and the reason names the file. */
static void
test_unreadable (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autofree char *fifo = g_build_filename (root, "etc/modprobe.d/fifo.conf", NULL);

  fixture_write (root, "etc/modprobe.d/a.conf", "options nb_test nested=1\n");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  {
    g_autoptr (NbModprobe) found = nb_modprobe_read (root, modules);

    g_assert_nonnull (strstr (found->error, "/etc/modprobe.d/fifo.conf"));
  }
  g_assert_cmpint (g_remove (fifo), ==, 0);

  if (geteuid () == 0)
    {
      g_test_message ("root reads every file: the case of a file without permission is left out");
    }
  else
    {
      g_autofree char *secret = g_build_filename (root, "etc/modprobe.d/secret.conf", NULL);
      g_autoptr (NbModprobe) found = NULL;

      fixture_write (root, "etc/modprobe.d/secret.conf", "options nb_test nested=0\n");
      g_assert_cmpint (g_chmod (secret, 0), ==, 0);
      found = nb_modprobe_read (root, modules);
      g_assert_nonnull (strstr (found->error, "/etc/modprobe.d/secret.conf"));
    }
  fixture_remove (root);
}

/* Trees by chance, the same answer from both. */
static void
test_random (void)
{
  static const char *const names[] = { "a.conf", "B.conf", "kvm.conf", "zz-nestbox.conf", "zzz.conf", ".x.conf",
                                       "no",     "x.CONF", "é.conf",   "1.conf",          "-.conf",   "c.conf.bak" };
  static const char *const words[] = { "options",
                                       "blacklist",
                                       "install",
                                       "nb_test",
                                       "nb-test",
                                       "nested=1",
                                       "nested=0",
                                       "nested",
                                       "#",
                                       " ",
                                       "\t",
                                       "\n",
                                       "\n",
                                       "\\\n",
                                       "\\",
                                       "other=\"a b\"",
                                       "kvm_amd",
                                       "softdep",
                                       "options nb_test nested=1",
                                       "options nb-test nested=0",
                                       "\nblacklist nb_test\n",
                                       "\ninstall nb-test /bin/true\n",
                                       "remove",
                                       "alias x nb_test",
                                       "\r",
                                       "\xff" };
  const char *const *directories = nb_modprobe_get_directories ();

  if (modprobe == NULL)
    {
      g_test_skip ("modprobe is not here");
      return;
    }

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *root = fixture_make_root ();
      g_autofree char *output = NULL;
      guint n_files = g_test_rand_int_range (1, 8);

      for (guint j = 0; j < n_files; j++)
        {
          guint n_directories = g_strv_length ((char **) directories);
          const char *directory = directories[g_test_rand_int_range (0, n_directories)];
          g_autofree char *path =
            g_build_filename (directory, names[g_test_rand_int_range (0, G_N_ELEMENTS (names))], NULL);
          g_autofree char *full = g_build_filename (root, path, NULL);
          g_autoptr (GString) text = g_string_new (NULL);
          guint n_words = g_test_rand_int_range (0, 30);

          if (g_file_test (full, G_FILE_TEST_IS_SYMLINK))
            continue;
          for (guint k = 0; k < n_words; k++)
            {
              g_string_append (text, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
              if (g_test_rand_bit ())
                g_string_append_c (text, ' ');
            }
          if (g_test_rand_int_range (0, 8) == 0 && !g_file_test (full, G_FILE_TEST_EXISTS))
            fixture_link (root, path, "/dev/null");
          else
            fixture_write (root, path, text->str);
        }

      output = ask_modprobe (root);
      assert_same (root, output);
      fixture_remove (root);
    }
}

/* The default directories of the real modprobe, in a namespace of its own where ours stand in their places. */
static void
test_default_directories (void)
{
  static const char script[] = "set -e\n"
                               "root=$1\n"
                               "mount -t tmpfs tmpfs /run\n"
                               "mkdir /run/modprobe.d\n"
                               "mount -t tmpfs tmpfs /usr/local/lib\n"
                               "mkdir /usr/local/lib/modprobe.d\n"
                               "for d in etc run usr/local/lib lib; do\n"
                               "  mount --bind \"$root/$d/modprobe.d\" /$d/modprobe.d\n"
                               "done\n"
                               "exec \"$2\" --showconfig\n";
  static const char *const directories[] = { "etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d",
                                             "lib/modprobe.d" };
  g_autofree char *unshare = g_find_program_in_path ("unshare");
  const char *try[] = { unshare, "-Urm", "true", NULL };
  g_autofree char *tried = unshare != NULL ? run (try) : NULL;

  if (modprobe == NULL || tried == NULL)
    {
      g_test_skip (modprobe == NULL ? "modprobe is not here" : "user namespaces are not allowed here");
      return;
    }
  if (!g_file_test ("/etc/modprobe.d", G_FILE_TEST_IS_DIR) || !g_file_test ("/lib/modprobe.d", G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("this computer has no /etc/modprobe.d or /lib/modprobe.d to put ours in the place of");
      return;
    }

  /* Each directory has the last word once; then all are hidden from the top. */
  for (guint i = 0; i < 2 * G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *root = fixture_make_root ();
      const char *arguments[] = { unshare, "-Urm", "sh", "-c", script, "sh", root, modprobe, NULL };
      g_autofree char *output = NULL;

      /* As everywhere today, /lib is a part of /usr. */
      fixture_make_dir (root, "usr/lib");
      fixture_link (root, "lib", "usr/lib");
      for (guint j = 0; j < G_N_ELEMENTS (directories); j++)
        {
          g_autofree char *own =
            g_strdup_printf ("%s/%u.conf", directories[j], (guint) ((j + i) % G_N_ELEMENTS (directories)));
          g_autofree char *shared = g_strdup_printf ("%s/x.conf", directories[j]);
          g_autofree char *text = g_strdup_printf ("options nb_test nested=%u\n", (i + j) & 1);

          fixture_write (root, own, text);
          if (i >= G_N_ELEMENTS (directories) && j >= i - G_N_ELEMENTS (directories))
            fixture_write (root, shared,
                           j == i - G_N_ELEMENTS (directories) ? "options nb_test nested=1\n"
                                                               : "options nb_test nested=0\n");
        }
      output = run (arguments);
      if (output == NULL)
        {
          fixture_remove (root);
          g_test_skip ("mounting in a user namespace is not allowed here");
          return;
        }
      assert_same (root, output);
      fixture_remove (root);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("KMOD_LOG", "0", TRUE);

  modprobe = g_find_program_in_path ("modprobe");
  if (modprobe == NULL && g_file_test ("/sbin/modprobe", G_FILE_TEST_IS_EXECUTABLE))
    modprobe = g_strdup ("/sbin/modprobe");

  g_test_add_func ("/modprobe/cases", test_cases);
  g_test_add_func ("/modprobe/precedence", test_precedence);
  g_test_add_func ("/modprobe/dangling", test_dangling);
  g_test_add_func ("/modprobe/command-line", test_command_line);
  g_test_add_func ("/modprobe/own-file", test_own_file);
  g_test_add_func ("/modprobe/unreadable", test_unreadable);
  g_test_add_func ("/modprobe/random", test_random);
  g_test_add_func ("/modprobe/default-directories", test_default_directories);

  return g_test_run ();
}
