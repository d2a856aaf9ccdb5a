/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-protocol.h"

G_BEGIN_DECLS

/**
 * NbHelperError:
 *
 * The helper's own exit codes, and what can go wrong around it. Texts are translated and say what to do next; what the
 * helper itself said stands in the result's detail. %NB_HELPER_ERROR_DISMISSED is not a failure to report.
 */
typedef enum {
  NB_HELPER_ERROR_FAILED,
  NB_HELPER_ERROR_DISMISSED,       /* 126: the password dialog was closed */
  NB_HELPER_ERROR_NOT_AUTHORIZED,  /* 127 */
  NB_HELPER_ERROR_NO_AGENT,
  NB_HELPER_ERROR_NO_PKEXEC,
  NB_HELPER_ERROR_NOT_INSTALLED,   /* the helper is not where it belongs: install first, and how */
  NB_HELPER_ERROR_SANDBOX,         /* the portal is missing, or the installation is the user's own */
  NB_HELPER_ERROR_CRASHED,         /* no result line */
  NB_HELPER_ERROR_UNSUPPORTED,
  NB_HELPER_ERROR_IN_USE,
  NB_HELPER_ERROR_WRITE_FAILED,
  NB_HELPER_ERROR_UNLOAD_FAILED,
  NB_HELPER_ERROR_LOAD_FAILED,
  NB_HELPER_ERROR_NOT_RUNNING,
  NB_HELPER_ERROR_NOT_VERIFIED,
  NB_HELPER_ERROR_BUSY,
  NB_HELPER_ERROR_BLOCKED,
  NB_HELPER_ERROR_RESTORE_FAILED,
} NbHelperError;

#define NB_HELPER_ERROR (nb_helper_error_quark ())

GQuark        nb_helper_error_quark     (void);
NbHelperError nb_helper_error_from_exit (int exit);

/**
 * NbHelperResult:
 * @lines: (element-type NbLine): every step, holder, warning and result line, in order
 * @result: (nullable): the result line, borrowed from @lines
 * @exit: the exit code, or -1
 * @load_error: errno of a refused load, where the helper told it, or 0
 * @detail: (nullable): what it said on stderr, untranslated
 */
typedef struct {
  GPtrArray *lines;
  const NbLine *result;
  int exit;
  int load_error;
  char *detail;
} NbHelperResult;

NbHelperResult *nb_helper_result_new      (void);
void            nb_helper_result_add_line (NbHelperResult *self,
                                           const char     *text);
void            nb_helper_result_free     (NbHelperResult *result);
GError         *nb_helper_error_new       (NbHelperError         code,
                                           NbVerb                verb,
                                           const NbHelperResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbHelperResult, nb_helper_result_free)

/* NbHelper: who carries verbs out. NbPkexecHelper does it for real, NbDemoHelper in the demo's private folder. One run
 * at a time: a second waits in the queue. Signal "step" (int, an NbStep) on the main thread. Properties: running (gboolean),
 * can-cancel (gboolean: TRUE until the password dialog has closed). Cancelling after that does nothing. */
#define NB_TYPE_HELPER (nb_helper_get_type ())

G_DECLARE_INTERFACE (NbHelper, nb_helper, NB, HELPER, GObject)

struct _NbHelperInterface
{
  GTypeInterface parent;

  char          **(*dup_command) (NbHelper             *self,
                                  NbVerb                verb,
                                  const char           *module);
  void            (*run_async)   (NbHelper             *self,
                                  NbVerb                verb,
                                  const char           *module,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
  gboolean        (*run_finish)  (NbHelper             *self,
                                  GAsyncResult         *async_result,
                                  NbHelperResult      **result,
                                  GError              **error);
};

char    **nb_helper_dup_command (NbHelper             *self,
                                 NbVerb                verb,
                                 const char           *module);
void      nb_helper_run_async   (NbHelper             *self,
                                 NbVerb                verb,
                                 const char           *module,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              data);
gboolean  nb_helper_run_finish  (NbHelper             *self,
                                 GAsyncResult         *async_result,
                                 NbHelperResult      **result,
                                 GError              **error);
gboolean  nb_helper_get_running (NbHelper             *self);
gboolean  nb_helper_get_can_cancel (NbHelper          *self);
char     *nb_helper_dup_warning_text (const NbLine    *warning);

G_END_DECLS
