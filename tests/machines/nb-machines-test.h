/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection-list.h"
#include "nb-machine-apply.h"
#include "nb-machine-list.h"

G_BEGIN_DECLS

/* Waits for news, with a deadline, and never for a fixed time. */
#define WAIT_SECONDS 20

#define wait_for(condition)                                                                                          \
  G_STMT_START                                                                                                       \
  {                                                                                                                  \
    guint deadline_ = nb_test_set_deadline ();                                                                       \
    while (!(condition) && !nb_test_is_late ())                                                                      \
      g_main_context_iteration (NULL, TRUE);                                                                         \
    if (!(condition))                                                                                                \
      g_error ("%s:%d: waited %d s in vain for: %s", __FILE__, __LINE__, WAIT_SECONDS, #condition);                  \
    nb_test_clear_deadline (deadline_);                                                                              \
  }                                                                                                                  \
  G_STMT_END

guint            nb_test_set_deadline   (void);
gboolean         nb_test_is_late        (void);
void             nb_test_clear_deadline (guint               deadline);

void             nb_test_keep_result    (GObject            *source,
                                         GAsyncResult       *result,
                                         gpointer            data);
NbMachineConfig *nb_test_load           (NbMachine          *machine,
                                         GError            **error);
NbApplied       *nb_test_apply          (NbMachine          *machine,
                                         const char         *base,
                                         const char         *changed,
                                         GError            **error);
char            *nb_test_with_cpu       (const char         *domain_xml,
                                         const char         *cpu);
NbMachine       *nb_test_find_by_name   (NbMachineList      *list,
                                         const char         *name);
void             nb_test_follow         (GListModel         *list,
                                         GPtrArray          *mirror);

G_END_DECLS
