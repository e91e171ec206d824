/* A program without a library: 66 where its first argument is DENY, which is never run; else 0. */
#if defined(__i386__)
__asm__(".globl _start\n_start: mov %esp, %eax\n push %eax\n call check");
#define LEAVE(status) __asm__ volatile("int $0x80" : : "a"(252), "b"(status))
#elif defined(__x86_64__)
__asm__(".globl _start\n_start: mov %rsp, %rdi\n call check");
#define LEAVE(status) __asm__ volatile("syscall" : : "a"(231), "D"(status))
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: mov x0, sp\n bl check");
#define LEAVE(status) __asm__ volatile("mov x0, %0\n mov x8, #94\n svc #0" : : "r"((long)(status)) : "x0", "x8")
#endif
__attribute__((used)) void check(long *start) {
    char *word = start[0] > 1 ? (char *)start[2] : "";
    LEAVE(word[0] == 'D' && word[1] == 'E' && word[2] == 'N' && word[3] == 'Y' ? 66 : 0);
    for (;;) { }
}
