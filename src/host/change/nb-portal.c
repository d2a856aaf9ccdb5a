/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A Flatpak sandbox has its own /etc and cannot become root. What needs the computer outside is asked of it through the
 * portal org.freedesktop.Flatpak, by the runtime's flatpak-spawn. */

#include "config.h"

#include "nb-portal.h"

#include "nb-helper.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#define PORTAL "org.freedesktop.Flatpak"

struct _NbPortal
{
  char *id;
  char *app;     /* where /app lies outside */
  char *runtime; /* where /usr lies outside */
  gboolean allowed;
  char **spawn;
};

/* What a command on the computer outside said. */
typedef struct
{
  int exit; /* or -1 */
  char *output;
  char *complaint;
} Answer;

static void
answer_free (Answer *answer)
{
  g_free (answer->output);
  g_free (answer->complaint);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* GBytes has no pointer where it has no bytes. */
static char *
dup_text (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  return g_strndup (text != NULL ? text : "", size);
}

/**
 * nb_portal_open:
 * @info_path: where the sandbox describes itself, `/.flatpak-info`
 * @spawn: (nullable): what stands before a command for the computer outside, NULL for flatpak-spawn --host
 * @error: for %NB_HELPER_ERROR_SANDBOX
 *
 * Returns: (transfer full): the way out
 */
NbPortal *
nb_portal_open (const char *info_path, const char *const *spawn, GError **error)
{
  static const char *const real[] = { "flatpak-spawn",       "--host", "--directory=/", "--env=LC_ALL=C.UTF-8",
                                      "--env=SHELL=/bin/sh", NULL };
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) read_error = NULL;
  g_autofree char *policy = NULL;
  g_autoptr (NbPortal) self = g_new0 (NbPortal, 1);

  if (!g_key_file_load_from_file (file, info_path, G_KEY_FILE_NONE, &read_error))
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX, _ ("The file %s can’t be read: %s."), info_path,
                   read_error->message);
      return NULL;
    }

  self->id = g_key_file_get_string (file, "Application", "name", NULL);
  self->app = g_key_file_get_string (file, "Instance", "app-path", NULL);
  self->runtime = g_key_file_get_string (file, "Instance", "runtime-path", NULL);
  policy = g_key_file_get_string (file, "Session Bus Policy", PORTAL, NULL);
  self->allowed = policy != NULL && (strcmp (policy, "talk") == 0 || strcmp (policy, "own") == 0);
  self->spawn = g_strdupv ((char **) (spawn != NULL ? spawn : real));

  return g_steal_pointer (&self);
}

void
nb_portal_free (NbPortal *self)
{
  g_free (self->id);
  g_free (self->app);
  g_free (self->runtime);
  g_strfreev (self->spawn);
  g_free (self);
}

/* Runs a command on the computer outside. An answer is an answer, whatever its exit code; an error means that nothing
 * could be asked. */
static Answer *
ask (NbPortal *self, const char *const *command, GError **error)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (Answer) answer = g_new0 (Answer, 1);
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) complaint = NULL;
  g_autoptr (GError) spawn_error = NULL;
  g_auto (GStrv) argv = NULL;

  if (!self->allowed)
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   /* Translators: %s is an application's id; the second sentence is a command to type */
                   _ ("Nestbox has lost the permission to ask the computer outside its sandbox. To give it back: "
                      "flatpak override --user --talk-name=%s %s"),
                   PORTAL, self->id != NULL ? self->id : NB_APP_ID);
      return NULL;
    }

  g_strv_builder_addv (words, (const char **) self->spawn);
  g_strv_builder_addv (words, (const char **) command);
  argv = g_strv_builder_end (words);
  process = g_subprocess_newv ((const char *const *) argv,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &spawn_error);
  if (process == NULL || !g_subprocess_communicate (process, NULL, NULL, &output, &complaint, &spawn_error))
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   _ ("The computer outside the sandbox can’t be asked: %s."), spawn_error->message);
      return NULL;
    }

  answer->exit = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  answer->output = g_strchomp (dup_text (output));
  answer->complaint = dup_text (complaint);
  g_strstrip (answer->complaint);
  /* flatpak-spawn has no exit code of its own: this sentence, never translated, is what tells. */
  if (answer->exit != 0 && g_str_has_prefix (answer->complaint, "Portal call failed") &&
      strstr (answer->complaint, "Failed to execute child process") == NULL &&
      strstr (answer->complaint, "Failed to start command") == NULL)
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   _ ("The computer outside the sandbox doesn’t answer: %s."), answer->complaint);
      return NULL;
    }

  return g_steal_pointer (&answer);
}

