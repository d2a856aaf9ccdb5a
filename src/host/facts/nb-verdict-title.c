/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a verdict is called. */

#include "config.h"

#include "nb-verdict.h"

#include <glib/gi18n-lib.h>

/**
 * nb_verdict_get_title:
 * @verdict: a verdict
 *
 * Returns: (transfer none): a translated title that says the whole thing
 */
const char *
nb_verdict_get_title (NbVerdict verdict)
{
  switch (verdict)
    {
    case NB_VERDICT_UNREADABLE:
      return _ ("Nested Virtualization Can’t Be Checked From Here");
    case NB_VERDICT_ARCH_UNSUPPORTED:
      return _ ("Not Supported on This Kind of Computer");
    case NB_VERDICT_ARM_BOOT_OPTION:
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
      return _ ("Nested Virtualization Needs a Boot Option");
    case NB_VERDICT_VENDOR_UNSUPPORTED:
      return _ ("Nested Virtualization Isn’t Offered by This Host");
    case NB_VERDICT_INSIDE_VM:
      return _ ("This Computer Is Itself a Virtual Machine");
    case NB_VERDICT_NO_HARDWARE:
      return _ ("The Processor Doesn’t Support Virtualization");
    case NB_VERDICT_FIRMWARE_OFF:
      return _ ("Virtualization Is Turned Off in the Firmware Settings");
    case NB_VERDICT_RESTART_AFTER_UPDATE:
      return _ ("Restart Needed After an Update");
    case NB_VERDICT_KVM_MISSING:
      return _ ("KVM Is Not Installed");
    case NB_VERDICT_BLOCKED:
      return _ ("KVM Is Blocked by the Configuration");
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      return _ ("Another Virtualization Program Is in the Way");
    case NB_VERDICT_MODULES_LOCKED:
      return _ ("Locked by System Policy");
    case NB_VERDICT_KVM_NOT_LOADED:
      return _ ("KVM Isn’t Running");
    case NB_VERDICT_NOT_WORKING:
      return _ ("On, but It Does Not Work");
    case NB_VERDICT_NO_DEVICE:
      return _ ("Nested Virtualization Is On, but Out of Reach");
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_UNTIL_RESTART:
      return _ ("On Until the Next Restart");
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
      return _ ("Nested Virtualization Is On");
    case NB_VERDICT_SLOW:
      return _ ("On, but Nested Virtual Machines Are Slow");
    case NB_VERDICT_READY:
      return _ ("Ready for Nested Virtual Machines");
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_OFF:
      return _ ("Nested Virtualization Is Off");
    case NB_VERDICT_HUGEPAGE_CONFLICT:
      return _ ("Nested Virtualization Conflicts With Huge Pages");
    case NB_VERDICT_CONFIG_MANAGED:
      return _ ("Off, and Managed by the System Configuration");
    case NB_VERDICT_AFTER_RESTART:
    case NB_VERDICT_AFTER_RESTART_BUSY:
      return _ ("On After the Next Restart");
    case NB_VERDICT_OFF_BUSY:
      return _ ("Off: Virtual Machines Must Stop First");
    case NB_VERDICT_UNKNOWN:
      return _ ("Can’t Tell Whether Nested Virtualization Works");
    }

  g_return_val_if_reached (NULL);
}
