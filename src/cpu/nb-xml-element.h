/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbXmlElement:
 *
 * One element as the bytes it was written in: its tags, its attributes, and its content as a row of pieces (white space,
 * comments, whole child elements). Unchanged, it gives back the very bytes; a change touches only what it names. The
 * text has to be well-formed: nb_xml_parse() judges that.
 */
typedef struct _NbXmlElement NbXmlElement;

NbXmlElement *nb_xml_element_new              (const char   *text);
NbXmlElement *nb_xml_element_new_empty        (const char   *name,
                                               char          quote);
void          nb_xml_element_free             (NbXmlElement *self);
char         *nb_xml_element_to_string        (NbXmlElement *self);

char          nb_xml_element_get_quote        (NbXmlElement *self);
gboolean      nb_xml_element_has_content      (NbXmlElement *self);
gboolean      nb_xml_element_has_attributes   (NbXmlElement *self);
void          nb_xml_element_set_attribute    (NbXmlElement *self,
                                               const char   *name,
                                               const char   *value);
void          nb_xml_element_set_text         (NbXmlElement *self,
                                               const char   *text);

guint         nb_xml_element_get_n_children   (NbXmlElement *self);
const char   *nb_xml_element_get_child_name   (NbXmlElement *self,
                                               guint         child);
int           nb_xml_element_find_child       (NbXmlElement *self,
                                               const char   *name);
char         *nb_xml_element_dup_child        (NbXmlElement *self,
                                               guint         child);
char         *nb_xml_element_dup_child_indent (NbXmlElement *self,
                                               guint         child);
void          nb_xml_element_replace_child    (NbXmlElement *self,
                                               guint         child,
                                               const char   *text);
void          nb_xml_element_remove_child     (NbXmlElement *self,
                                               guint         child);
void          nb_xml_element_insert_child     (NbXmlElement *self,
                                               guint         child,
                                               const char   *text,
                                               const char   *own_indent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbXmlElement, nb_xml_element_free)

G_END_DECLS
