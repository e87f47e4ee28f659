/* The driver of scripts/bench: one thread, many connections, each doing one thing after another. It plays the browser,
   the application and the partner (an OpenID provider on loopback, in the same thread), so that nothing but the gateway
   is on the gateway's core.

   driver static  -c N -t SECONDS -p PORT -P PID -r FILE           one request, again and again; 200 is expected
   driver signin  ... -f FACTS                                     whole federated sign-ins of returning guests
   driver redeem  ... -f FACTS                                     each guest once, with the page of the invitation
   driver tokens  ... -f FACTS                                     one sign-in; what the token endpoint answered
   driver refresh ... -f FACTS                                     one sign-in per connection, then refreshing
   driver cold    -p PORT -r FILE -t TIMES -C CORE -- COMMAND...         exec to the first whole answer, that many times

   FACTS is "name value" lines, written by bench.py. The answer is one JSON object on standard output. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("driver: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- What bench.py told ---- */

static struct { char *name, *value; } facts[64];
static int fact_count;

static const char *fact_if_any(const char *name) {
    for (int i = 0; i < fact_count; i++)
        if (!strcmp(facts[i].name, name)) return facts[i].value;
    return NULL;
}

static const char *fact(const char *name) {
    const char *value = fact_if_any(name);
    if (!value) die("the facts lack %s", name);
    return value;
}

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) die("%s can't be read", path);
    char *bytes = malloc(1 << 20);
    *length = fread(bytes, 1, (1 << 20) - 1, file);
    bytes[*length] = 0;
    fclose(file);
    return bytes;
}

static void read_facts(const char *path) {
    size_t length;
    char *text = read_file(path, &length);
    for (char *line = strtok(text, "\n"); line && fact_count < 64; line = strtok(NULL, "\n")) {
        char *space = strchr(line, ' ');
        if (!space) continue;
        *space = 0;
        facts[fact_count].name = line;
        facts[fact_count++].value = space + 1;
    }
}

/* ---- The partner's key ---- */

static EVP_PKEY *partner_key;
static char partner_jwks[512];

static int base64url(const unsigned char *bytes, size_t count, char *out) {
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int n = 0;
    for (size_t i = 0; i < count; i += 3) {
        unsigned v = bytes[i] << 16 | (i + 1 < count ? bytes[i + 1] << 8 : 0) | (i + 2 < count ? bytes[i + 2] : 0);
        out[n++] = set[v >> 18];
        out[n++] = set[v >> 12 & 63];
        if (i + 1 < count) out[n++] = set[v >> 6 & 63];
        if (i + 2 < count) out[n++] = set[v & 63];
    }
    out[n] = 0;
    return n;
}

/* One key for every run of the driver: the gateway keeps a partner's keys, as it should. */
static void read_partner_key(void) {
    FILE *file = fopen(fact("partner_key"), "r");
    partner_key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
    if (file) fclose(file);
    unsigned char point[65], *x = point + 1, *y = point + 33;
    size_t length;
    if (!partner_key || !EVP_PKEY_get_octet_string_param(partner_key, OSSL_PKEY_PARAM_PUB_KEY, point, 65, &length))
        die("the partner's key can't be read");
    char xs[64], ys[64];
    base64url(x, 32, xs);
    base64url(y, 32, ys);
    snprintf(partner_jwks, sizeof partner_jwks,
             "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"bench\",\"use\":\"sig\",\"alg\":\"ES256\","
             "\"x\":\"%s\",\"y\":\"%s\"}]}", xs, ys);
}

/* ECDSA on P-256 over SHA-256, as r and s. */
static void sign(const char *bytes, size_t count, unsigned char raw[64]) {
    static EVP_MD_CTX *context;
    if (!context) context = EVP_MD_CTX_new();
    unsigned char der[80];
    size_t der_length = sizeof der;
    EVP_MD_CTX_reset(context);
    if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, partner_key) != 1
        || EVP_DigestSign(context, der, &der_length, (const unsigned char *)bytes, count) != 1) die("signing failed");
    const unsigned char *p = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &p, der_length);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32);
    ECDSA_SIG_free(signature);
}

