// zlib for Swift: raw DEFLATE (RFC 1951), which SAML's HTTP-Redirect binding is made of. The init functions are macros.
#ifndef VESTIBULE_CZLIB_SHIM_H
#define VESTIBULE_CZLIB_SHIM_H

#include <zlib.h>

// Negative window bits: no zlib header and no checksum.
static inline int shim_inflate_init_raw(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }
// What is deflated is a request of a kilobyte or two: a window of 4 KB, and 32 KB in all instead of 256.
static inline int shim_deflate_init_raw(z_stream *stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -12, 5, Z_DEFAULT_STRATEGY);
}

#endif
