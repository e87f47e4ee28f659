// OpenSSL 3 for Swift: the headers, and wrappers for what the importer cannot see (macros, variadic calls, and calls
// whose OSSL_PARAM keys must outlive the call). No feature macros here: they would change other modules' libc.
#ifndef VESTIBULE_COPENSSL_SHIM_H
#define VESTIBULE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Keys

static inline EVP_PKEY *shim_generate_rsa(size_t bits) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
}

static inline EVP_PKEY *shim_generate_ec(const char *curve) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

static inline EVP_PKEY *shim_generate_ed25519(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static inline EVP_PKEY *shim_key_from_builder(const char *type, int selection, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params != NULL && ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1)
        if (EVP_PKEY_fromdata(ctx, &key, selection, params) != 1) key = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return key;
}

static inline EVP_PKEY *shim_rsa_public_key(const BIGNUM *n, const BIGNUM *e) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;
    if (builder == NULL) return NULL;
    if (OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = shim_key_from_builder("RSA", EVP_PKEY_PUBLIC_KEY, builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static inline EVP_PKEY *shim_rsa_private_key(const BIGNUM *n, const BIGNUM *e, const BIGNUM *d, const BIGNUM *p,
                                             const BIGNUM *q, const BIGNUM *dp, const BIGNUM *dq, const BIGNUM *qi) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;
    if (builder == NULL) return NULL;
    if (OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR1, p) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR2, q) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT1, dp) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT2, dq) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi) == 1)
        key = shim_key_from_builder("RSA", EVP_PKEY_KEYPAIR, builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

// `d` may be NULL: a public key. The point is 04 || x || y; fromdata refuses one that is not on the curve.
static inline EVP_PKEY *shim_ec_key(const char *curve, const unsigned char *point, size_t count, const BIGNUM *d) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;
    if (builder == NULL) return NULL;
    if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, count) == 1 &&
        (d == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1))
        key = shim_key_from_builder("EC", d == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

// Derivation and MAC

static inline EVP_MAC_CTX *shim_hmac_context(EVP_MAC *mac, const char *digest) {
    OSSL_PARAM params[2] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
                            OSSL_PARAM_construct_end()};
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    if (ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static inline int shim_hkdf(EVP_KDF *kdf, const char *digest, const unsigned char *secret, size_t secret_count,
                            const unsigned char *salt, size_t salt_count, const unsigned char *info,
                            size_t info_count, unsigned char *out, size_t count) {
    int answer = 0;
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    OSSL_PARAM params[5], *p = params;
    if (ctx == NULL) return 0;
    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_count);
    if (salt_count > 0) *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count);
    if (info_count > 0) *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_count);
    *p = OSSL_PARAM_construct_end();
    answer = EVP_KDF_derive(ctx, out, count, params);
    EVP_KDF_CTX_free(ctx);
    return answer;
}

// BIO

static inline long shim_BIO_get_mem_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

// Certificates

// How names print: RFC 2253, but with UTF-8 as it is instead of an escape for each byte.
static const unsigned long shim_name_flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;

static inline void shim_OPENSSL_free(void *pointer) { OPENSSL_free(pointer); }
static inline int shim_GENERAL_NAME_num(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *shim_GENERAL_NAME_value(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline GENERAL_NAMES *shim_GENERAL_NAMES_new(void) { return sk_GENERAL_NAME_new_null(); }
static inline int shim_GENERAL_NAMES_push(GENERAL_NAMES *names, GENERAL_NAME *name) {
    return sk_GENERAL_NAME_push(names, name);
}
static inline int shim_X509_num(const STACK_OF(X509) *certificates) { return sk_X509_num(certificates); }
static inline X509 *shim_X509_value(const STACK_OF(X509) *certificates, int index) {
    return sk_X509_value(certificates, index);
}
static inline STACK_OF(X509) *shim_X509_stack_new(void) { return sk_X509_new_null(); }
static inline int shim_X509_push(STACK_OF(X509) *certificates, X509 *certificate) {
    return sk_X509_push(certificates, certificate);
}
static inline void shim_X509_stack_free(STACK_OF(X509) *certificates) { sk_X509_pop_free(certificates, X509_free); }

// TLS

static inline int shim_SSL_CTX_set_min_proto_version(SSL_CTX *ctx, int version) {
    return (int)SSL_CTX_set_min_proto_version(ctx, version);
}
static inline long shim_SSL_CTX_set1_groups_list(SSL_CTX *ctx, const char *groups) {
    return SSL_CTX_set1_groups_list(ctx, (char *)groups);
}
static inline long shim_SSL_CTX_add1_chain_cert(SSL_CTX *ctx, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(ctx, certificate);
}
static inline long shim_SSL_CTX_set_tlsext_servername_callback(SSL_CTX *ctx, int (*callback)(SSL *, int *, void *)) {
    return SSL_CTX_set_tlsext_servername_callback(ctx, callback);
}
static inline long shim_SSL_CTX_set_tlsext_servername_arg(SSL_CTX *ctx, void *argument) {
    return SSL_CTX_set_tlsext_servername_arg(ctx, argument);
}
static inline long shim_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, (char *)name);
}

// Server's part: TLS and what its loop needs of Linux.
#if __has_include("tls_shim.h")
#include "tls_shim.h"
#endif

#endif