/* An ID token of the partner (ES256) for that guest and nonce. */
static int id_token(char *out, int guest, const char *nonce) {
    static char header[64];
    static int header_length;
    if (!header_length) {
        const char *text = "{\"alg\":\"ES256\",\"kid\":\"bench\"}";
        header_length = base64url((const unsigned char *)text, strlen(text), header);
    }
    char claims[1024];
    long t = time(NULL);
    int length = snprintf(claims, sizeof claims,
        "{\"iss\":\"%s\",\"aud\":\"gateway\",\"sub\":\"g%d\",\"nonce\":\"%s\",\"iat\":%ld,\"exp\":%ld,\"auth_time\":%ld,"
        "\"email\":\"guest%d@%s\",\"email_verified\":true,\"name\":\"Guest %d\",\"amr\":[\"pwd\"]}",
        fact("partner_issuer"), guest, nonce, t, t + 300, t, guest, fact("partner_domain"), guest);
    int n = sprintf(out, "%s.", header);
    n += base64url((unsigned char *)claims, length, out + n);
    unsigned char raw[64];
    sign(out, n, raw);
    out[n++] = '.';
    return n + base64url(raw, 64, out + n);
}

/* ---- The partner that speaks SAML ---- */

static int unescape(const char *text, char *out) {
    int n = 0;
    for (; *text; text++) {
        unsigned byte;
        if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) { out[n++] = byte; text += 2; }
        else out[n++] = *text;
    }
    out[n] = 0;
    return n;
}

/* The ID of the request in a redirect's SAMLRequest, as it is written in the URL. */
static void request_id(const char *escaped, char *id, size_t room) {
    static char encoded[8192], deflated[8192], xml[16384];
    int length = EVP_DecodeBlock((unsigned char *)deflated, (unsigned char *)encoded, unescape(escaped, encoded));
    z_stream stream = {.next_in = (unsigned char *)deflated, .avail_in = length, .next_out = (unsigned char *)xml,
                       .avail_out = sizeof xml - 1};
    if (length <= 0 || inflateInit2(&stream, -15) != Z_OK) die("the SAMLRequest can't be read");
    inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    xml[stream.total_out] = 0;
    char *at = strstr(xml, " ID=\"");
    size_t n = 0;
    for (at = at ? at + 5 : ""; *at && *at != '"' && n + 1 < room; at++) id[n++] = *at;
    id[n] = 0;
    if (!n) die("the SAMLRequest has no ID: %.200s", xml);
}

static void digest64(const char *text, size_t count, char out[64]) {
    unsigned char digest[32];
    SHA256((const unsigned char *)text, count, digest);
    EVP_EncodeBlock((unsigned char *)out, digest, 32);
}

static void instant(long t, char out[32]) {
    time_t when = t;
    struct tm parts;
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &parts));
}

#define ATTRIBUTE(name, value) \
    "<saml:Attribute Name=\"" name "\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:uri\">" \
    "<saml:AttributeValue>" value "</saml:AttributeValue></saml:Attribute>"
#define CLAIM "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

