/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-xml-element.h"

G_BEGIN_DECLS

/* What nb-xml-element.c and nb-xml-element-children.c share, and nobody else sees. */

typedef struct {
  char *lead;  /* white space before the name */
  char *name;
  char *mid;   /* from the name's end up to and with the opening quote */
  char *value; /* as it is written, entities and all; the closing quote is the opening one */
} NbXmlAttribute;

typedef struct {
  char *name; /* an element's; NULL for text, comments, CDATA and processing instructions */
  char *text;
} NbXmlPiece;

struct _NbXmlElement {
  char *head; /* what stands before the start tag: XML declaration, comments */
  char quote; /* for attributes to come */
  char *name;
  GPtrArray *attributes;
  char *space; /* before the start tag's end */
  gboolean empty;
  GPtrArray *pieces;
  char *close; /* the end tag */
  char *tail;
};

NbXmlPiece *nb_xml_piece_new      (const char       *name,
                                   const char       *text,
                                   gssize            length);
gboolean    nb_xml_piece_is_space (const NbXmlPiece *piece);
void        nb_xml_element_open   (NbXmlElement     *self);

G_END_DECLS
