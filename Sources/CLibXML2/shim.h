// libxml2 for Swift: the headers, and wrappers for what Swift can't call: macros, and the allocator, which is a variable.
#ifndef VESTIBULE_CLIBXML2_SHIM_H
#define VESTIBULE_CLIBXML2_SHIM_H

// Debian's libxml2 is built with ICU, and its header then brings ICU's, which Foundation has in another version: a module
// with both does not compile. Only the end of a structure that is none of our business depends on it.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

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

// Canonicalization asks of each node whether it belongs to what is canonicalized: the subtree of `root` (the whole
// document if NULL) without the subtree of `excluded`. An ancestor walk, which is as long as the document is deep.
struct shim_xml_scope {
    const xmlNode *root;
    const xmlNode *excluded;
};
static inline int shim_xml_is_visible(void *context, xmlNodePtr node, xmlNodePtr parent) {
    const struct shim_xml_scope *scope = (const struct shim_xml_scope *)context;
    // A namespace is no xmlNode and has no parent of its own; its type is where a node's is.
    const xmlNode *at = node != NULL && node->type != XML_NAMESPACE_DECL ? node : parent;
    for (; at != NULL; at = at->parent) {
        if (at == scope->excluded) return 0;
        if (at == scope->root) return 1;
    }
    return scope->root == NULL;
}

#endif
