/* Lets a program run as on an older x86-64 processor, at full speed: it hides instruction sets from whoever asks.
 *
 * XNNPACK, which computes MediaPipe's networks, asks the processor (CPUID) what it can and chooses its kernels by that;
 * they round differently. Linux can let that question fault (arch_prctl ARCH_SET_CPUID, on most Intel processors since
 * Ivy Bridge; /proc/cpuinfo lists cpuid_fault), and this library answers it. How to use it:
 *
 *     cc -shared -fPIC -O2 -o /tmp/older_processor.so scripts/older_processor.c
 *     LD_PRELOAD=/tmp/older_processor.so AS_PROCESSOR=avx2 python -m pytest
 *
 * AS_PROCESSOR: avx2 (no AVX-512 and no VNNI, as most desktop and all older AMD processors), avx (no AVX2, no FMA), or
 * sse (no AVX either). Programs that are started by the program are not changed unless they inherit both variables.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define SET_CPUID 0x1012 /* ARCH_SET_CPUID of <asm/prctl.h> */
#define BIT(n) (1u << (n))

static int hide_avx2, hide_avx, is_answering;
static struct sigaction others; /* what others want to do about a real fault, as Python's faulthandler does */

int sigaction(int number, const struct sigaction *wanted, struct sigaction *old) {
    static int (*real)(int, const struct sigaction *, struct sigaction *);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "sigaction");
    if (number != SIGSEGV || !is_answering) return real(number, wanted, old);
    if (old != NULL) *old = others;
    if (wanted != NULL) others = *wanted;
    return 0;
}

static void hide(uint32_t leaf, uint32_t subleaf, uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
    if (leaf == 7 && subleaf == 0) {
        /* AVX-512 F, DQ, IFMA, PF, ER, CD, BW, VL; VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ; 4VNNIW, 4FMAPS, VP2INTERSECT,
         * AMX-BF16, FP16, AMX-TILE, AMX-INT8 */
        *b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31));
        *c &= ~(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14));
        *d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(22) | BIT(23) | BIT(24) | BIT(25));
        if (hide_avx2) *b &= ~(BIT(5) | BIT(3) | BIT(8)); /* AVX2, BMI1, BMI2 */
    }
    /* AVX-VNNI, AVX512-BF16, AMX-FP16, AVX-IFMA; AVX-VNNI-INT8, AVX-NE-CONVERT, AVX10 */
    if (leaf == 7 && subleaf == 1) *a &= ~(BIT(4) | BIT(5) | BIT(21) | BIT(23)), *d &= ~(BIT(4) | BIT(5) | BIT(19));
    if (leaf == 1 && hide_avx2) *c &= ~(BIT(12) | BIT(29)); /* FMA, F16C */
    if (leaf == 1 && hide_avx) *c &= ~BIT(28);
}

static void answer(int number, siginfo_t *info, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *instruction = (const uint8_t *)registers[REG_RIP];
    if (instruction[0] != 0x0F || instruction[1] != 0xA2) { /* not CPUID: a real fault */
        is_answering = 0;
        sigaction(SIGSEGV, &others, NULL);
        return;
    }
    uint32_t leaf = (uint32_t)registers[REG_RAX], subleaf = (uint32_t)registers[REG_RCX], a, b, c, d;
    syscall(SYS_arch_prctl, SET_CPUID, 1);
    __asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(leaf), "c"(subleaf));
    syscall(SYS_arch_prctl, SET_CPUID, 0);
    hide(leaf, subleaf, &a, &b, &c, &d);
    registers[REG_RAX] = a, registers[REG_RBX] = b, registers[REG_RCX] = c, registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void begin(void) {
    const char *as = getenv("AS_PROCESSOR");
    if (as == NULL) return;
    hide_avx = strcmp(as, "sse") == 0;
    hide_avx2 = hide_avx || strcmp(as, "avx") == 0;
    if (!hide_avx2 && strcmp(as, "avx2") != 0) {
        fprintf(stderr, "AS_PROCESSOR must be avx2, avx or sse\n");
        _exit(2);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &others);
    is_answering = 1;
    if (syscall(SYS_arch_prctl, SET_CPUID, 0) != 0) {
        fprintf(stderr, "this processor or kernel cannot let CPUID fault\n");
        _exit(2);
    }
}