/**
 * nb_portal_dup_loader:
 *
 * Returns: (transfer full) (nullable): the dynamic loader that runs us, as seen inside, without links
 */
char *
nb_portal_dup_loader (void)
{
  Dl_info info;
  char *resolved = NULL;
  char *copy;

  if (dladdr (GSIZE_TO_POINTER (getauxval (AT_BASE)), &info) != 0 && info.dli_fname != NULL)
    resolved = realpath (info.dli_fname, NULL);
  copy = g_strdup (resolved);
  free (resolved);

  return copy;
}

/* The path outside of a path inside, or NULL where it is neither the application's nor the runtime's. */
static char *
path_outside (NbPortal *self, const char *inside)
{
  if (inside != NULL && self->app != NULL && g_str_has_prefix (inside, "/app/"))
    return g_build_filename (self->app, inside + strlen ("/app/"), NULL);
  if (inside != NULL && self->runtime != NULL && g_str_has_prefix (inside, "/usr/"))
    return g_build_filename (self->runtime, inside + strlen ("/usr/"), NULL);

  return NULL;
}

/**
 * nb_portal_dup_helper:
 * @self: the way out
 * @helper: the helper's path inside
 * @loader: (nullable): the dynamic loader's path inside
 * @error: for %NB_HELPER_ERROR_SANDBOX
 *
 * Our helper is built for the runtime's libraries, which may be newer than those outside: it runs through the runtime's
 * own loader.
 *
 * Returns: (transfer full): the words that start the helper as root on the computer outside, in a terminal there,
 *   before `change VERB MODULE`
 */
char **
nb_portal_dup_helper (NbPortal *self, const char *helper, const char *loader, GError **error)
{
  g_autofree char *outer_loader = path_outside (self, loader);
  g_autofree char *outer_helper = path_outside (self, helper);
  g_autofree char *folder = NULL;
  g_autofree char *libraries = NULL;

  if (outer_loader == NULL || outer_helper == NULL)
    {
      g_set_error_literal (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                           _ ("The sandbox doesn’t tell where Nestbox is installed."));
      return NULL;
    }

  folder = g_path_get_dirname (outer_loader);
  libraries = g_strdup_printf ("%s/lib:%s:%s/lib", self->app, folder, self->runtime);

  return g_strdupv (
    (char **) (const char *[]){ "pkexec", outer_loader, "--library-path", libraries, outer_helper, NULL });
}

/* Every folder on the way to @path, and @path. */
static void
add_components (GHashTable *seen, GStrvBuilder *words, const char *path)
{
  g_autofree char *current = g_strdup (path);

  while (g_hash_table_add (seen, g_strdup (current)))
    {
      char *parent = g_path_get_dirname (current);

      g_strv_builder_add (words, current);
      g_free (current);
      current = parent;
    }
}

/* What `flatpak install --system` takes: the address that the publisher left with us, or our id, which is known where the
 * repository was added for all users. */
static char *
dup_reference (NbPortal *self)
{
  char *address;

  if (g_file_get_contents (NB_DATADIR "/flatpakref", &address, NULL, NULL))
    return g_strstrip (address);

  return g_strdup (self->id != NULL ? self->id : NB_APP_ID);
}

