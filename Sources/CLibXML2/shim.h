// libxml2 for Swift: the headers, and wrappers for what Swift can't call: macros, and the allocator, which is a variable.
#ifndef VESTIBULE_CLIBXML2_SHIM_H
#define VESTIBULE_CLIBXML2_SHIM_H

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/tree.h>
#include <libxml/uri.h>
#include <libxml/xmlerror.h>
#include <string.h>

static inline void shim_xml_free(void *memory) { xmlFree(memory); }

// XML_PARSE_NO_XXE exists from 2.13; the enumeration has no macro to ask for.
static inline int shim_xml_parse_options(void) {
    int options = XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES;
#if LIBXML_VERSION >= 21300
    options |= XML_PARSE_NO_XXE;
#endif
    return options;
}

#endif
