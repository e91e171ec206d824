/* Starts a program in a way of its own: spawn HOW PROGRAM ARGS... */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char **rest;

static void *in_thread(void *unused) {
    (void)unused;
    execv(rest[0], rest);
    _exit(99);
}

static int copied(void) {
    char part[65536];
    int from = open(rest[0], O_RDONLY), to = memfd_create("copy", 0);
    for (ssize_t got; (got = read(from, part, sizeof part)) > 0;)
        if (write(to, part, got) != got) return -1;
    return to;
}

static int ended(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int count, char **values) {
    const char *how = values[1];
    pid_t child;
    rest = values + 2;
    if (count < 3) return 2;
    if (!strcmp(how, "thread")) {
        pthread_t thread;
        pthread_create(&thread, NULL, in_thread, NULL);
        pthread_join(thread, NULL);
    } else if (!strcmp(how, "vfork")) {
        child = vfork();
        if (!child) { execv(rest[0], rest); _exit(99); }
        return ended(child);
    } else if (!strcmp(how, "posix_spawn")) {
        if (posix_spawn(&child, rest[0], NULL, NULL, rest, environ)) return 99;
        return ended(child);
    } else if (!strcmp(how, "fexecve")) {
        fexecve(open(rest[0], O_RDONLY | O_CLOEXEC), rest, environ);
    } else if (!strcmp(how, "memfd")) {
        syscall(SYS_execveat, copied(), "", rest, environ, AT_EMPTY_PATH);
    } else if (!strcmp(how, "dirfd")) {
        char *slash = strrchr(rest[0], '/');
        *slash = 0;
        int folder = open(*rest[0] ? rest[0] : "/", O_PATH);
        *slash = '/';
        syscall(SYS_execveat, folder, slash + 1, rest, environ, 0);
#ifdef __x86_64__
    } else if (!strcmp(how, "int80")) { /* the i386 call from 64-bit code: its pointers have 32 bits */
        char *low = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_32BIT, -1, 0);
        unsigned *argv = (unsigned *)low;
        char *text = low + 4096;
        long told;
        for (int at = 0; rest[at]; at++) {
            argv[at] = (unsigned)(long)strcpy(text, rest[at]);
            text += strlen(text) + 1;
        }
        __asm__ volatile("int $0x80" : "=a"(told) : "a"(11), "b"(argv[0]), "c"(argv), "d"(0) : "memory");
    } else if (!strcmp(how, "x32")) {
        return syscall(0x40000000 | 520, rest[0], rest, environ) < 0 ? 98 : 0;
#endif
    } else if (!strcmp(how, "traced")) {
        child = fork();
        if (!child) { ptrace(PTRACE_TRACEME, 0, 0, 0); execv(rest[0], rest); _exit(99); }
        return ended(child);
    } else if (!strcmp(how, "orphan")) {
        if (!fork()) {
            setsid();
            if (!fork()) { usleep(100000); execv(rest[0], rest); _exit(99); }
            _exit(0);
        }
        return 0;
    } else if (!strcmp(how, "closed-stderr")) { /* nobody reads what a refused program says */
        int ends[2];
        if (pipe(ends)) return 2;
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        execv(rest[0], rest);
    }
    return 99;
}