/* A response of about 5 KB with a signed assertion (ECDSA on P-256), written in canonical form, as form-encoded base64. */
static int saml_response(char *out, int guest, const char *id, long serial) {
    static char assertion[16384], signed_info[2048], xml[32768];
    char from[32], until[32], digest[64], signature[128];
    long t = time(NULL);
    instant(t, from);
    instant(t + 300, until);
    const char *opening = "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a%ld\" "
        "IssueInstant=\"%s\" Version=\"2.0\"><saml:Issuer>%s</saml:Issuer>";
    int n = sprintf(assertion, opening, serial, from, fact("saml_issuer"));
    int head = n;
    n += sprintf(assertion + n,
        "<saml:Subject><saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">g%d</saml:NameID>"
        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData "
        "InResponseTo=\"%s\" NotOnOrAfter=\"%s\" Recipient=\"%s\"></saml:SubjectConfirmationData>"
        "</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"%s\" NotOnOrAfter=\"%s\">"
        "<saml:AudienceRestriction><saml:Audience>%s</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        "<saml:AuthnStatement AuthnInstant=\"%s\" SessionIndex=\"_s%ld\"><saml:AuthnContext>"
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"
        ATTRIBUTE(CLAIM "emailaddress", "guest%d@%s") ATTRIBUTE(CLAIM "name", "Guest %d")
        ATTRIBUTE(CLAIM "givenname", "Guest") ATTRIBUTE(CLAIM "surname", "Number %d"),
        guest, id, until, fact("saml_acs"), from, until, fact("saml_audience"), from, serial, guest,
        fact("partner_domain"), guest, guest);
    for (int i = 0; i < 10; i++)
        n += sprintf(assertion + n, ATTRIBUTE("urn:bench:%d", "a value of a usual length, number %d"), i, i);
    n += sprintf(assertion + n, "</saml:AttributeStatement></saml:Assertion>");
    digest64(assertion, n, digest);
    int m = sprintf(signed_info,
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
        "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>"
        "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></ds:SignatureMethod>"
        "<ds:Reference URI=\"#_a%ld\"><ds:Transforms><ds:Transform "
        "Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform "
        "Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms><ds:DigestMethod "
        "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue>"
        "</ds:Reference></ds:SignedInfo>", serial, digest);
    unsigned char raw[64];
    sign(signed_info, m, raw);
    EVP_EncodeBlock((unsigned char *)signature, raw, 64);
    int x = sprintf(xml,
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"%s\" ID=\"_r%ld\" "
        "InResponseTo=\"%s\" IssueInstant=\"%s\" Version=\"2.0\"><saml:Issuer "
        "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">%s</saml:Issuer><samlp:Status><samlp:StatusCode "
        "Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status>%.*s"
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">%s<ds:SignatureValue>%s</ds:SignatureValue>"
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        "</ds:Signature>%s</samlp:Response>",
        fact("saml_acs"), serial, id, from, fact("saml_issuer"), head, assertion, signed_info, signature,
        fact("saml_certificate"), assertion + head);
    static char encoded[49152];
    int e = EVP_EncodeBlock((unsigned char *)encoded, (unsigned char *)xml, x), o = 0;
    for (int i = 0; i < e; i++) {
        if (encoded[i] == '+') o += sprintf(out + o, "%%2B");
        else if (encoded[i] == '/') o += sprintf(out + o, "%%2F");
        else if (encoded[i] == '=') o += sprintf(out + o, "%%3D");
        else out[o++] = encoded[i];
    }
    out[o] = 0;
    return o;
}

/* ---- Connections ---- */

enum kind { LISTENER, PARTNER, WORKER };
enum step { STATIC, AUTHORIZE, CALLBACK, PAGE, ACCEPT, TOKEN, REFRESH };

struct conn {
    enum kind kind;
    int fd;
    char in[96 << 10];
    int in_count;
    char out[48 << 10];
    int out_count, out_sent;
    /* Of a worker. */
    int number, guest, turn;
    enum step step;
    double began;
    char cookie[4096], nonce[256], refresh[1024];
    bool ready, idle;
};

static int poller, port, connections = 64, guests, partner_port;
static double seconds = 3;
static const char *mode;
static char *static_request;
static size_t static_length;
static struct conn **workers;
static long finished, failures, wanted = -1, given, ready_count;
static bool measuring;
static uint32_t *latencies;
static size_t latency_count, latency_room;

static int connect_gateway(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) { close(fd); return -1; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void add(struct conn *c) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event)) die("epoll: %s", strerror(errno));
}

static void flush_out(struct conn *c) {
    while (c->out_sent < c->out_count) {
        ssize_t n = send(c->fd, c->out + c->out_sent, c->out_count - c->out_sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
            epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
            return;
        }
        if (n < 0) { failures++; return; }
        c->out_sent += n;
    }
    c->out_count = c->out_sent = 0;
}

__attribute__((format(printf, 2, 3))) static void say(struct conn *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    c->out_count += vsnprintf(c->out + c->out_count, sizeof c->out - c->out_count, format, arguments);
    va_end(arguments);
    if (c->out_count >= (int)sizeof c->out) die("a request is too long");
}

/* The value of a header field of the answer, or NULL; its end in `end`. */
static char *field(char *head, char *head_end, const char *name, char **end) {
    size_t length = strlen(name);
    for (char *line = head; line < head_end;) {
        char *line_end = strstr(line, "\r\n");
        if (!strncasecmp(line, name, length) && line[length] == ':') {
            char *value = line + length + 1;
            while (*value == ' ') value++;
            *end = line_end;
            return value;
        }
        if (!line_end) break;
        line = line_end + 2;
    }
    return NULL;
}

