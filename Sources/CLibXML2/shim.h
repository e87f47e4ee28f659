// libxml2 for Swift: the headers, its loading, and what decides which nodes are canonicalized.
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
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

// Loading. The library is not linked but loaded when the first XML comes: with ICU behind it, it would cost every start
// 2 ms and 2 MB, and most gateways start without a SAML message.

#define SHIM_XML_FUNCTIONS(X) \
    X(InitParser) X(SetExternalEntityLoader) X(NewParserCtxt) X(FreeParserCtxt) X(FreeDoc) X(SetStructuredErrorFunc) \
    X(DocGetRootElement) X(SearchNs) X(CtxtReadMemory) X(CtxtReadIO) X(StopParser) X(SAX2StartElementNs) \
    X(SAX2EndElementNs) X(SAX2CDataBlock) X(SAX2Comment) X(SAX2ProcessingInstruction) X(AllocOutputBuffer) \
    X(OutputBufferClose) X(OutputBufferGetContent) X(OutputBufferGetSize) X(C14NExecute)

struct shim_xml_functions {
#define SHIM_XML_FIELD(name) __typeof__(xml##name) *name;
    SHIM_XML_FUNCTIONS(SHIM_XML_FIELD)
#undef SHIM_XML_FIELD
    bool complete;
};

// Each object file that uses this header has its own, filled at its first use. (Without an initializer Swift emits none.)
static struct shim_xml_functions shim_xml_found = {0};
static pthread_once_t shim_xml_once = PTHREAD_ONCE_INIT;

static inline void shim_xml_find(void) {
    void *library = dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    shim_xml_found.complete = true;
#define SHIM_XML_FIND(name) \
    *(void **)&shim_xml_found.name = dlsym(library, "xml" #name); \
    if (!shim_xml_found.name) shim_xml_found.complete = false;
    SHIM_XML_FUNCTIONS(SHIM_XML_FIND)
#undef SHIM_XML_FIND
}

static inline const struct shim_xml_functions *shim_xml(void) {
    pthread_once(&shim_xml_once, shim_xml_find);
    return &shim_xml_found;
}

// False where the library is not there, or lacks something; then nothing below may be called.
static inline bool shim_xml_load(void) {
    if (!shim_xml()->complete) return false;
    shim_xml()->InitParser();
    return true;
}

static inline void shim_xml_set_external_entity_loader(xmlExternalEntityLoader loader) {
    shim_xml()->SetExternalEntityLoader(loader);
}
static inline void shim_xml_set_structured_error_func(void *context, xmlStructuredErrorFunc handler) {
    shim_xml()->SetStructuredErrorFunc(context, handler);
}
static inline xmlParserCtxtPtr shim_xml_new_parser(void) { return shim_xml()->NewParserCtxt(); }
static inline void shim_xml_free_parser(xmlParserCtxtPtr parser) { shim_xml()->FreeParserCtxt(parser); }
static inline void shim_xml_stop_parser(xmlParserCtxtPtr parser) { shim_xml()->StopParser(parser); }
static inline xmlDocPtr shim_xml_read_memory(xmlParserCtxtPtr parser, const char *buffer, int size, int options) {
    return shim_xml()->CtxtReadMemory(parser, buffer, size, NULL, "UTF-8", options);
}
static inline xmlDocPtr shim_xml_read_io(xmlParserCtxtPtr parser, xmlInputReadCallback read, void *context, int options) {
    return shim_xml()->CtxtReadIO(parser, read, NULL, context, NULL, "UTF-8", options);
}
static inline void shim_xml_free_doc(xmlDocPtr document) { shim_xml()->FreeDoc(document); }
static inline xmlNodePtr shim_xml_root(xmlDocPtr document) { return shim_xml()->DocGetRootElement(document); }
static inline xmlNsPtr shim_xml_search_ns(xmlDocPtr document, xmlNodePtr node, const char *prefix) {
    return shim_xml()->SearchNs(document, node, (const xmlChar *)prefix);
}
static inline void shim_xml_start_element(void *parser, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                                          int space_count, const xmlChar **spaces, int count, int defaulted,
                                          const xmlChar **attributes) {
    shim_xml()->SAX2StartElementNs(parser, local, prefix, uri, space_count, spaces, count, defaulted, attributes);
}
static inline void shim_xml_end_element(void *parser, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    shim_xml()->SAX2EndElementNs(parser, local, prefix, uri);
}
static inline void shim_xml_cdata(void *parser, const xmlChar *text, int count) {
    shim_xml()->SAX2CDataBlock(parser, text, count);
}
static inline void shim_xml_comment(void *parser, const xmlChar *text) { shim_xml()->SAX2Comment(parser, text); }
static inline void shim_xml_instruction(void *parser, const xmlChar *target, const xmlChar *data) {
    shim_xml()->SAX2ProcessingInstruction(parser, target, data);
}
static inline xmlOutputBufferPtr shim_xml_buffer(void) { return shim_xml()->AllocOutputBuffer(NULL); }
static inline void shim_xml_buffer_close(xmlOutputBufferPtr buffer) { shim_xml()->OutputBufferClose(buffer); }
static inline const xmlChar *shim_xml_buffer_content(xmlOutputBufferPtr buffer) {
    return shim_xml()->OutputBufferGetContent(buffer);
}
static inline size_t shim_xml_buffer_size(xmlOutputBufferPtr buffer) { return shim_xml()->OutputBufferGetSize(buffer); }
static inline int shim_xml_canonicalize(xmlDocPtr document, xmlC14NIsVisibleCallback visible, void *context, int mode,
                                        xmlChar **prefixes, int comments, xmlOutputBufferPtr buffer) {
    return shim_xml()->C14NExecute(document, visible, context, mode, prefixes, comments, buffer);
}

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
