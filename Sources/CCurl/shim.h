// libcurl for Swift: the headers, typed wrappers for its variadic calls (one per kind of argument, so that the compiler
// checks what curl_easy_setopt can't), and its loading. No feature macros here: they would change other modules' libc.
#ifndef VESTIBULE_CCURL_SHIM_H
#define VESTIBULE_CCURL_SHIM_H

#include <curl/curl.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

// Loading. The library is not linked but loaded when somebody is first asked something: with the two dozen libraries
// behind it, it would cost every start 5 ms, and a gateway that asks nobody 1 MB.

#define SHIM_CURL_FUNCTIONS(X) \
    X(global_init) X(free) X(slist_append) X(slist_free_all) X(url) X(url_set) X(url_get) X(url_cleanup) \
    X(easy_init) X(easy_reset) X(easy_cleanup) X(easy_setopt) X(easy_getinfo) X(easy_strerror) \
    X(multi_init) X(multi_cleanup) X(multi_add_handle) X(multi_remove_handle) X(multi_setopt) X(multi_info_read) \
    X(multi_socket_action)

struct shim_curl_functions {
#define SHIM_CURL_FIELD(name) __typeof__(curl_##name) *name;
    SHIM_CURL_FUNCTIONS(SHIM_CURL_FIELD)
#undef SHIM_CURL_FIELD
    bool complete;
};

// Each object file that uses this header has its own, filled at its first use. (Without an initializer Swift emits none.)
static struct shim_curl_functions shim_curl_found = {0};
static pthread_once_t shim_curl_once = PTHREAD_ONCE_INIT;

static inline void shim_curl_find(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    shim_curl_found.complete = true;
#define SHIM_CURL_FIND(name) \
    *(void **)&shim_curl_found.name = dlsym(library, "curl_" #name); \
    if (!shim_curl_found.name) shim_curl_found.complete = false;
    SHIM_CURL_FUNCTIONS(SHIM_CURL_FIND)
#undef SHIM_CURL_FIND
}

static inline const struct shim_curl_functions *shim_curl(void) {
    pthread_once(&shim_curl_once, shim_curl_find);
    return &shim_curl_found;
}

// False where the library is not there, or lacks something; then nothing below may be called.
static inline bool shim_curl_load(void) {
    return shim_curl()->complete && shim_curl()->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static inline void shim_free(void *bytes) { shim_curl()->free(bytes); }
static inline struct curl_slist *shim_slist_append(struct curl_slist *list, const char *text) {
    return shim_curl()->slist_append(list, text);
}
static inline void shim_slist_free_all(struct curl_slist *list) { shim_curl()->slist_free_all(list); }
static inline CURLU *shim_url(void) { return shim_curl()->url(); }
static inline CURLUcode shim_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
    return shim_curl()->url_set(url, part, text, flags);
}
static inline CURLUcode shim_url_get(const CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    return shim_curl()->url_get(url, part, text, flags);
}
static inline void shim_url_cleanup(CURLU *url) { shim_curl()->url_cleanup(url); }
static inline CURL *shim_easy_init(void) { return shim_curl()->easy_init(); }
static inline void shim_easy_reset(CURL *easy) { shim_curl()->easy_reset(easy); }
static inline void shim_easy_cleanup(CURL *easy) { shim_curl()->easy_cleanup(easy); }
static inline const char *shim_easy_strerror(CURLcode code) { return shim_curl()->easy_strerror(code); }
static inline CURLM *shim_multi_init(void) { return shim_curl()->multi_init(); }
static inline CURLMcode shim_multi_cleanup(CURLM *multi) { return shim_curl()->multi_cleanup(multi); }
static inline CURLMcode shim_multi_add_handle(CURLM *multi, CURL *easy) {
    return shim_curl()->multi_add_handle(multi, easy);
}
static inline CURLMcode shim_multi_remove_handle(CURLM *multi, CURL *easy) {
    return shim_curl()->multi_remove_handle(multi, easy);
}
static inline CURLMcode shim_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running) {
    return shim_curl()->multi_socket_action(multi, socket, events, running);
}

