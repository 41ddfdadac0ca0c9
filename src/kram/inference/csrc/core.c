#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "machine.h"

typedef struct {
    V u, s;
} Pair; /* see sweep.inc */

static ALWAYS_INLINE V broadcast(double x) { return (V){x, x, x, x, x, x, x, x}; }

static ALWAYS_INLINE V load(const double *from) {
    V x;
    memcpy(&x, from, sizeof(x));
    return x;
}

static ALWAYS_INLINE double sum(V x) { return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7])); }

/* ---- workspace ---- */

struct Workspace {
    Pair *pairs;
    int64_t n_pairs;
    V *weights; /* 4 a cause; as doubles for one question at a time */
    V *share, *presence;
    int32_t n_causes;
    double *fading; /* exp(-t r) of each node and cause, for these rates and nodes */
    int64_t room_fading;
    double *faded_rate; /* a copy */
    const double *faded_t;
    int32_t faded_nodes, faded_n;
};

Workspace *workspace_new(void) { return calloc(1, sizeof(Workspace)); }

void workspace_free(Workspace *space) {
    if (space == NULL) return;
    free(space->pairs);
    free(space->weights);
    free(space->share);
    free(space->presence);
    free(space->fading);
    free(space->faded_rate);
    free(space);
}

static void *aligned(int64_t bytes) {
    void *found = NULL;
    return posix_memalign(&found, 64, (size_t)bytes) == 0 ? found : NULL;
}

static Pair *workspace_pairs(Workspace *space, int64_t count) {
    if (space->n_pairs < count) {
        free(space->pairs);
        space->pairs = aligned(count * (int64_t)sizeof(Pair));
        space->n_pairs = space->pairs ? count : 0;
    }
    return space->pairs;
}

static int workspace_causes(Workspace *space, int n) {
    if (space->n_causes >= n) return 0;
    free(space->weights), free(space->share), free(space->presence);
    space->weights = aligned(4 * (int64_t)n * (int64_t)sizeof(V));
    space->share = aligned((int64_t)n * (int64_t)sizeof(V));
    space->presence = aligned((int64_t)n * (int64_t)sizeof(V));
    if (!space->weights || !space->share || !space->presence) {
        space->n_causes = 0;
        return -1;
    }
    space->n_causes = n;
    return 0;
}

/* ---- the sweep, in both widths ---- */

#define LANES 8
#include "sweep.inc"
#undef LANES
#define LANES 1
#include "sweep.inc"
#undef LANES

/* Above this many states the eight nodes no longer fit side by side into the second cache: one node at a time, with
 * the states themselves side by side. */
#ifndef WIDE_UP_TO
#define WIDE_UP_TO 3000.0
#endif

/* exp(-t r) for every node and cause. People of one cohort and variants of one person have the same rates, and then it is
 * made once. The caller promises that what `t` points at does not change while it uses the workspace. */
static const double *fading(Workspace *space, const Question *q, int nodes, const double *t) {
    const size_t rates = (size_t)q->n * sizeof(double);
    if (space->fading && space->faded_t == t && space->faded_nodes == nodes && space->faded_n == q->n &&
        (rates == 0 || !memcmp(space->faded_rate, q->rate, rates)))
        return space->fading;
    const int64_t count = (int64_t)q->n * ((nodes + 7) & ~7);
    if (!space->fading || space->room_fading < count) {
        free(space->fading), free(space->faded_rate);
        space->fading = malloc((size_t)(count ? count : 1) * sizeof(double));
        space->faded_rate = malloc((size_t)(count ? count : 1) * sizeof(double)); /* at least n */
        space->room_fading = count;
        if (!space->fading || !space->faded_rate) {
            free(space->fading), free(space->faded_rate);
            space->fading = space->faded_rate = NULL;
            return NULL;
        }
    }
    for (int first = 0; first < nodes; first += 8)
        for (int i = 0; i < q->n; i++)
            for (int l = 0; l < 8; l++)
                space->fading[(int64_t)first * q->n + 8 * i + l] = first + l < nodes ? exp(-t[first + l] * q->rate[i]) : 0;
    if (rates) memcpy(space->faded_rate, q->rate, rates);
    space->faded_t = t, space->faded_nodes = nodes, space->faded_n = q->n;
    return space->fading;
}

