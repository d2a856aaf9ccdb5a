/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

#define NB_XML_ERROR (nb_xml_error_quark ())

/**
 * NbXmlError:
 * @NB_XML_ERROR_MALFORMED: no well-formed XML in UTF-8
 * @NB_XML_ERROR_REFUSED: well-formed, but with a document type declaration
 * @NB_XML_ERROR_WRONG_KIND: another document than was asked for, or one that says what libvirt never would
 */
typedef enum {
  NB_XML_ERROR_MALFORMED,
  NB_XML_ERROR_REFUSED,
  NB_XML_ERROR_WRONG_KIND,
} NbXmlError;

GQuark      nb_xml_error_quark    (void);

xmlDoc     *nb_xml_parse          (const char  *text,
                                   const char  *root_name,
                                   GError     **error);
xmlNode    *nb_xml_get_child      (xmlNode     *parent,
                                   const char  *name);
xmlNode    *nb_xml_get_next       (xmlNode     *node);
gboolean    nb_xml_is             (xmlNode     *node,
                                   const char  *name);
int         nb_xml_get_ordinal    (xmlNode     *node);
char       *nb_xml_dup_attribute  (xmlNode     *node,
                                   const char  *name);
char       *nb_xml_dup_text       (xmlNode     *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

G_END_DECLS
