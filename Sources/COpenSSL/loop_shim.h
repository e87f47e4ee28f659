// What the event loop needs of Linux and the Glibc module does not give: epoll, eventfd, malloc settings, control
// messages and one signal handler. Reached through tls_shim.h, because this module is the only C module Server imports.
#ifndef VESTIBULE_LOOP_SHIM_H
#define VESTIBULE_LOOP_SHIM_H

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const uint32_t shim_epoll_in = EPOLLIN;
static const uint32_t shim_epoll_out = EPOLLOUT;
static const uint32_t shim_epoll_err = EPOLLERR;
static const uint32_t shim_epoll_hup = EPOLLHUP;
static const uint32_t shim_epoll_rdhup = EPOLLRDHUP;
static const uint32_t shim_epoll_edge = (uint32_t)EPOLLET;
static const uint32_t shim_epoll_exclusive = 1u << 28;

static inline int shim_epoll_make(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int shim_epoll_add(int poll, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int shim_epoll_modify(int poll, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event);
}

static inline int shim_epoll_remove(int poll, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &event);
}

static inline int shim_eventfd_make(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// accept4 is declared only with a feature macro, which a shim must not set: the system call serves.
static inline int shim_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return (int)syscall(SYS_accept4, listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// The cores this process may run on (a container's or taskset's share), 1 when the kernel does not say.
static inline int shim_available_cores(void) {
    unsigned long mask[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int cores = 0;
    for (long word = 0; word * (long)sizeof(unsigned long) < bytes; word++) cores += __builtin_popcountl(mask[word]);
    return cores > 0 ? cores : 1;
}

// Two malloc arenas at most: one per thread would keep freed memory that no other thread can use.
static inline void shim_limit_malloc_arenas(void) { mallopt(M_ARENA_MAX, 2); }

// The user id of the process at the other end of a Unix socket; -1 when unknown.
static inline long shim_peer_user(int descriptor) {
    struct { int pid; unsigned int uid; unsigned int gid; } credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    return (long)credentials.uid;
}

#define SHIM_MAXIMUM_DESCRIPTORS 250 /* the kernel's SCM_MAX_FD is 253 */

// Sends bytes with descriptors attached to the first of them. The count of bytes taken, or -1 with errno.
static inline ssize_t shim_send_with_descriptors(int socket, const void *bytes, size_t length,
                                                      const int *descriptors, int count) {
    union { char bytes[CMSG_SPACE(sizeof(int) * SHIM_MAXIMUM_DESCRIPTORS)]; struct cmsghdr aligned; } control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > SHIM_MAXIMUM_DESCRIPTORS) { errno = EINVAL; return -1; }
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * (size_t)count);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// Receives bytes and whatever descriptors came with them (close-on-exec). `descriptors` has room for the maximum.
static inline ssize_t shim_receive_with_descriptors(int socket, void *bytes, size_t length,
                                                         int *descriptors, int *count) {
    union { char bytes[CMSG_SPACE(sizeof(int) * SHIM_MAXIMUM_DESCRIPTORS)]; struct cmsghdr aligned; } control;
    struct iovec part = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return received;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int here = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(descriptors + *count, CMSG_DATA(header), sizeof(int) * (size_t)here);
        *count += here;
    }
    return received;
}

// One handler for SIGTERM, SIGINT and SIGHUP: it writes the signal's number to a pipe. The second request to end
// leaves at once, here, whatever the threads are doing.
static volatile int shim_signal_pipe = -1;
static volatile sig_atomic_t shim_end_requests = 0;

static void shim_on_signal(int number) {
    int saved = errno;
    if ((number == SIGTERM || number == SIGINT) && shim_end_requests++ > 0) _exit(128 + number);
    unsigned char byte = (unsigned char)number;
    if (write(shim_signal_pipe, &byte, 1) < 0) { /* the pipe is full: the reader has enough to do */ }
    errno = saved;
}

static inline void shim_catch_signals(int pipe) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = shim_on_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    shim_signal_pipe = pipe;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

#endif