EVERY_MACHINE
int shares_of(Workspace *space, const Plan *plan, const Question *q, int nodes, const double *t, const double *weight,
              Answer answer) {
    const int n = q->n;
    if (workspace_causes(space, n > 0 ? n : 1)) return -1;
    const double *faded = fading(space, q, nodes, t);
    if (!faded) return -1;
    const int wide = plan->cost <= WIDE_UP_TO;
    *answer.evidence = *answer.danger = 0;
    for (int i = 0; i <= n; i++) answer.shares[i] = 0;
    for (int i = 0; i < n; i++) answer.presence[i] = 0;
    for (int first = 0; first < nodes; first += wide ? 8 : 1) {
        double start[8] = {0}; /* nodes that are not there weigh nothing */
        for (int l = 0; l < (wide ? 8 : 1) && first + l < nodes; l++)
            start[l] = weight[first + l] * q->scale * exp(-t[first + l] * q->rest);
        const double *eight = faded + (int64_t)(first & ~7) * n + (first & 7);
        if (wide ? add_wide(space, plan, q, start, eight, answer) : add_one(space, plan, q, start, eight, answer)) return -1;
    }
    const double divisor = *answer.evidence > 0 ? *answer.evidence : 1.0; /* impossible evidence has no posterior: all zero */
    *answer.danger /= divisor;
    for (int i = 0; i <= n; i++) answer.shares[i] /= divisor;
    for (int i = 0; i < n; i++) answer.presence[i] /= divisor;
    return 0;
}

EVERY_MACHINE
int presence_of(Workspace *space, const Plan *plan, const Question *q, Answer answer) {
    const int n = q->n;
    if (workspace_causes(space, n > 0 ? n : 1)) return -1;
    static const double once = 1.0;
    const double *quiet = fading(space, q, 1, &once);
    if (!quiet) return -1;
    double *w = (double *)space->weights;
    for (int i = 0; i < n; i++) {
        const double on = q->prior[i] * q->damp[i];
        w[4 * i] = 1.0 - q->prior[i];
        w[4 * i + 1] = on * quiet[8 * i];
        w[4 * i + 2] = on;
        w[4 * i + 3] = on * (q->rate[i] < 1e-3 ? -expm1(-q->rate[i]) : 1.0 - quiet[8 * i]);
    }
    Out_one out = {.share = (double *)space->share, .presence = (double *)space->presence};
    if (run_one(space, plan, q, (Chain_one){q->scale * exp(-q->rest), q->scale * -expm1(-q->rest)}, &out)) return -1;
    const double divisor = out.evidence > 0 ? out.evidence : 1.0;
    *answer.evidence = out.evidence;
    *answer.danger = out.danger / divisor;
    for (int i = 0; i < n; i++) answer.presence[i] = out.presence[i] / divisor;
    return 0;
}

/* `vectors` (a constant) of eight causes each, held in registers. */
static ALWAYS_INLINE void damp_eights(const int vectors, int n, int64_t count, const int64_t *signs, const double *keep,
                                      double *damp) {
    V left[4];
    for (int v = 0; v < vectors; v++) left[v] = broadcast(1.0);
    for (int64_t j = 0; j < count; j++)
        for (int v = 0; v < vectors; v++) left[v] *= load(keep + signs[j] * n + 8 * v);
    memcpy(damp, left, (size_t)vectors * sizeof(V));
}

EVERY_MACHINE
void damp_of(int n, int64_t count, const int64_t *signs, const double *keep, double *damp) {
    int i = 0;
    for (; i + 32 <= n; i += 32) damp_eights(4, n, count, signs, keep + i, damp + i);
    for (; i + 16 <= n; i += 16) damp_eights(2, n, count, signs, keep + i, damp + i);
    for (; i + 8 <= n; i += 8) damp_eights(1, n, count, signs, keep + i, damp + i);
    for (; i < n; i++) {
        damp[i] = 1.0;
        for (int64_t j = 0; j < count; j++) damp[i] *= keep[signs[j] * n + i];
    }
}
