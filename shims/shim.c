/* The shim: stands on PATH (or as $SHELL) instead of a tool, asks the broker, then becomes the tool or refuses.
 *
 * One program under many names. Its own path says which tool and which session: DIR/NAME, with DIR/../s.sock the
 * broker's socket and DIR/../cold the description of the cold path. docs/protocol.md has the bytes on the wire.
 *
 * Linux x86_64 and aarch64 need no libc (glibc start-up costs more than the whole decision in a virtual machine);
 * elsewhere SHIM_LIBC links the system's. INVARIANT: the tool is executed only on a well-formed `exec` or `feed` reply
 * of a server whose uid is trusted, or by the cold path; every other way ends in refuse().
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>

#if !defined(SHIM_LIBC) && !(defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)))
#define SHIM_LIBC 1
#endif

enum {
    REQUEST_HEADER = 24,
    REPLY_HEADER = 32,
    REPLY_LIMIT = 64 * 1024,
    REQUEST_LIMIT = 16 * 1024 * 1024,
    SMALL_FRAME = 64 * 1024,
    PATH_LIMIT = 4096,
    COLD_LIMIT = 8192,
    PATIENCE_S = 5,
};
enum { STDIN_NONE, STDIN_TERMINAL, STDIN_PIPE, STDIN_FILE, STDIN_OTHER };
enum { FLAG_TTY0 = 1 << 3, FLAG_TTY1 = 1 << 4, FLAG_TTY2 = 1 << 5, FLAG_CWD = 1 << 6, FLAG_STREAMS = 1 << 7 };
enum { REPLY_EXEC = 1, REPLY_REFUSE = 2, REPLY_FEED = 3 };
enum { EXIT_REFUSED = 126, EXIT_ABSENT = 127 };

/* Found by the broker in the bytes of a file: a shim is never taken for a real tool, whichever session it is of. */
const char shim_marker[] __attribute__((used)) = "interposer-shim-protocol-1";

struct reply {
    uint32_t kind, status;
    uint64_t device, inode;
    char *path, *argv0;    /* exec, feed */
    char *settings;        /* NAME=VALUE strings up to end */
    char *text, *end;      /* refuse: text up to end */
};

struct ask {
    const char *self;      /* DIR/NAME of this shim */
    const char *cwd;       /* "" where it cannot be told */
    int argc, envc;
    char **argv, **envp;
    uint32_t flags;
};