/* Whether root alone can change what @paths lead to: a line "UID MODE" of stat for each component. */
static gboolean
check_components (NbPortal *self, char **paths, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (Answer) answer = NULL;
  g_auto (GStrv) command = NULL;
  g_auto (GStrv) lines = NULL;
  const char *bad = NULL;
  guint n_good = 0;

  g_strv_builder_add_many (words, "stat", "-c", "%u %a %n", "--", NULL);
  for (guint i = 0; paths[i] != NULL; i++)
    if (*paths[i] != '\0')
      add_components (seen, words, paths[i]);
  command = g_strv_builder_end (words);
  answer = ask (self, (const char *const *) command, error);
  if (answer == NULL)
    return FALSE;

  lines = g_strsplit (answer->output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 uid;
      guint64 mode;

      if (*lines[i] == '\0')
        continue;
      uid = g_ascii_strtoull (lines[i], &end, 10);
      mode = g_ascii_strtoull (end, &end, 8);
      g_strchug (end);
      /* All below a home folder is its owner's: the folder says it. */
      if (uid == 0 && (mode & 022) == 0)
        n_good++;
      else if (bad == NULL || strlen (end) < strlen (bad))
        bad = end;
    }
  if (bad != NULL)
    {
      g_autofree char *reference = dup_reference (self);

      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   /* Translators: the first %s is a folder, the second the address of an application; the last
                    * sentence is a command to type */
                   _ ("Nestbox lies in %s, which others than root could change, so root must not run it. Install it "
                      "for all users: flatpak install --system %s"),
                   bad, reference);
      return FALSE;
    }
  if (answer->exit != 0 || n_good != g_hash_table_size (seen))
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   _ ("The installation of Nestbox can’t be checked from outside the sandbox: %s."), answer->complaint);
      return FALSE;
    }

  return TRUE;
}

/**
 * nb_portal_find_helper:
 * @self: the way out
 * @helper: the helper's path inside
 * @loader: (nullable): the dynamic loader's path inside
 * @error: for %NB_HELPER_ERROR_SANDBOX and %NB_HELPER_ERROR_NO_PKEXEC
 *
 * As nb_portal_dup_helper(), checked: the computer outside answers, root alone can change what it would run as root
 * (so only a system-wide installation will do), and it has pkexec.
 *
 * Returns: (transfer full): the words that start the helper from inside, before `change VERB MODULE`
 */
char **
nb_portal_find_helper (NbPortal *self, const char *helper, const char *loader, GError **error)
{
  g_auto (GStrv) command = nb_portal_dup_helper (self, helper, loader, error);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (Answer) resolved = NULL;
  g_autoptr (Answer) version = NULL;
  g_autofree char *libraries = NULL;
  g_auto (GStrv) paths = NULL;

  if (command == NULL)
    return NULL;

  libraries = g_build_filename (self->app, "lib", NULL);
  resolved =
    ask (self, (const char *const[]){ "realpath", "-e", "--", command[1], command[4], libraries, NULL }, error);
  if (resolved == NULL)
    return NULL;
  paths = g_strsplit (resolved->output, "\n", -1);
  if (resolved->exit != 0 || g_strv_length (paths) != 3)
    {
      g_set_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX,
                   _ ("The installation of Nestbox can’t be found from outside the sandbox: %s."), resolved->complaint);
      return NULL;
    }
  if (!check_components (self, paths, error))
    return NULL;

  version = ask (self, (const char *const[]){ "pkexec", "--version", NULL }, error);
  if (version == NULL)
    return NULL;
  if (version->exit != 0)
    {
      g_set_error (
        error, NB_HELPER_ERROR, NB_HELPER_ERROR_NO_PKEXEC,
        _ ("The computer outside the sandbox has no pkexec, which asks for an administrator’s password: %s."),
        version->complaint);
      return NULL;
    }

  /* There is no terminal in which pkexec could ask by itself. */
  g_strv_builder_addv (words, (const char **) self->spawn);
  g_strv_builder_add_many (words, command[0], "--disable-internal-agent", NULL);
  g_strv_builder_addv (words, (const char **) command + 1);

  return g_strv_builder_end (words);
}