/* The sign-in's cookie, as sent last. */
static void keep_cookie(struct conn *c, char *head, char *head_end) {
    char *at = head, *end;
    while ((at = field(at, head_end, "set-cookie", &end))) {
        if (!strncmp(at, "__Host-n.", 9)) {
            char *semicolon = memchr(at, ';', end - at);
            int n = (semicolon ? semicolon : end) - at;
            if (n < (int)sizeof c->cookie && at[n - 1] != '=') { memcpy(c->cookie, at, n); c->cookie[n] = 0; }
        }
        at = end;
    }
}

/* A query parameter of a URL, as it is written there. */
static bool parameter(const char *url, const char *end, const char *name, char *out, size_t room) {
    size_t length = strlen(name);
    for (const char *p = url; p < end; p++)
        if ((*p == '?' || *p == '&') && !strncmp(p + 1, name, length) && p[1 + length] == '=') {
            p += 2 + length;
            size_t n = 0;
            while (p < end && *p != '&' && *p != '#' && n + 1 < room) out[n++] = *p++;
            out[n] = 0;
            return true;
        }
    return false;
}

static bool json_string(const char *body, const char *name, char *out, size_t room) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(body, key);
    if (!at) return false;
    at += strlen(key);
    size_t n = 0;
    while (*at && *at != '"' && n + 1 < room) out[n++] = *at++;
    out[n] = 0;
    return true;
}

#define HOST "Host: localhost:%d\r\n"
static const char verifier[] = "bench-bench-bench-bench-bench-bench-bench-bench";
static char challenge[64];

static void begin_sign_in(struct conn *c) {
    c->turn++;
    c->cookie[0] = 0;
    c->step = AUTHORIZE;
    say(c,
        "GET /%s/oauth2/v2.0/authorize?client_id=%s&response_type=code&redirect_uri=%s&scope=%s&state=s%d.%d"
        "&nonce=n%d.%d&code_challenge=%s&code_challenge_method=S256&login_hint=guest%d%%40%s HTTP/1.1\r\n" HOST "\r\n",
        fact("tenant"), fact("client_id"), fact("redirect_uri_encoded"), fact("scope"), c->number, c->turn, c->number,
        c->turn, challenge, c->guest, fact("partner_domain"), port);
}

static void ask_token(struct conn *c, const char *body) {
    say(c, "POST /%s/oauth2/v2.0/token HTTP/1.1\r\n" HOST "Authorization: Basic %s\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
        fact("tenant"), port, fact("client_basic"), strlen(body), body);
}

static void ask_refresh(struct conn *c) {
    char body[1400];
    snprintf(body, sizeof body, "grant_type=refresh_token&refresh_token=%s", c->refresh);
    c->step = REFRESH;
    ask_token(c, body);
}

static void start(struct conn *c) {
    c->began = now();
    if (!strcmp(mode, "static")) {
        c->step = STATIC;
        memcpy(c->out, static_request, static_length);
        c->out_count = static_length;
    } else if (!strcmp(mode, "refresh") && c->refresh[0]) {
        ask_refresh(c);
    } else {
        if (wanted >= 0) {
            if (given >= wanted) { c->idle = true; return; }
            c->guest = given++;
        } else {
            c->guest = (c->guest + connections) % guests;
        }
        begin_sign_in(c);
    }
    flush_out(c);
}

static void unexpected(struct conn *c, const char *what) {
    static const char *steps[] = {"request", "authorize", "callback", "page", "accept", "token", "refresh"};
    failures++;
    if (failures <= 3) fprintf(stderr, "driver: %s at %s:\n%.1500s\n", what, steps[c->step], c->in);
    if (failures > 20) die("too many unexpected answers");
}

static void done(struct conn *c) {
    if (measuring) {
        finished++;
        if (latency_count == latency_room) {
            latency_room = latency_room ? latency_room * 2 : 1 << 20;
            latencies = realloc(latencies, latency_room * sizeof *latencies);
        }
        latencies[latency_count++] = (now() - c->began) * 1e6;
    } else if (wanted >= 0) {
        finished++;
    }
    start(c);
}

