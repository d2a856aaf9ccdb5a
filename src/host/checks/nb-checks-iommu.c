/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The IOMMU, which lets a virtual machine have a device of its own. */

#include "config.h"

#include "nb-checks-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define TABLES "/sys/firmware/acpi/tables/"

#define HINT_FIRMWARE                                                                                                  \
  N_ (                                                                                                                 \
    "Needed only to give a virtual machine a whole device, such as a graphics card. It is turned on in the firmware "  \
    "settings: VT-d, AMD-Vi or IOMMU. Most people don’t need it.")

static guint32
read_le (const guint8 *data, guint bytes)
{
  guint32 value = 0;

  for (guint i = 0; i < bytes; i++)
    value |= (guint32) data[i] << (8 * i);
  return value;
}

/* Looks through ARM's I/O remapping table for an SMMU: node type 3 (SMMUv1, v2) or 4 (SMMUv3). Source: ARM DEN 0049;
 * the header is 48 bytes, with the number of nodes at 36 and the first one's offset at 40; a node starts with its type
 * (1 byte) and length (2 bytes). */
static NbTristate
has_smmu (const guint8 *data, gsize size)
{
  gsize offset;
  guint32 count;

  if (size < 48 || memcmp (data, "IORT", 4) != 0)
    return NB_TRISTATE_UNKNOWN;

  count = read_le (data + 36, 4);
  offset = read_le (data + 40, 4);
  for (guint32 i = 0; i < count; i++)
    {
      guint32 length;

      if (offset > size || size - offset < 16)
        return NB_TRISTATE_UNKNOWN;
      if (data[offset] == 3 || data[offset] == 4)
        return NB_TRISTATE_YES;
      length = read_le (data + offset + 1, 2);
      if (length < 16)
        return NB_TRISTATE_UNKNOWN;
      offset += length;
    }
  return NB_TRISTATE_NO;
}

static void
check_arm (NbInspector *inspector, NbFinding *finding)
{
  GError *error = NULL;
  g_autoptr (GBytes) table = nb_inspector_read_bytes (inspector, TABLES "IORT", 0, &error);
  gsize size;
  const guint8 *data;

  if (table == NULL && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
                        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY)))
    {
      g_error_free (error);
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The firmware reports no IOMMU (no table IORT)."), HINT_FIRMWARE);
      return;
    }
  if (table == NULL)
    {
      nb_finding_set_unreadable (finding, error);
      return;
    }

  data = g_bytes_get_data (table, &size);
  switch (has_smmu (data, size))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("The firmware reports an IOMMU (SMMU)."), NULL);
      break;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The firmware’s table IORT names no IOMMU (SMMU)."), HINT_FIRMWARE);
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The firmware’s table IORT is damaged."), HINT_FIRMWARE);
      break;
    }
}

static void
check_s390 (NbInspector *inspector, NbFinding *finding)
{
  GError *error = NULL;
  g_auto (GStrv) names = nb_inspector_list (inspector, "/sys/bus/pci/devices", &error);

  if (names == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("This kernel has no PCI support: nothing to assign."), NULL);
  else if (names == NULL)
    {
      nb_finding_set_unreadable (finding, error);
      return;
    }
  else if (*names == NULL)
    nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("No PCI device is online: nothing to assign."), NULL);
  else
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("PCI devices can be assigned."), NULL);
  g_clear_error (&error);
}

static void
check_table (NbInspector *inspector, NbFinding *finding, const char *path, const char *there, const char *missing)
{
  GError *error = NULL;

  switch (nb_inspector_exists (inspector, path, &error))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, there, NULL);
      break;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_WARN, missing, HINT_FIRMWARE);
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      nb_finding_set_unreadable (finding, error);
      break;
    }
}

/**
 * nb_checks_iommu:
 *
 * virt-host-validate goes by the flag for virtualization, not by the maker: with that off in the firmware it can't
 * tell, and neither do we.
 */
gboolean
nb_checks_iommu (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  GError *error = NULL;
  NbTristate intel;

  if (nb_inspector_is_machine (inspector, "ppc64"))
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Every computer of this family has an IOMMU."), NULL);
  else if (nb_inspector_is_machine (inspector, "s390"))
    check_s390 (inspector, finding);
  else if (nb_inspector_is_machine (inspector, "arm"))
    check_arm (inspector, finding);
  else if ((intel = nb_inspector_has_flag (inspector, "vmx", &error)) == NB_TRISTATE_UNKNOWN)
    nb_finding_set_unreadable (finding, error);
  else if (intel == NB_TRISTATE_YES)
    check_table (inspector, finding, TABLES "DMAR", N_ ("The firmware reports an IOMMU (VT-d)."),
                 N_ ("The firmware reports no IOMMU (no table DMAR)."));
  else if (nb_inspector_has_flag (inspector, "svm", NULL) == NB_TRISTATE_YES)
    check_table (inspector, finding, TABLES "IVRS", N_ ("The firmware reports an IOMMU (AMD-Vi)."),
                 N_ ("The firmware reports no IOMMU (no table IVRS)."));
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("Whether this computer has an IOMMU is not known."), HINT_FIRMWARE);
  return TRUE;
}

gboolean
nb_checks_iommu_enabled (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  NbFinding base = { NB_LEVEL_PASS };
  GError *error = NULL;
  g_auto (GStrv) groups = NULL;

  nb_checks_iommu (inspector, NULL, &base);
  g_free (base.detail_text);
  if (base.level != NB_LEVEL_PASS)
    return FALSE;

  groups = nb_inspector_list (inspector, "/sys/kernel/iommu_groups", &error);
  if (groups == NULL)
    {
      /* Not a folder, or not there: this kernel can't tell. */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
          g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
        {
          g_error_free (error);
          return FALSE;
        }
      nb_finding_set_unreadable (finding, error);
      return TRUE;
    }

  if (*groups != NULL)
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("The kernel uses the IOMMU."), NULL);
  else if (nb_inspector_has_flag (inspector, "vmx", NULL) == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The kernel does not use the IOMMU."),
                    N_ ("Needed only to give a virtual machine a whole device. Add intel_iommu=on to the kernel’s boot "
                        "options and restart."));
  else if (nb_inspector_has_flag (inspector, "svm", NULL) == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The kernel does not use the IOMMU."),
                    N_ ("Needed only to give a virtual machine a whole device. Turn the IOMMU on in the firmware "
                        "settings, or remove amd_iommu=off from the kernel’s boot options."));
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The kernel does not use an IOMMU."),
                    N_ ("Needed only to give a virtual machine a whole device. The kernel may be built without it."));
  return TRUE;
}
