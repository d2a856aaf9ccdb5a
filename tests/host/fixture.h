/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Helpers of the tests of this room. */

char *fixture_dup_path  (const char *name);
char *fixture_make_root (void);
void  fixture_write     (const char *root,
                         const char *path,
                         const char *text);
void  fixture_link      (const char *root,
                         const char *path,
                         const char *target);
void  fixture_make_dir  (const char *root,
                         const char *path);
void  fixture_remove    (const char *root);
