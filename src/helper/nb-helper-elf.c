/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is the module's file the one that was loaded? After a package update it may not be. */

#include "config.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "nb-helper-sysfs.h"

#define SECTION ".note.gnu.build-id"

/* Modules have the kernel's word size and byte order. A helper of another size can't read them, and then can't tell. */
const char *
nb_helper_find_note (const char *file, gsize size, gsize *length)
{
  ElfW (Ehdr) header;
  ElfW (Shdr) names;

  if (size < sizeof header)
    return NULL;
  memcpy (&header, file, sizeof header);
  if (memcmp (header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof (ElfW (Shdr)) ||
      header.e_shstrndx >= header.e_shnum || header.e_shoff > size ||
      header.e_shnum > (size - header.e_shoff) / sizeof (ElfW (Shdr)))
    return NULL;

  memcpy (&names, file + header.e_shoff + header.e_shstrndx * sizeof names, sizeof names);
  if (names.sh_offset > size || names.sh_size > size - names.sh_offset)
    return NULL;

  for (guint i = 0; i < header.e_shnum; i++)
    {
      ElfW (Shdr) section;

      memcpy (&section, file + header.e_shoff + i * sizeof section, sizeof section);
      if (section.sh_name > names.sh_size || names.sh_size - section.sh_name < sizeof SECTION ||
          memcmp (file + names.sh_offset + section.sh_name, SECTION, sizeof SECTION) != 0 || section.sh_offset > size ||
          section.sh_size > size - section.sh_offset)
        continue;
      *length = section.sh_size;
      return file + section.sh_offset;
    }

  return NULL;
}

/* Compares the build id of both. Returns: %FALSE only where both have one and they differ. A compressed file has none
 * that can be read here; the kernel's own opinion of it is asked in nb_helper_module_rehearse(). */
gboolean
nb_helper_is_same_build (int root, const char *module, const char *path)
{
  g_autofree char *note_path = g_strdup_printf ("sys/module/%s/notes/" SECTION, module);
  gsize note_length = 0;
  g_autofree char *note = nb_helper_read_file (root, note_path, &note_length);
  g_autofree char *file = NULL;
  const char *found;
  gsize length = 0;
  gsize size;

  if (note == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &file, &size, NULL))
    return FALSE;

  found = nb_helper_find_note (file, size, &length);

  return found == NULL || (length == note_length && memcmp (found, note, length) == 0);
}