/* One whole answer of the gateway is in c->in. */
static void answered(struct conn *c, int status, char *head_end, char *body) {
    char *end, *location = field(c->in, head_end, "location", &end), value[2048], body_out[3072];
    char *location_end = location ? end : NULL;
    bool redirects = location && status >= 302 && status <= 303;
    switch (c->step) {
    case STATIC:
        if (status != 200) unexpected(c, "no 200");
        return done(c);
    case AUTHORIZE:
        if (fact_if_any("saml_issuer")) {
            static char form[65536], relay[256], id[128], request[8192];
            static long serial;
            if (!redirects || !parameter(location, location_end, "SAMLRequest", request, sizeof request)
                || !parameter(location, location_end, "RelayState", relay, sizeof relay)) {
                unexpected(c, "no redirect to the partner");
                return start(c);
            }
            keep_cookie(c, c->in, head_end);
            request_id(request, id, sizeof id);
            int length = sprintf(form, "SAMLResponse=");
            length += saml_response(form + length, c->guest, id, ++serial + getpid() * 100000000L);
            length += sprintf(form + length, "&RelayState=%s", relay);
            c->step = CALLBACK;
            say(c, "POST /%s/federation/%s/acs HTTP/1.1\r\n" HOST "Cookie: %s\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
                fact("tenant"), fact("partner"), port, c->cookie, length, form);
            return flush_out(c);
        }
        if (!redirects || !parameter(location, location_end, "state", value, sizeof value)
            || !parameter(location, location_end, "nonce", c->nonce, sizeof c->nonce)) {
            unexpected(c, "no redirect to the partner");
            return start(c);
        }
        keep_cookie(c, c->in, head_end);
        c->step = CALLBACK;
        say(c, "GET /%s/federation/%s/callback?code=w%d.%d&state=%s&iss=%s HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n",
            fact("tenant"), fact("partner"), c->number, c->turn, value, fact("partner_issuer_encoded"), port, c->cookie);
        return flush_out(c);
    case CALLBACK:
        /* After a POST a page moves on instead. */
        if (!redirects && status == 200 && (location = strstr(body, "0;url="))) {
            location_end = strchr(location, '"');
            redirects = location_end != NULL;
        }
        if (redirects && parameter(location, location_end, "code", value, sizeof value)) {
            c->step = TOKEN;
            snprintf(body_out, sizeof body_out, "grant_type=authorization_code&code=%s&redirect_uri=%s&code_verifier=%s",
                     value, fact("redirect_uri_encoded"), verifier);
            ask_token(c, body_out);
            return flush_out(c);
        }
        if (redirects && !strcmp(mode, "redeem") && *location == '/') {
            keep_cookie(c, c->in, head_end);
            c->step = PAGE;
            say(c, "GET %.*s HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n", (int)(location_end - location), location, port,
                c->cookie);
            return flush_out(c);
        }
        unexpected(c, "no code");
        return start(c);
    case PAGE: {
        /* The form whose action ends in /accept, and its token. */
        char *action = strstr(body, "/accept\""), *from = action, *token = action ? strstr(action, "name=\"token\"") : NULL;
        while (from && from > body && from[-1] != '"') from--;
        char *v = token ? strstr(token, "value=\"") : NULL;
        if (status != 200 || !v) { unexpected(c, "no page with an Accept button"); return start(c); }
        size_t n = 0;
        for (v += 7; *v && *v != '"' && n + 1 < sizeof value; v++) value[n++] = *v;
        value[n] = 0;
        int length = snprintf(body_out, sizeof body_out, "token=%s&accept=yes", value);
        c->step = ACCEPT;
        say(c, "POST %.*s/accept HTTP/1.1\r\n" HOST "Origin: http://localhost:%d\r\nCookie: %s\r\n"
               "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
            (int)(action - from), from, port, port, c->cookie, length, body_out);
        return flush_out(c);
    }
    case ACCEPT:
        if (!(redirects || status == 200) || (!location && !strstr(body, "code="))) unexpected(c, "not accepted");
        return done(c);
    case TOKEN:
    case REFRESH:
        if (status != 200 || !strstr(body, "\"access_token\"")) {
            unexpected(c, "no tokens");
            c->refresh[0] = 0;
            return start(c);
        }
        if (!strcmp(mode, "tokens")) {
            puts(body);
            exit(0);
        }
        if (!strcmp(mode, "refresh")) {
            if (!json_string(body, "refresh_token", c->refresh, sizeof c->refresh)) die("no refresh token in %.300s", body);
            if (!c->ready) { c->ready = true; ready_count++; }
        }
        return done(c);
    }
}

