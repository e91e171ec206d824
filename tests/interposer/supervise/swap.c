/* Changes an argument while execve reads it: swap thread|shared TRIES PROGRAM. Prints how each try ended. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char *word;
static volatile int flipping = 1;

static void *flip(void *unused) {
    (void)unused;
    for (unsigned turn = 0; flipping; turn++) {
        *(volatile unsigned *)word = turn & 1 ? 0x594e4544 : 0x65666173; /* DENY, safe */
        for (volatile unsigned wait = turn % 61; wait; wait--) { }
    }
    return NULL;
}

static void run(int threads, char *program) {
    char *argv[] = {program, word, NULL};
    pthread_t flipper;
    if (threads) pthread_create(&flipper, NULL, flip, NULL);
    execv(program, argv);
    _exit(99);
}

int main(int count, char **values) {
    if (count != 4) return 2;
    int threads = !strcmp(values[1], "thread"), safe = 0, refused = 0, other = 0;
    word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | (threads ? MAP_PRIVATE : MAP_SHARED), -1, 0);
    strcpy(word, "safe");
    pid_t flipper = threads ? 0 : fork();
    if (!threads && !flipper) { flip(NULL); _exit(0); }
    for (int left = atoi(values[2]); left; left--) {
        int status = 0;
        pid_t child = fork();
        if (!child) run(threads, values[3]);
        waitpid(child, &status, 0);
        if (status == 0) safe++;
        else if (WIFEXITED(status) && WEXITSTATUS(status) == 126) refused++;
        else other++;
    }
    if (flipper) { kill(flipper, 9); waitpid(flipper, NULL, 0); }
    printf("safe %d refused %d other %d\n", safe, refused, other);
    return 0;
}
