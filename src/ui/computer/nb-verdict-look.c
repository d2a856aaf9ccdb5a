/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-verdict-look.h"

#include <glib/gi18n-lib.h>

/* How verdicts look: five kinds, never told apart by colour alone. */
typedef enum
{
  LOOK_GOOD,
  LOOK_ATTENTION, /* on, but not for good */
  LOOK_OFF,       /* a press of a button away */
  LOOK_STOPPED,   /* a person must do something elsewhere */
  LOOK_UNKNOWN,
} Look;

static Look
get_look (NbVerdict verdict)
{
  switch (verdict)
    {
    case NB_VERDICT_READY:
      return LOOK_GOOD;
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_UNTIL_RESTART:
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
    case NB_VERDICT_SLOW:
    case NB_VERDICT_AFTER_RESTART:
    case NB_VERDICT_AFTER_RESTART_BUSY:
      return LOOK_ATTENTION;
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_CONFIG_MANAGED:
    case NB_VERDICT_OFF:
    case NB_VERDICT_OFF_BUSY:
    case NB_VERDICT_KVM_NOT_LOADED:
      return LOOK_OFF;
    case NB_VERDICT_ARCH_UNSUPPORTED:
    case NB_VERDICT_ARM_BOOT_OPTION:
    case NB_VERDICT_VENDOR_UNSUPPORTED:
    case NB_VERDICT_INSIDE_VM:
    case NB_VERDICT_NO_HARDWARE:
    case NB_VERDICT_FIRMWARE_OFF:
    case NB_VERDICT_RESTART_AFTER_UPDATE:
    case NB_VERDICT_KVM_MISSING:
    case NB_VERDICT_BLOCKED:
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
    case NB_VERDICT_NO_DEVICE:
    case NB_VERDICT_MODULES_LOCKED:
    case NB_VERDICT_HUGEPAGE_CONFLICT:
    case NB_VERDICT_NOT_WORKING:
      return LOOK_STOPPED;
    case NB_VERDICT_UNREADABLE:
    case NB_VERDICT_UNKNOWN:
      return LOOK_UNKNOWN;
    }

  return LOOK_UNKNOWN;
}

/**
 * nb_verdict_get_icon_name:
 * @verdict: a verdict
 *
 * Returns: a symbolic icon of ours
 */
const char *
nb_verdict_get_icon_name (NbVerdict verdict)
{
  switch (get_look (verdict))
    {
    case LOOK_GOOD:
      return "nb-good-symbolic";
    case LOOK_ATTENTION:
      return "nb-attention-symbolic";
    case LOOK_OFF:
      return "nb-off-symbolic";
    case LOOK_STOPPED:
      return "nb-stopped-symbolic";
    case LOOK_UNKNOWN:
      return "nb-unknown-symbolic";
    }

  return NULL;
}

/**
 * nb_verdict_get_css_class:
 * @verdict: a verdict
 *
 * Returns: the style class that gives the icon its colour
 */
const char *
nb_verdict_get_css_class (NbVerdict verdict)
{
  switch (get_look (verdict))
    {
    case LOOK_GOOD:
      return "success";
    case LOOK_ATTENTION:
      return "warning";
    case LOOK_OFF:
      return "accent";
    case LOOK_STOPPED:
      return "error";
    case LOOK_UNKNOWN:
      return "dim-label";
    }

  return NULL;
}

/**
 * nb_remedy_get_label:
 * @remedy: what the card's main button does
 *
 * Returns: (nullable): what is written on it, with a mnemonic
 */
const char *
nb_remedy_get_label (NbRemedy remedy)
{
  switch (remedy)
    {
    case NB_REMEDY_NONE:
      return NULL;
    case NB_REMEDY_SET_UP_MACHINE:
      return _ ("_Set Up a Virtual Machine");
    case NB_REMEDY_ENABLE:
      return _ ("_Enable");
    case NB_REMEDY_ENABLE_NOW:
      return _ ("_Enable Now");
    case NB_REMEDY_ENABLE_BUSY:
      return _ ("_Enable…");
    case NB_REMEDY_ENABLE_LATER:
      return _ ("_Enable at Next Restart");
    case NB_REMEDY_KEEP_ON:
      return _ ("_Keep On");
    case NB_REMEDY_START_KVM:
      return _ ("_Start KVM");
    case NB_REMEDY_TRY_AGAIN:
      return _ ("_Try Again");
    case NB_REMEDY_TEST_AGAIN:
      return _ ("_Test Again");
    }

  return NULL;
}

/**
 * nb_remedy_changes_host:
 * @remedy: what the card's main button does
 *
 * Returns: whether it needs the helper
 */
gboolean
nb_remedy_changes_host (NbRemedy remedy)
{
  switch (remedy)
    {
    case NB_REMEDY_NONE:
    case NB_REMEDY_SET_UP_MACHINE:
    case NB_REMEDY_TRY_AGAIN:
    case NB_REMEDY_TEST_AGAIN:
      return FALSE;
    case NB_REMEDY_ENABLE:
    case NB_REMEDY_ENABLE_NOW:
    case NB_REMEDY_ENABLE_BUSY:
    case NB_REMEDY_ENABLE_LATER:
    case NB_REMEDY_KEEP_ON:
    case NB_REMEDY_START_KVM:
      return TRUE;
    }

  return FALSE;
}
