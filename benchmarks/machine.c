/* What one core of this machine can do: multiply-adds in registers, and a = b + x * c in a buffer of given bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef double V __attribute__((vector_size(64)));

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int given, char **words) {
    (void)given;
    double best = 0;
    for (int repeat = 0; repeat < 12; repeat++) {
        V x[12], factor, term;
        for (int l = 0; l < 8; l++) factor[l] = 0.999 + repeat * 1e-9, term[l] = 1e-3;
        for (int i = 0; i < 12; i++) x[i] = factor * (double)i;
        const int rounds = 2000000;
        const double start = now();
        for (int r = 0; r < rounds; r++)
            for (int i = 0; i < 12; i++) x[i] = x[i] * factor + term;
        const double rate = 2.0 * 8 * 12 * rounds / (now() - start);
        volatile double used = 0;
        for (int i = 0; i < 12; i++) used += x[i][0];
        if (rate > best) best = rate;
    }
    printf("%g", best);
    for (int w = 1; words[w]; w++) {
        const long bytes = atol(words[w]), count = bytes / 24 / 8 * 8;
        double *a = aligned_alloc(64, (size_t)count * 8 + 64), *b = aligned_alloc(64, (size_t)count * 8 + 64),
               *c = aligned_alloc(64, (size_t)count * 8 + 64);
        memset(a, 0, (size_t)count * 8), memset(b, 0, (size_t)count * 8), memset(c, 0, (size_t)count * 8);
        const long rounds = 200000000 / bytes + 1;
        best = 0;
        for (int repeat = 0; repeat < 8; repeat++) {
            const double start = now();
            for (long r = 0; r < rounds; r++) {
                const double x = 1e-3 * (double)r;
                for (long i = 0; i < count; i++) a[i] = b[i] + x * c[i];
                __asm__ volatile("" ::"r"(a) : "memory");
            }
            const double rate = 24.0 * (double)count * (double)rounds / (now() - start);
            if (rate > best) best = rate;
        }
        printf(" %g", best);
        free(a), free(b), free(c);
    }
    printf("\n");
    return 0;
}
