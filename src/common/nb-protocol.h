/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-options.h"

G_BEGIN_DECLS

/* What the application may ask of nestbox-helper, and what the helper may answer. Both sides compile this table. */

#define NB_PROTOCOL_DROP_IN_DIRECTORY "etc/modprobe.d"
#define NB_PROTOCOL_DROP_IN_NAME      "zz-nestbox.conf"

typedef enum {
  NB_VERB_ENABLE,
  NB_VERB_DISABLE,
  NB_VERB_ENABLE_NOW,
  NB_VERB_DISABLE_NOW,
  NB_VERB_ENABLE_LATER,
  NB_VERB_DISABLE_LATER,
  NB_VERB_FORGET,
  NB_VERB_ALLOW_MSRS,
  NB_VERB_REFUSE_MSRS,
  NB_VERB_SHOW_HOLDERS,
} NbVerb;

#define NB_N_VERBS (NB_VERB_SHOW_HOLDERS + 1)

typedef struct {
  const char *action;    /* the first argument: polkit tells its actions apart by it */
  const char *name;      /* the second argument */
  const char *parameter; /* what it switches, `nested` or `ignore_msrs`; NULL for whichever the module has */
  NbTristate value;      /* the value that @parameter gets, or unknown where the verb gives none */
  gboolean writes;       /* whether our lines in modprobe.d change */
  gboolean reloads;      /* whether the module is loaded anew */
} NbVerbInfo;

typedef struct {
  const char *name;       /* as in /sys/module */
  const char *machines;   /* the machine names of uname() on which it has `nested`, space-separated */
  const char *flag;       /* the flag of /proc/cpuinfo that it needs (Hygon's processors are kvm_amd's), or NULL */
  gboolean live_writable; /* whether sysfs takes a new value without loading the module anew */
} NbModuleInfo;

/* Exit codes. Never 1 (a shell's), 126 or 127 (pkexec's). Whatever is not 0 leaves our file as it was. */
typedef enum {
  NB_EXIT_DONE = 0,
  NB_EXIT_USAGE = 10,
  NB_EXIT_NOT_ROOT = 11,
  NB_EXIT_UNSUPPORTED = 12,
  NB_EXIT_IN_USE = 13,
  NB_EXIT_WRITE_FAILED = 14,
  NB_EXIT_UNLOAD_FAILED = 15,
  NB_EXIT_LOAD_FAILED = 16,     /* rolled back */
  NB_EXIT_NOT_RUNNING = 17,     /* KVM is not running now */
  NB_EXIT_NOT_VERIFIED = 18,    /* the value read back differs; rolled back */
  NB_EXIT_BUSY = 19,            /* another run is under way */
  NB_EXIT_BLOCKED = 20,
  NB_EXIT_RESTORE_FAILED = 21,  /* the old configuration could not be put back */
} NbExit;

/* Steps, in the order in which a run may print them. Reload is one step: nothing is printed between removal and
 * insertion. */
typedef enum {
  NB_STEP_REPAIR,   /* a run that was killed is put right first */
  NB_STEP_CHECK,
  NB_STEP_WRITE,
  NB_STEP_RELOAD,
  NB_STEP_VERIFY,
  NB_STEP_RESTORE,  /* rolling back */
} NbStep;

#define NB_N_STEPS (NB_STEP_RESTORE + 1)

typedef enum {
  NB_CONFIG_OLD, /* our file is as it was before the run */
  NB_CONFIG_NEW, /* our file is what the verb wanted */
} NbConfig;

/* Warnings, by name, with what follows the name. */
#define NB_WARNING_BY_COMMAND_LINE   "overridden-by-command-line" /* the kernel command line beats our file at the next boot */
#define NB_WARNING_BY_FILE           "overridden-by-file"         /* a file that sorts after ours does */
#define NB_WARNING_BLACKLISTED       "blacklisted"                /* the module does not load by itself at the next boot */
#define NB_WARNING_REFUSED_VALUE     "refused-value"              /* FILE LINE WORD: the module will not load with it */
#define NB_WARNING_INSTALL_LINE      "install-line"               /* FILE LINE: a command runs instead of loading the module */
#define NB_WARNING_BUILT_IN          "built-in"                   /* no file reaches what is built into the kernel */
#define NB_WARNING_PARAMETER_DIFFERS "parameter-differs"          /* PARAMETER OLD NEW: after the module was loaded anew */
#define NB_WARNING_LOAD_ERROR        "load-error"                 /* ERRNO NAME: the kernel refused to load the module */
#define NB_WARNING_IN_USE            "in-use"                     /* REFCNT: and no process was found that holds it */
#define NB_WARNING_REPAIRED          "repaired"                   /* file, module: what an earlier run had left undone */
#define NB_WARNING_REPAIR_DUE        "repair-due"                 /* an earlier run was left undone; `show` repairs nothing */
#define NB_WARNING_NOT_REPAIRED      "not-repaired"               /* an earlier run's file was changed since: it stays */
#define NB_WARNING_NOT_ALL_SEEN      "not-all-seen"               /* N: processes that could not be looked at in time */
#define NB_WARNING_NOT_LIKE_BEFORE   "not-like-before"            /* rolled back, but nested is not what it was before */

typedef enum {
  NB_LINE_OTHER, /* not a line of this protocol */
  NB_LINE_STEP,
  NB_LINE_HOLDER,
  NB_LINE_WARNING,
  NB_LINE_RESULT,
} NbLineKind;

typedef struct {
  NbLineKind kind; /* which of the fields below count */
  NbStep step;
  gint64 pid;      /* of a holder, the process */
  gint64 uid;      /* its user, or -1 */
  char *name;      /* its comm; of a warning its name */
  char *machine;   /* the virtual machine's name, where it is known, or NULL */
  char **fields;   /* of a warning, NULL-terminated: what belongs to it */
  NbTristate live; /* of a result; meaningless with @absent */
  gboolean absent; /* KVM's module is not there (`live=none`) */
  NbConfig config;
  NbTristate next_boot;
} NbLine;

const NbVerbInfo   *nb_verb_get_info (NbVerb verb);
gboolean            nb_verb_from_arguments (const char *action, const char *name, NbVerb *verb);
const NbModuleInfo *nb_module_find (const char *name);
const char         *nb_module_get_parameter (const NbModuleInfo *module, const char *machine);
const char         *nb_step_get_name (NbStep step);

char   *nb_protocol_escape (const char *text);
char   *nb_protocol_unescape (const char *text);
char   *nb_protocol_format_step (NbStep step);
char   *nb_protocol_format_holder (gint64 pid, gint64 uid, const char *comm, const char *machine);
char   *nb_protocol_format_warning (const char *name, ...) G_GNUC_NULL_TERMINATED;
char   *nb_protocol_format_result (NbTristate live, gboolean absent, NbConfig config, NbTristate next_boot);
NbLine *nb_protocol_parse (const char *text);
void    nb_line_free (NbLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbLine, nb_line_free)

G_END_DECLS