// Types of callbacks, by the shape that Swift functions must have

typedef int (*shim_socket_callback)(void *easy, int socket, int what, void *context, void *socket_context);
typedef int (*shim_timer_callback)(void *multi, long milliseconds, void *context);
typedef int (*shim_open_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef size_t (*shim_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

// Easy handles

static inline CURLcode shim_easy_set_long(CURL *easy, CURLoption option, long value) {
    return shim_curl()->easy_setopt(easy, option, value);
}
static inline CURLcode shim_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return shim_curl()->easy_setopt(easy, option, value);
}
static inline CURLcode shim_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    return shim_curl()->easy_setopt(easy, option, value);
}
static inline CURLcode shim_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return shim_curl()->easy_setopt(easy, option, value);
}
static inline CURLcode shim_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return shim_curl()->easy_setopt(easy, option, value);
}
static inline CURLcode shim_easy_set_url(CURL *easy, CURLU *url) { return shim_curl()->easy_setopt(easy, CURLOPT_CURLU, url); }
// libcurl keeps a copy of the bytes.
static inline CURLcode shim_easy_set_certificates(CURL *easy, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return shim_curl()->easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
}
// PEM: the certificate, those it is issued by, and the key, in one text. libcurl keeps a copy of the bytes.
static inline CURLcode shim_easy_set_identity(CURL *easy, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &blob);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &blob);
}
static inline CURLcode shim_easy_set_body(CURL *easy, const void *bytes, size_t count) {
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}
static inline CURLcode shim_easy_set_write(CURL *easy, shim_bytes_callback callback, void *context) {
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_WRITEDATA, context);
}
static inline CURLcode shim_easy_set_header(CURL *easy, shim_bytes_callback callback, void *context) {
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_HEADERDATA, context);
}
static inline CURLcode shim_easy_set_read(CURL *easy, shim_bytes_callback callback, void *context) {
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_READFUNCTION, callback);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_READDATA, context);
}
static inline CURLcode shim_easy_set_open(CURL *easy, shim_open_callback callback, void *context) {
    CURLcode code = shim_curl()->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
    return code != CURLE_OK ? code : shim_curl()->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
}
static inline long shim_easy_response_code(CURL *easy) {
    long code = 0;
    return shim_curl()->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK ? code : 0;
}
// The path of the bundle that libcurl was built to trust; NULL where it was built without one.
static inline const char *shim_default_ca_file(CURL *easy) {
    char *path = NULL;
    return shim_curl()->easy_getinfo(easy, CURLINFO_CAINFO, &path) == CURLE_OK ? path : NULL;
}

// Multi handles

static inline CURLMcode shim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return shim_curl()->multi_setopt(multi, option, value);
}
static inline CURLMcode shim_multi_set_socket(CURLM *multi, shim_socket_callback callback, void *context) {
    CURLMcode code = shim_curl()->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
    return code != CURLM_OK ? code : shim_curl()->multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}
static inline CURLMcode shim_multi_set_timer(CURLM *multi, shim_timer_callback callback, void *context) {
    CURLMcode code = shim_curl()->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
    return code != CURLM_OK ? code : shim_curl()->multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}
// The next finished transfer, or NULL. The message's union is read here because Swift imports it without names.
static inline CURL *shim_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = shim_curl()->multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

// Addresses

// Copies 4 or 16 address bytes and the port out of what libcurl is about to connect to. Answers their count, 0 for any
// family but IPv4 and IPv6.
static inline int shim_address_read(const struct curl_sockaddr *address, unsigned char *bytes, unsigned short *port) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;
        memcpy(&in, &address->addr, sizeof in);
        memcpy(bytes, &in.sin_addr, 4);
        *port = ntohs(in.sin_port);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in6;
        memcpy(&in6, &address->addr, sizeof in6);
        memcpy(bytes, &in6.sin6_addr, 16);
        *port = ntohs(in6.sin6_port);
        return 16;
    }
    return 0;
}
static inline int shim_address_open(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

#endif
