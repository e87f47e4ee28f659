// OpenSSL's TLS side for Server: macros become functions. Included at the end of shim.h.
#ifndef VESTIBULE_TLS_SHIM_H
#define VESTIBULE_TLS_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "loop_shim.h"

// Tickets only (no session cache), no renegotiation, no compression; a peer that hangs up without close_notify has
// hung up.
static inline void shim_SSL_CTX_set_server_options(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(ctx, 1);
}

typedef int (*shim_ticket_callback)(SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *, EVP_MAC_CTX *,
                                         int);
static inline int shim_SSL_CTX_set_tlsext_ticket_key_evp_cb(SSL_CTX *ctx, shim_ticket_callback callback) {
    return (int)SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, callback);
}

// The two halves of a session ticket's protection: AES-256-CBC for secrecy, HMAC-SHA-256 for integrity.
static inline int shim_ticket_protect(EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, const unsigned char *cipherKey,
                                           const unsigned char *macKey, const unsigned char *iv, int encrypting) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)macKey, 32),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"sha256", 0),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_MAC_CTX_set_params(mac, parameters) != 1) return 0;
    return encrypting ? EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, cipherKey, iv)
                      : EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, cipherKey, iv);
}

#endif
