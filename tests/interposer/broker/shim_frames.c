/* The shim's own encoder and decoder, called from tests: built from the same source as the shim.
 *
 *   shim_frames request SHIM CWD FLAGS ARGC ARGV... ENVIRON...    writes the frame
 *   shim_frames reply < FRAME                                     writes what the shim would act on; 1 where on nothing
 */
#define SHIM_TEST 1
#define SHIM_LIBC 1
#include "../../../shims/shim.c"
#include <stdio.h>

static int request(char **words, int count) {
    int argc = atoi(words[3]);
    struct ask ask = {.self = words[0], .cwd = words[1], .flags = (uint32_t)atoi(words[2]), .argc = argc,
                      .argv = words + 4, .envc = count - 4 - argc, .envp = words + 4 + argc};
    size_t size = request_size(&ask);
    char *frame = malloc(size);
    encode_request(&ask, frame, size);
    return fwrite(frame, 1, size, stdout) == size ? 0 : 2;
}

static int reply(void) {
    static char frame[REPLY_HEADER + REPLY_LIMIT + 2];
    size_t got = fread(frame, 1, sizeof frame, stdin);
    struct reply reply;
    long body = got >= REPLY_HEADER ? reply_body((unsigned char *)frame) : -1;
    if (body < 0 || (size_t)body != got - REPLY_HEADER) return 1;
    if (!decode_reply((unsigned char *)frame, frame + REPLY_HEADER, (size_t)body, &reply)) return 1;
    if (reply.kind == REPLY_REFUSE) {
        printf("refuse\n%u\n%.*s", reply.status, (int)(reply.end - reply.text), reply.text);
        return 0;
    }
    printf("%s\n%s\n%s\n%llu\n%llu\n", reply.kind == REPLY_FEED ? "feed" : "exec", reply.path, reply.argv0,
           (unsigned long long)reply.device, (unsigned long long)reply.inode);
    for (char *s = reply.settings; s < reply.end; s += length(s) + 1) printf("%s\n", s);
    return 0;
}

int main(int argc, char **argv) {
    (void)intercept;
    return argc > 5 && same(argv[1], "request") ? request(argv + 2, argc - 2) : reply();
}
