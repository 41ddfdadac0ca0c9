/* How the compiler is asked for what the machine has. */
#ifndef KRAM_MACHINE_H
#define KRAM_MACHINE_H

#include <stdint.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Eight doubles at once; the compiler makes of it what the machine has. */
typedef double V __attribute__((vector_size(64)));

#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE2(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
typedef int64_t VI __attribute__((vector_size(64)));
#define SHUFFLE2(x, y, ...) __builtin_shuffle(x, y, (VI){__VA_ARGS__})
#endif
#define SHUFFLE(x, ...) SHUFFLE2(x, x, __VA_ARGS__)

/* One copy for each kind of x86 machine, chosen when the library loads. What carries this is not inlined into each other,
 * so that it is compiled once a machine. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && !defined(KRAM_PLAIN)
#define EVERY_MACHINE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) __attribute__((flatten))
#else
#define EVERY_MACHINE
#endif

#endif
