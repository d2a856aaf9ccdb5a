/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-release.h"

#include <stdio.h>

/**
 * nb_release_is_at_least:
 * @release: (nullable): uname's release
 * @major: a version
 * @minor: and its second number
 *
 * Returns: whether the kernel is that version or a later one; one of which nothing is known counts as recent
 */
gboolean
nb_release_is_at_least (const char *release, int major, int minor)
{
  int x, y;

  if (release == NULL || sscanf (release, "%d.%d", &x, &y) != 2)
    return TRUE;

  return x > major || (x == major && y >= minor);
}
