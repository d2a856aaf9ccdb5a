/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"

G_BEGIN_DECLS

/* In the order in which they are tried: the first match wins. Their nicknames are the ids of reports and fixtures. */
typedef enum {
  NB_VERDICT_UNREADABLE,
  NB_VERDICT_ARCH_UNSUPPORTED,
  NB_VERDICT_ARM_BOOT_OPTION,
  NB_VERDICT_VENDOR_UNSUPPORTED,
  NB_VERDICT_INSIDE_VM,
  NB_VERDICT_NO_HARDWARE,
  NB_VERDICT_FIRMWARE_OFF,
  NB_VERDICT_RESTART_AFTER_UPDATE,
  NB_VERDICT_KVM_MISSING,
  NB_VERDICT_BLOCKED,
  NB_VERDICT_BUILTIN_BOOT_OPTION,
  NB_VERDICT_VT_OWNED_ELSEWHERE,
  NB_VERDICT_MODULES_LOCKED,
  NB_VERDICT_KVM_NOT_LOADED,
  NB_VERDICT_NOT_WORKING,
  NB_VERDICT_NO_DEVICE,
  NB_VERDICT_UNTIL_RESTART_CMDLINE,
  NB_VERDICT_UNTIL_RESTART_OTHER_FILE,
  NB_VERDICT_UNTIL_RESTART,
  NB_VERDICT_ON_NEXT_BOOT_UNKNOWN,
  NB_VERDICT_SLOW,
  NB_VERDICT_READY,
  NB_VERDICT_OFF_LIVE_WRITABLE,
  NB_VERDICT_HUGEPAGE_CONFLICT,
  NB_VERDICT_CONFIG_MANAGED,
  NB_VERDICT_AFTER_RESTART,
  NB_VERDICT_AFTER_RESTART_BUSY,
  NB_VERDICT_OFF,
  NB_VERDICT_OFF_BUSY,
  NB_VERDICT_UNKNOWN,
} NbVerdict;

/* What the card's main button does. */
typedef enum {
  NB_REMEDY_NONE,
  NB_REMEDY_SET_UP_MACHINE, /* ready: go to the machines */
  NB_REMEDY_ENABLE,         /* verb enable */
  NB_REMEDY_ENABLE_NOW,     /* verb enable-now: the configuration says on already */
  NB_REMEDY_ENABLE_BUSY,    /* ask first: at the next restart, or stop what is in the way */
  NB_REMEDY_ENABLE_LATER,   /* verb enable-later */
  NB_REMEDY_KEEP_ON,        /* verb enable-later: it is on, it shall stay */
  NB_REMEDY_START_KVM,      /* verb enable: loads the module, nested on */
  NB_REMEDY_TRY_AGAIN,      /* read everything anew */
  NB_REMEDY_TEST_AGAIN,     /* run a virtual machine inside a virtual machine once more */
} NbRemedy;

NbVerdict   nb_verdict_decide       (const NbHostFacts *facts);
gboolean    nb_verdict_is_on        (NbVerdict          verdict);
const char *nb_verdict_get_id       (NbVerdict          verdict);
const char *nb_verdict_get_title    (NbVerdict          verdict);
char       *nb_verdict_dup_sentence (NbVerdict          verdict,
                                     const NbHostFacts *facts);
char      **nb_verdict_dup_commands (NbVerdict          verdict,
                                     const NbHostFacts *facts);
NbRemedy    nb_verdict_get_remedy   (NbVerdict          verdict,
                                     const NbHostFacts *facts);

G_END_DECLS