/* The partner: discovery, keys, and the token endpoint. */
static void ask_partner(struct conn *c, char *body) {
    static char answer[4096];
    const char *issuer = fact("partner_issuer");
    if (strstr(c->in, "/.well-known/openid-configuration")) {
        snprintf(answer, sizeof answer,
                 "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/authorize\",\"token_endpoint\":\"%s/token\","
                 "\"jwks_uri\":\"%s/keys\",\"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],"
                 "\"id_token_signing_alg_values_supported\":[\"ES256\"],"
                 "\"authorization_response_iss_parameter_supported\":true}", issuer, issuer, issuer, issuer);
    } else if (!strncmp(c->in, "GET /keys", 9)) {
        strcpy(answer, partner_jwks);
    } else {
        int number, turn;
        char *code = !strncmp(body, "code=", 5) ? body : strstr(body, "&code=");
        if (!code || sscanf(code + (*code == '&' ? 6 : 5), "w%d.%d", &number, &turn) != 2 || number >= connections
            || workers[number]->turn != turn) {
            /* The gateway still works on what an earlier run of the driver began. */
            say(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 25\r\n\r\n{\"error\":\"invalid_grant\"}");
            return flush_out(c);
        }
        int n = sprintf(answer, "{\"token_type\":\"Bearer\",\"expires_in\":300,\"access_token\":\"bench\",\"id_token\":\"");
        n += id_token(answer + n, workers[number]->guest, workers[number]->nonce);
        strcpy(answer + n, "\"}");
    }
    say(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=3600\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(answer), answer);
    flush_out(c);
}

/* True while there was a whole message. */
static bool take_message(struct conn *c) {
    c->in[c->in_count] = 0;
    char *head_end = strstr(c->in, "\r\n\r\n"), *end;
    if (!head_end) return false;
    char *length_text = field(c->in, head_end + 2, "content-length", &end);
    int length = length_text ? atoi(length_text) : 0, whole = head_end + 4 - c->in + length;
    if (whole >= (int)sizeof c->in) die("an answer is too long");
    if (c->in_count < whole) return false;
    if (c->kind == PARTNER) ask_partner(c, head_end + 4);
    else answered(c, atoi(c->in + 9), head_end + 2, head_end + 4);
    memmove(c->in, c->in + whole, c->in_count - whole);
    c->in_count -= whole;
    return true;
}

static void readable(struct conn *c) {
    ssize_t n = recv(c->fd, c->in + c->in_count, sizeof c->in - 1 - c->in_count, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        close(c->fd);
        if (c->kind == PARTNER) { free(c); return; }
        failures++;
        if (failures > 20) die("the gateway closes connections");
        c->in_count = c->out_count = c->out_sent = 0;
        if ((c->fd = connect_gateway()) < 0) die("the gateway is gone");
        add(c);
        c->refresh[0] = 0;
        start(c);
        return;
    }
    c->in_count += n;
    while (take_message(c)) {}
}

/* ---- Measuring ---- */

static double cpu_of(int pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof text, file)) die("there is no process %d", pid);
    fclose(file);
    unsigned long user, system;
    if (sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        die("%s can't be read", path);
    return (user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_for(double until) {
    struct epoll_event events[256];
    while (now() < until || (!measuring && !strcmp(mode, "refresh") && ready_count < connections)) {
        int n = epoll_wait(poller, events, 256, 50);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (c->kind == LISTENER) {
                int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
                if (fd < 0) continue;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct conn *new = calloc(1, sizeof *new);
                new->kind = PARTNER;
                new->fd = fd;
                add(new);
                continue;
            }
            if (events[i].events & EPOLLOUT) {
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
                epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
                flush_out(c);
            }
            if (events[i].events & ~EPOLLOUT) readable(c);
        }
        if (wanted >= 0 && finished + failures >= wanted) return;
    }
}

static void listen_as_partner(void) {
    struct conn *c = calloc(1, sizeof *c);
    int one = 1;
    c->kind = LISTENER;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(partner_port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(c->fd, (struct sockaddr *)&address, sizeof address) || listen(c->fd, 512))
        die("the partner's port %d: %s", partner_port, strerror(errno));
    add(c);
}

/* From just before exec to the last byte of the first answer. */
static int cold(char **command, int times, int on) {
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET(on, &core);
    double *took = calloc(times, sizeof *took);
    for (int i = 0; i < times; i++) {
        double began = now();
        pid_t pid = vfork();
        if (!pid) {
            sched_setaffinity(0, sizeof core, &core);
            execvp(command[0], command);
            _exit(127);
        }
        int fd;
        while ((fd = connect_gateway()) < 0) {
            if (waitpid(pid, NULL, WNOHANG) == pid) die("%s ended", command[0]);
            usleep(100);
            if (now() - began > 10) die("no answer in 10 s");
        }
        fcntl(fd, F_SETFL, 0);
        char answer[16384];
        ssize_t n, all = 0;
        if (write(fd, static_request, static_length) < 0) die("the request could not be sent");
        while ((n = read(fd, answer + all, sizeof answer - 1 - all)) > 0) {
            all += n;
            answer[all] = 0;
            char *head_end = strstr(answer, "\r\n\r\n"), *end;
            char *length = head_end ? field(answer, head_end + 2, "content-length", &end) : NULL;
            if (length && all >= head_end + 4 - answer + atoi(length)) break;
        }
        took[i] = (now() - began) * 1e3;
        if (strncmp(answer, "HTTP/1.1 200", 12)) die("the first answer is %.80s", answer);
        close(fd);
        kill(pid, SIGTERM);
        waitpid(pid, NULL, 0);
    }
    qsort(took, times, sizeof *took, by_size);
    printf("{\"median_ms\":%.2f,\"min_ms\":%.2f,\"max_ms\":%.2f,\"times\":%d}\n", took[times / 2], took[0],
           took[times - 1], times);
    return 0;
}

int main(int count, char **arguments) {
    int option, pid = 0, core = 0;
    if (count < 2) die("which mode?");
    mode = arguments[1];
    optind = 2;
    while ((option = getopt(count, arguments, "+c:t:p:P:r:f:C:")) != -1) switch (option) {
        case 'c': connections = atoi(optarg); break;
        case 't': seconds = atof(optarg); break;
        case 'p': port = atoi(optarg); break;
        case 'P': pid = atoi(optarg); break;
        case 'r': static_request = read_file(optarg, &static_length); break;
        case 'C': core = atoi(optarg); break;
        case 'f': read_facts(optarg); break;
        default: die("unknown option");
        }
    if (!strcmp(mode, "cold")) return cold(arguments + optind, seconds, core);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (strcmp(mode, "static")) {
        unsigned char digest[32];
        SHA256((const unsigned char *)verifier, strlen(verifier), digest);
        base64url(digest, 32, challenge);
        partner_port = atoi(fact("partner_port"));
        guests = atoi(fact("guests"));
        read_partner_key();
        listen_as_partner();
        if (!strcmp(mode, "redeem")) wanted = guests;
    }
    workers = calloc(connections, sizeof *workers);
    for (int i = 0; i < connections; i++) {
        struct conn *c = workers[i] = calloc(1, sizeof *c);
        c->kind = WORKER;
        c->number = i;
        c->guest = i - connections;
        while (guests && c->guest < 0) c->guest += guests;
        if ((c->fd = connect_gateway()) < 0) die("the gateway does not answer on port %d", port);
        add(c);
    }
    for (int i = 0; i < connections; i++) start(workers[i]);
    if (wanted >= 0) {
        run_for(now() + 300);
        printf("{\"redeemed\":%ld,\"failures\":%ld}\n", finished, failures);
        return failures ? 1 : 0;
    }
    if (!strcmp(mode, "tokens")) {
        run_for(now() + 10);
        die("no tokens in 10 s");
    }
    run_for(now() + (seconds > 2 ? 1 : 0.3));
    measuring = true;
    double cpu = cpu_of(pid), own = cpu_of(getpid()), began = now();
    run_for(began + seconds);
    double took = now() - began;
    cpu = cpu_of(pid) - cpu;
    own = cpu_of(getpid()) - own;
    if (!finished) die("nothing was finished");
    qsort(latencies, latency_count, sizeof *latencies, ascending);
    printf("{\"per_second\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"cpu_us\":%.2f,\"core\":%.3f,\"driver_core\":%.3f,"
           "\"finished\":%ld,\"failures\":%ld,\"seconds\":%.2f,\"connections\":%d}\n",
           finished / took, latencies[latency_count / 2], latencies[latency_count * 99 / 100], cpu / finished * 1e6,
           cpu / took, own / took, finished, failures, took, connections);
    return failures ? 1 : 0;
}