/* ---- the system -------------------------------------------------------------------------------------------------- */
#ifdef SHIM_LIBC
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
#define RESULT(call) ({ long r_ = (long)(call); r_ < 0 ? -(long)errno : r_; })
#define sys_read(f, b, n) RESULT(read(f, b, n))
#define sys_write(f, b, n) RESULT(write(f, b, n))
#define sys_open(p, fl) RESULT(open(p, fl))
#define sys_close(f) RESULT(close(f))
#define sys_dup(f) RESULT(dup(f))
#define sys_dup2(f, g) RESULT(dup2(f, g))
#define sys_fstat(f, s) RESULT(fstat(f, s))
#define sys_stat(p, s) RESULT(stat(p, s))
#define sys_readlink(p, b, n) RESULT(readlink(p, b, n))
#define sys_chdir(p) RESULT(chdir(p))
#define sys_socket() RESULT(open_socket())
#define sys_connect(f, a, n) RESULT(connect(f, (const struct sockaddr *)(a), n))
#define sys_sendmsg(f, m, fl) RESULT(sendmsg(f, m, fl))
#define sys_recvmsg(f, m, fl) RESULT(recvmsg(f, m, fl))
#define sys_geteuid() geteuid()
#define sys_execve(p, a, e) RESULT(execve(p, a, e))
#define sys_setsockopt(f, o, v, n) RESULT(setsockopt(f, SOL_SOCKET, o, v, n))
#define sys_getcwd(b, n) (getcwd(b, n) ? 0L : -(long)errno)
#define sys_isatty(f) (isatty(f) == 1)
#define sys_exit(s) _exit(s)
static int open_socket(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}
static void *take_memory(size_t size) {
    void *at = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? 0 : at;
}
static int sys_sigignored(int sig) {
    struct sigaction now;
    return sigaction(sig, 0, &now) == 0 && now.sa_handler == SIG_IGN;
}
#ifdef __linux__
#define sys_memfd(name) RESULT(memfd_create(name, 0))
#else
static int unlinked_file(void) {
    char name[] = "/tmp/interposer.XXXXXX";
    int fd = mkstemp(name);
    if (fd >= 0) unlink(name);
    return fd;
}
#define sys_memfd(name) RESULT(unlinked_file())
#endif
#else /* no libc */
#include <sys/syscall.h>
#if defined(__x86_64__)
static long call6(long n, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call shim_start\n hlt\n");
#else
static long call6(long n, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
__asm__(".globl _start\n_start:\n mov x29,#0\n mov x30,#0\n mov x0,sp\n and sp,x0,#-16\n bl shim_start\n brk #0\n");
#endif
#define CALL(n, a, b, c, d, e, f) call6(SYS_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys_read(f, b, n) CALL(read, f, b, n, 0, 0, 0)
#define sys_write(f, b, n) CALL(write, f, b, n, 0, 0, 0)
#define sys_open(p, fl) CALL(openat, AT_FDCWD, p, fl, 0, 0, 0)
#define sys_close(f) CALL(close, f, 0, 0, 0, 0, 0)
#define sys_dup(f) CALL(dup, f, 0, 0, 0, 0, 0)
#define sys_dup2(f, g) CALL(dup3, f, g, 0, 0, 0, 0)
#define sys_fstat(f, s) CALL(fstat, f, s, 0, 0, 0, 0)
#define sys_stat(p, s) CALL(newfstatat, AT_FDCWD, p, s, 0, 0, 0)
#define sys_readlink(p, b, n) CALL(readlinkat, AT_FDCWD, p, b, n, 0, 0)
#define sys_chdir(p) CALL(chdir, p, 0, 0, 0, 0, 0)
#define sys_socket() CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0)
#define sys_connect(f, a, n) CALL(connect, f, a, n, 0, 0, 0)
#define sys_sendmsg(f, m, fl) CALL(sendmsg, f, m, fl, 0, 0, 0)
#define sys_recvmsg(f, m, fl) CALL(recvmsg, f, m, fl, 0, 0, 0)
#define sys_setsockopt(f, o, v, n) CALL(setsockopt, f, SOL_SOCKET, o, v, n, 0)
#define sys_geteuid() ((uid_t)CALL(geteuid, 0, 0, 0, 0, 0, 0))
#define sys_execve(p, a, e) CALL(execve, p, a, e, 0, 0, 0)
#define sys_getcwd(b, n) CALL(getcwd, b, n, 0, 0, 0, 0)
#define sys_memfd(name) CALL(memfd_create, name, 0, 0, 0, 0, 0)
static void sys_exit(int status) {
    for (;;) CALL(exit_group, status, 0, 0, 0, 0, 0);
}
static int sys_isatty(int fd) {
    char termios[256]; /* larger than any kernel's struct termios */
    return CALL(ioctl, fd, 0x5401 /* TCGETS */, termios, 0, 0, 0) == 0;
}
static void *take_memory(size_t size) {
    long at = CALL(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at < 0 && at > -4096 ? 0 : (void *)at;
}
static int sys_sigignored(int sig) {
    struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } now = {0};
    return CALL(rt_sigaction, sig, 0, &now, 8, 0, 0) == 0 && now.handler == (void *)SIG_IGN;
}
void *memcpy(void *to, const void *from, size_t size) {
    char *t = to;
    const char *f = from;
    for (size_t i = 0; i < size; i++) t[i] = f[i];
    return to;
}
void *memset(void *to, int value, size_t size) {
    char *t = to;
    for (size_t i = 0; i < size; i++) t[i] = (char)value;
    return to;
}
#endif
#ifndef O_PATH
#define O_PATH O_RDONLY
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* ---- text -------------------------------------------------------------------------------------------------------- */
static size_t length(const char *text) {
    size_t n = 0;
    while (text[n]) n++;
    return n;
}

static int same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* Joins two texts into `to`; 0 where they do not fit. */
static int join(char *to, size_t room, const char *a, const char *b) {
    size_t na = length(a), nb = length(b);
    if (na + nb + 1 > room) return 0;
    for (size_t i = 0; i < na; i++) to[i] = a[i];
    for (size_t i = 0; i <= nb; i++) to[na + i] = b[i];
    return 1;
}

static char *decimal(unsigned value, char to[12]) {
    char *at = to + 11;
    *at = 0;
    do *--at = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    return at;
}

static void put32(unsigned char *to, uint32_t v) {
    for (int i = 0; i < 4; i++) to[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get(const unsigned char *from, int bytes) {
    uint64_t v = 0;
    for (int i = bytes - 1; i >= 0; i--) v = v << 8 | from[i];
    return v;
}

static void say(const char *text, size_t size) {
    while (size > 0) {
        long n = sys_write(2, text, size);
        if (n == -EINTR) continue;
        if (n <= 0) return;
        text += n, size -= (size_t)n;
    }
}

static void refuse(const char *name, const char *reason) {
    static const char head[] = "interposer: denied (IP-60) `", middle[] = "`: ",
                      tail[] = "\n  nothing was run; `interposer doctor` says what is wrong\n";
    say(head, sizeof head - 1), say(name, length(name)), say(middle, sizeof middle - 1);
    say(reason, length(reason)), say(tail, sizeof tail - 1);
    sys_exit(EXIT_REFUSED);
}

/* ---- the frames -------------------------------------------------------------------------------------------------- */
static size_t request_size(const struct ask *ask) {
    size_t size = REQUEST_HEADER + length(ask->self) + 1 + length(ask->cwd) + 1;
    for (int i = 0; i < ask->argc; i++) size += length(ask->argv[i]) + 1;
    for (int i = 0; i < ask->envc; i++) size += length(ask->envp[i]) + 1;
    return size;
}

static char *append(char *at, const char *text) {
    do *at++ = *text;
    while (*text++);
    return at;
}

static void encode_request(const struct ask *ask, char *frame, size_t size) {
    unsigned char *head = (unsigned char *)frame;
    head[0] = 'I', head[1] = 'P', head[2] = 'Q', head[3] = '1';
    put32(head + 4, (uint32_t)(size - REQUEST_HEADER));
    put32(head + 8, (uint32_t)ask->argc);
    put32(head + 12, (uint32_t)ask->envc);
    put32(head + 16, ask->flags);
    put32(head + 20, 0);
    char *at = append(append(frame + REQUEST_HEADER, ask->self), ask->cwd);
    for (int i = 0; i < ask->argc; i++) at = append(at, ask->argv[i]);
    for (int i = 0; i < ask->envc; i++) at = append(at, ask->envp[i]);
}

/* The length of the body that a reply header announces; -1 where it is no header of ours. */
static long reply_body(const unsigned char *head) {
    uint64_t size = get(head + 4, 4);
    if (head[0] != 'I' || head[1] != 'P' || head[2] != 'R' || head[3] != '1' || size > REPLY_LIMIT) return -1;
    return (long)size;
}

/* Reads a whole reply (`body[size]` must be writable); 0 where it is malformed. */
static int decode_reply(const unsigned char *head, char *body, size_t size, struct reply *reply) {
    *reply = (struct reply){.kind = (uint32_t)get(head + 8, 4), .status = (uint32_t)get(head + 12, 4),
                            .device = get(head + 16, 8), .inode = get(head + 24, 8), .end = body + size};
    body[size] = 0;
    if (reply->kind == REPLY_REFUSE) {
        reply->text = body;
        return reply->status > 0 && reply->status < 256;
    }
    if ((reply->kind != REPLY_EXEC && reply->kind != REPLY_FEED) || size == 0 || body[size - 1] != 0) return 0;
    reply->path = body;
    reply->argv0 = body + length(body) + 1;
    if (reply->path[0] != '/' || reply->argv0 >= reply->end) return 0;
    reply->settings = reply->argv0 + length(reply->argv0) + 1;
    return 1;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */
static int trusted_uid(uid_t uid, uid_t owner) {
    return uid == owner || uid == 0 || uid == sys_geteuid();
}

static int peer_uid(int fd, uid_t *uid) {
#if defined(__linux__)
    struct { int pid; uint32_t uid, gid; } peer = {0};
    socklen_t size = sizeof peer;
#ifdef SHIM_LIBC
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return 0;
#else
    if (CALL(getsockopt, fd, SOL_SOCKET, SO_PEERCRED, &peer, &size, 0) != 0) return 0;
#endif
    *uid = peer.uid;
    return 1;
#else
    gid_t gid;
    return getpeereid(fd, uid, &gid) == 0;
#endif
}

/* Connects to DIR/../s.sock; where that path is too long for a socket address, by a descriptor of its folder. */
static int reach(const char *dir) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char home[PATH_LIMIT];
    long fd = sys_socket(), folder = -1, failed;
    if (fd < 0) return -1;
    if (!join(address.sun_path, sizeof address.sun_path, dir, "/../s.sock")) {
        char number[12], by[64];
        if (!join(home, sizeof home, dir, "/..")) return -1;
        folder = sys_open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0) return -1;
        join(by, sizeof by, "/proc/self/fd/", decimal((unsigned)folder, number));
        join(address.sun_path, sizeof address.sun_path, by, "/s.sock");
    }
    do failed = sys_connect((int)fd, &address, sizeof address);
    while (failed == -EINTR);
    if (folder >= 0) sys_close((int)folder);
    if (failed < 0 && failed != -EISCONN) {
        sys_close((int)fd);
        return -1;
    }
    return (int)fd;
}

/* Sends the frame, the descriptors with its first byte. */
static int send_all(int fd, char *frame, size_t size, const int *fds, int count) {
    union { struct cmsghdr align; char bytes[CMSG_SPACE(3 * sizeof(int))]; } control = {0};
    while (size > 0) {
        struct iovec part = {frame, size};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (count > 0) {
            message.msg_control = control.bytes;
            message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
            struct cmsghdr *header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
            memcpy(CMSG_DATA(header), fds, (size_t)count * sizeof(int));
        }
        long n = sys_sendmsg(fd, &message, MSG_NOSIGNAL);
        if (n == -EINTR) continue;
        if (n <= 0) return 0;
        frame += n, size -= (size_t)n, count = 0;
    }
    return 1;
}

/* No answer within PATIENCE_S is none: a broker that hangs must not hang its session. Set before anything is sent, while
 * the broker wakes up; a limit on receiving costs less than waiting with poll(2) first. */
static int limit_patience(int fd) {
    struct timeval patience = {PATIENCE_S, 0};
    return sys_setsockopt(fd, SO_RCVTIMEO, &patience, sizeof patience) == 0;
}

/* Reads a whole reply into `to` (header, then body); a descriptor that comes with it goes to `*passed`.
 * Returns the length of the body, -1 where none came, it broke off or is no reply. */
static long receive_reply(int fd, char *to, int *passed) {
    size_t got = 0;
    for (;;) {
        union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control = {0};
        struct iovec part = {to + got, REPLY_HEADER + REPLY_LIMIT - got};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
                                 .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
        long n = sys_recvmsg(fd, &message, 0);
        if (n == -EINTR) continue;
        if (n <= 0) return -1;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
            memcpy(passed, CMSG_DATA(header), sizeof(int));
        got += (size_t)n;
        if (got < REPLY_HEADER) continue;
        long body = reply_body((unsigned char *)to);
        if (body < 0 || got > REPLY_HEADER + (size_t)body) return -1;
        if (got == REPLY_HEADER + (size_t)body) return body;
    }
}

/* ---- acting ------------------------------------------------------------------------------------------------------ */
static int names_same(const char *a, const char *b) {
    while (*a && *a != '=' && *a == *b) a++, b++;
    return *a == *b && *a == '=';
}

/* The environment with the broker's settings in place of variables of the same names. */
static char **with_settings(const struct ask *ask, const struct reply *reply) {
    size_t count = 0;
    for (char *s = reply->settings; s < reply->end; s += length(s) + 1) count++;
    if (count == 0) return ask->envp;
    char **all = take_memory(((size_t)ask->envc + count + 1) * sizeof *all);
    size_t n = 0;
    if (!all) return 0;
    for (int i = 0; i < ask->envc; i++) {
        int replaced = 0;
        for (char *s = reply->settings; s < reply->end; s += length(s) + 1) replaced |= names_same(s, ask->envp[i]);
        if (!replaced) all[n++] = ask->envp[i];
    }
    for (char *s = reply->settings; s < reply->end; s += length(s) + 1) all[n++] = s;
    all[n] = 0;
    return all;
}

static void become(const char *name, const struct ask *ask, const struct reply *reply, int feed) {
    struct stat now;
    char *lone[2] = {reply->argv0, 0}, **argv = ask->argc > 0 ? ask->argv : lone, **envp = with_settings(ask, reply);
    if (sys_stat(reply->path, &now) < 0) refuse(name, "the judged program is gone");
    if ((uint64_t)now.st_dev != reply->device || (uint64_t)now.st_ino != reply->inode)
        refuse(name, "the program changed between judging and start");
    if (!envp) refuse(name, "no memory for the environment");
    if (reply->kind == REPLY_FEED) {
        if (feed < 0) refuse(name, "the broker sent no script to read");
        if (feed != 0 && (sys_dup2(feed, 0) < 0 || sys_close(feed) < 0)) refuse(name, "standard input cannot be replaced");
    } else if (feed >= 0) {
        sys_close(feed);
    }
    argv[0] = reply->argv0;
    long failed = sys_execve(reply->path, argv, envp);
    if (failed == -ENOENT || failed == -ENOTDIR) {
        const char *gone = ": not found, or its interpreter is missing\n";
        say("interposer: ", 12), say(reply->path, length(reply->path)), say(gone, length(gone));
        sys_exit(EXIT_ABSENT);
    }
    const char *cannot = failed == -E2BIG ? ": argument list too long\n" : ": cannot execute\n";
    say("interposer: ", 12), say(reply->path, length(reply->path)), say(cannot, length(cannot));
    sys_exit(EXIT_REFUSED);
}

static char reply_space[REPLY_HEADER + REPLY_LIMIT + 1];

/* Asks the broker; comes back only where no usable reply was had. */
static const char *consult(const char *dir, const char *name, const struct ask *ask, char *frame, size_t size, int cwd,
                           uid_t owner) {
    struct reply reply;
    uid_t server;
    int fds[3] = {cwd, 0, 2}, *from = cwd >= 0 ? fds : fds + 1, passed = -1, fd = reach(dir);
    int count = (cwd >= 0) + (ask->flags & FLAG_STREAMS ? 2 : 0);
    unsigned char *head = (unsigned char *)reply_space;
    if (fd < 0) return "the broker cannot be reached";
    if (!peer_uid(fd, &server) || !trusted_uid(server, owner)) return "the broker's socket belongs to another user";
    if (!limit_patience(fd) || !send_all(fd, frame, size, from, count)) return "the broker hung up";
    long body = receive_reply(fd, reply_space, &passed);
    if (body < 0) return "the broker gave no answer that can be read";
    if (!decode_reply(head, reply_space + REPLY_HEADER, (size_t)body, &reply)) return "the broker's answer cannot be read";
    if (reply.kind == REPLY_REFUSE) {
        say(reply.text, (size_t)(reply.end - reply.text));
        sys_exit((int)reply.status);
    }
    become(name, ask, &reply, passed);
    return "not reached";
}

/* ---- the cold path ----------------------------------------------------------------------------------------------- */
static int write_all(int fd, const char *from, size_t size) {
    while (size > 0) {
        long n = sys_write(fd, from, size);
        if (n == -EINTR) continue;
        if (n <= 0) return 0;
        from += n, size -= (size_t)n;
    }
    return 1;
}

/* Decides without the broker: a bare Python start with an empty environment, at `/`, the request in a memory file. */
static void go_cold(const char *dir, const char *name, const char *why, char *frame, size_t size, int cwd, uid_t owner) {
    static char text[COLD_LIMIT + 1];
    char conf[PATH_LIMIT], request[12], where[12], *script, *end;
    struct stat now;
    if (!join(conf, sizeof conf, dir, "/../cold")) refuse(name, "the shim's folder has too long a name");
    long fd = sys_open(conf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) refuse(name, why);
    if (sys_fstat((int)fd, &now) < 0 || !S_ISREG(now.st_mode) || (now.st_mode & 022) || !trusted_uid(now.st_uid, owner))
        refuse(name, "the file `cold` beside the shims is not trusted (owner or mode)");
    long got = sys_read((int)fd, text, COLD_LIMIT);
    sys_close((int)fd);
    if (got <= 0) refuse(name, "the file `cold` beside the shims is empty");
    text[got] = 0;
    for (script = text; *script && *script != '\n'; script++) continue;
    if (*script) *script++ = 0;
    for (end = script; *end && *end != '\n'; end++) continue;
    *end = 0;
    if (text[0] != '/' || script[0] != '/') refuse(name, "the file `cold` beside the shims is malformed");
    long memory = sys_memfd("interposer-request"), folder = cwd >= 0 ? sys_dup(cwd) : -1;
    if (memory < 0 || !write_all((int)memory, frame, size)) refuse(name, "no memory for the request");
    char *ignored = sys_sigignored(SIGPIPE) ? (sys_sigignored(SIGXFSZ) ? "px" : "p") : (sys_sigignored(SIGXFSZ) ? "x" : "-");
    char *argv[] = {text, "-I", "-S", script, conf, decimal((unsigned)memory, request),
                    folder < 0 ? "-" : decimal((unsigned)folder, where), ignored, (char *)why, 0};
    char *envp[] = {0};
    if (sys_chdir("/") < 0) refuse(name, "cannot enter /");
    sys_execve(text, argv, envp);
    refuse(name, "neither the broker nor the cold path can be started");
}

/* ---- the beginning ----------------------------------------------------------------------------------------------- */
static uint32_t stdin_flags(void) {
    struct stat in;
    uint32_t flags = (sys_isatty(0) ? FLAG_TTY0 : 0) | (sys_isatty(1) ? FLAG_TTY1 : 0) | (sys_isatty(2) ? FLAG_TTY2 : 0);
    if (flags & FLAG_TTY0) return flags | STDIN_TERMINAL;
    if (sys_fstat(0, &in) < 0) return flags | STDIN_NONE;
    if (S_ISFIFO(in.st_mode) || S_ISSOCK(in.st_mode)) return flags | STDIN_PIPE;
    if (S_ISREG(in.st_mode)) return flags | STDIN_FILE;
#ifdef __linux__
    if (S_ISCHR(in.st_mode) && in.st_rdev == 0x103) return flags | STDIN_NONE; /* /dev/null is 1:3 */
#endif
    return flags | STDIN_OTHER;
}

/* A shell may read its script from standard input: the broker then needs that input, and stderr for refusals. */
static int is_shell(const char *name) {
    static const char *const shells[] = {"bash", "sh", "dash", "zsh", "interposer-shell"};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (same(name, shells[i])) return 1;
    return 0;
}

static int is_open(int fd) {
    struct stat unused;
    return sys_fstat(fd, &unused) == 0;
}

static char small_frame[SMALL_FRAME];

static void intercept(int argc, char **argv, char **envp, const char *execfn) {
    static char self[PATH_LIMIT], dir[PATH_LIMIT], cwd[PATH_LIMIT];
    struct stat own;
    long n = sys_readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) self[n] = 0;
    else if (!execfn || !join(self, sizeof self, execfn, "")) refuse("?", "the shim cannot tell its own path");
    size_t slash = length(self);
    while (slash > 0 && self[slash - 1] != '/') slash--;
    if (slash == 0) refuse(self, "the shim cannot tell its own folder");
    join(dir, sizeof dir, self, "");
    dir[slash > 1 ? slash - 1 : 1] = 0;
    const char *name = self + slash;
    if (sys_stat(self, &own) < 0) refuse(name, "the shim cannot see its own file: its session is over");

    struct ask ask = {.self = self, .cwd = cwd, .argc = argc, .argv = argv, .envp = envp};
    while (envp[ask.envc]) ask.envc++;
    if (sys_getcwd(cwd, sizeof cwd) < 0 || cwd[0] != '/') cwd[0] = 0;
    int folder = (int)sys_open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    ask.flags = stdin_flags() | (folder >= 0 ? FLAG_CWD : 0);
    if (is_shell(name) && is_open(0) && is_open(2)) ask.flags |= FLAG_STREAMS;

    size_t size = request_size(&ask);
    if (size > REQUEST_LIMIT) refuse(name, "arguments and environment are over 16 MB");
    char *frame = size <= SMALL_FRAME ? small_frame : take_memory(size);
    if (!frame) refuse(name, "no memory for the request");
    encode_request(&ask, frame, size);
    const char *why = consult(dir, name, &ask, frame, size, folder, own.st_uid);
    go_cold(dir, name, why, frame, size, folder, own.st_uid);
}

#ifndef SHIM_TEST
#ifdef SHIM_LIBC
int main(int argc, char **argv) {
    intercept(argc, argv, environ, argv[0]);
    return EXIT_REFUSED;
}
#else
__attribute__((noreturn, used)) void shim_start(long *stack) {
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1), **envp = argv + argc + 1;
    long *aux = (long *)envp;
    const char *execfn = 0;
    while (*aux++) continue;
    for (; aux[0]; aux += 2)
        if (aux[0] == 31 /* AT_EXECFN */) execfn = (const char *)aux[1];
    intercept(argc, argv, envp, execfn);
    for (;;) sys_exit(EXIT_REFUSED);
}
#endif
#endif
