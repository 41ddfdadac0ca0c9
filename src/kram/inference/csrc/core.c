#include "core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* One copy of the sweep for each kind of x86 machine, chosen when the library loads. What carries this is not inlined
 * into each other, so that it is compiled once a machine. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && !defined(KRAM_PLAIN)
#define EVERY_MACHINE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) __attribute__((flatten))
#else
#define EVERY_MACHINE
#endif

typedef struct {
    V u, s;
} Pair; /* see sweep.inc */

static ALWAYS_INLINE V broadcast(double x) { return (V){x, x, x, x, x, x, x, x}; }

/* ---- workspace ---- */

struct Workspace {
    Pair *pairs;
    int64_t n_pairs;
    V *weights; /* 4 a cause */
    V *share, *presence;
    int32_t n_causes;
    Plan plan;
    Op *best_ops;
    Link *best_links;
    int32_t room_ops, room_links;
    uint64_t *signs_of; /* by linked cause */
    int32_t *cause_at;
    uint64_t *sets;
    int32_t room_sets;
    uint8_t *is_linked;
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
    free(space->plan.ops);
    free(space->plan.links);
    free(space->best_ops);
    free(space->best_links);
    free(space->signs_of);
    free(space->cause_at);
    free(space->sets);
    free(space->is_linked);
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
    free(space->signs_of), free(space->cause_at), free(space->is_linked);
    space->weights = aligned(4 * (int64_t)n * (int64_t)sizeof(V));
    space->share = aligned((int64_t)n * (int64_t)sizeof(V));
    space->presence = aligned((int64_t)n * (int64_t)sizeof(V));
    space->signs_of = malloc((size_t)n * sizeof(uint64_t));
    space->cause_at = malloc((size_t)n * sizeof(int32_t));
    space->is_linked = malloc((size_t)n);
    if (!space->weights || !space->share || !space->presence || !space->signs_of || !space->cause_at ||
        !space->is_linked) {
        space->n_causes = 0;
        return -1;
    }
    space->n_causes = n;
    return 0;
}

static int workspace_sets(Workspace *space, int words) {
    if (space->room_sets >= words) return 0;
    free(space->sets);
    space->sets = malloc((size_t)words * sizeof(uint64_t));
    space->room_sets = space->sets ? words : 0;
    return space->sets ? 0 : -1;
}

/* ---- planning: the same greedy order as planning.py ---- */

#define RESTARTS_FROM 50000.0    /* states; below this, trying other beginnings costs more than it saves */
#define HOPELESS_FROM 0x1p45     /* states; above this, no other beginning brings it into reach */

static ALWAYS_INLINE int popcount(uint64_t x) { return __builtin_popcountll(x); }
static ALWAYS_INLINE int lowest(uint64_t x) { return __builtin_ctzll(x); }
static ALWAYS_INLINE uint64_t bit_of(int at) { return (uint64_t)1 << at; }

typedef struct {
    int k, linked, words;      /* causes with a positive sign; 64-bit words of a set of them */
    const uint64_t *signs_of;  /* by linked cause */
    const uint64_t *causes_of; /* by sign, `words` each */
    uint64_t *waiting;         /* causes not yet swept */
    const int32_t *cause_at;   /* number of a linked cause in the network */
    uint64_t needs[MAX_SIGNS]; /* to close sign j, open these */
} Graph;

static ALWAYS_INLINE int waiting_causes(const Graph *g, int sign) {
    int count = 0;
    for (int w = 0; w < g->words; w++) count += popcount(g->causes_of[sign * g->words + w] & g->waiting[w]);
    return count;
}

/* Next to open: what completes most causes. */
static ALWAYS_INLINE int next_sign(const Graph *g, uint64_t left, uint64_t seen) {
    int best = -1, most = -1;
    if (!(left & (left - 1))) return lowest(left);
    for (uint64_t rest = left; rest; rest &= rest - 1) {
        const int j = lowest(rest);
        int completed = 0;
        const uint64_t with = seen | bit_of(j);
        for (int w = 0; w < g->words; w++)
            for (uint64_t causes = g->causes_of[j * g->words + w] & g->waiting[w]; causes; causes &= causes - 1)
                completed += !(g->signs_of[64 * w + lowest(causes)] & ~with);
        if (completed > most) most = completed, best = j;
    }
    return best;
}

static ALWAYS_INLINE void greedy(const Graph *g, int first, Plan *plan) {
    int at[MAX_SIGNS], open = 0;
    uint64_t opened = 0, closed = 0;
    const uint64_t every = g->k == 64 ? ~(uint64_t)0 : bit_of(g->k) - 1;
    int target = first;
    for (int w = 0; w < g->words; w++)
        g->waiting[w] = 64 * (w + 1) <= g->linked ? ~(uint64_t)0 : bit_of(g->linked - 64 * w) - 1;
    plan->n_ops = plan->n_links = plan->width = 0;
    plan->cost = 0;
    while (opened != every) {
        if (target < 0 || opened >> target & 1) {
            /* the sign that can close with the fewest others opened; then the one with most causes still waiting */
            int best = -1, best_need = 0, best_waiting = 0;
            for (uint64_t rest = every & ~closed; rest; rest &= rest - 1) {
                const int j = lowest(rest);
                const uint64_t missing = g->needs[j] & ~opened;
                const int need = missing ? popcount(missing) : g->k + 1;
                if (best >= 0 && need > best_need) continue;
                const int count = waiting_causes(g, j);
                if (best < 0 || need < best_need || count > best_waiting)
                    best = j, best_need = need, best_waiting = count;
            }
            target = best;
        }
        int todo[MAX_SIGNS], n_todo = 0;
        uint64_t left = g->needs[target] & ~opened, seen = opened;
        while (left) {
            const int j = next_sign(g, left, seen);
            todo[n_todo++] = j;
            seen |= bit_of(j);
            left &= ~bit_of(j);
        }
        for (int t = 0; t < n_todo; t++) {
            const int sign = todo[t];
            plan->ops[plan->n_ops++] = (Op){STEP_OPEN, sign, 0, 0};
            opened |= bit_of(sign);
            at[open++] = sign;
            if (open > plan->width) plan->width = open;
            for (int w = 0; w < g->words; w++)
                for (uint64_t causes = g->causes_of[sign * g->words + w] & g->waiting[w]; causes; causes &= causes - 1) {
                    const int a = 64 * w + lowest(causes);
                    if (g->signs_of[a] & ~opened) continue;
                    g->waiting[w] &= ~bit_of(a & 63);
                    Op *op = plan->ops + plan->n_ops++;
                    *op = (Op){STEP_CAUSE, g->cause_at[a], plan->n_links, 0};
                    for (int b = 0; b < open; b++)
                        if (g->signs_of[a] >> at[b] & 1) plan->links[plan->n_links++] = (Link){b, at[b]};
                    op->count = plan->n_links - op->first;
                    plan->cost += ldexp(1.0, open);
                }
            for (int b = open - 1; b >= 0; b--) {
                if (waiting_causes(g, at[b])) continue;
                plan->ops[plan->n_ops++] = (Op){STEP_CLOSE, b, 0, 0};
                closed |= bit_of(at[b]);
                for (int c = b; c + 1 < open; c++) at[c] = at[c + 1];
                open--;
            }
        }
        target = -1;
    }
}

static int room_for_plan(Workspace *space, int ops, int links) {
    if (space->room_ops < ops) {
        free(space->plan.ops), free(space->best_ops);
        space->plan.ops = malloc((size_t)ops * sizeof(Op));
        space->best_ops = malloc((size_t)ops * sizeof(Op));
        space->room_ops = ops;
    }
    if (space->room_links < links) {
        free(space->plan.links), free(space->best_links);
        space->plan.links = malloc((size_t)links * sizeof(Link));
        space->best_links = malloc((size_t)links * sizeof(Link));
        space->room_links = links;
    }
    if (!space->plan.ops || !space->best_ops || !space->plan.links || !space->best_links) {
        space->room_ops = space->room_links = 0;
        return -1;
    }
    return 0;
}

static void swap_plans(Workspace *space, Plan *best) {
    Plan now = space->plan;
    now.ops = space->plan.ops, now.links = space->plan.links;
    *best = now;
    space->plan.ops = space->best_ops, space->plan.links = space->best_links;
    space->best_ops = now.ops, space->best_links = now.links;
}

EVERY_MACHINE
const Plan *make_plan(Workspace *space, int n, int k, const uint8_t *const *linked) {
    if (workspace_causes(space, n > 0 ? n : 1)) return NULL;
    Graph g = {.k = k, .signs_of = space->signs_of, .cause_at = space->cause_at};
    int total = 0;
    for (int i = 0; i < n; i++) {
        uint64_t mask = 0;
        for (int j = 0; j < k; j++) mask |= (uint64_t)(linked[j][i] != 0) << j;
        if (!mask) continue;
        space->signs_of[g.linked] = mask;
        space->cause_at[g.linked++] = i;
        total += popcount(mask);
    }
    g.words = (g.linked + 63) / 64;
    if (workspace_sets(space, (k + 1) * g.words + 1)) return NULL;
    uint64_t *causes_of = space->sets;
    g.causes_of = causes_of;
    g.waiting = causes_of + k * g.words;
    memset(causes_of, 0, (size_t)(k * g.words) * sizeof(uint64_t));
    for (int j = 0; j < k; j++) g.needs[j] = bit_of(j);
    for (int a = 0; a < g.linked; a++)
        for (uint64_t rest = g.signs_of[a]; rest; rest &= rest - 1) {
            g.needs[lowest(rest)] |= g.signs_of[a];
            causes_of[lowest(rest) * g.words + a / 64] |= bit_of(a & 63);
        }
    if (room_for_plan(space, 2 * k + g.linked + 1, total + 1)) return NULL;
    greedy(&g, -1, &space->plan);
    if (space->plan.cost > RESTARTS_FROM && space->plan.cost < HOPELESS_FROM) {
        Plan best;
        swap_plans(space, &best);
        for (int first = 0; first < k; first++) {
            greedy(&g, first, &space->plan);
            if (space->plan.cost < best.cost) swap_plans(space, &best);
        }
        const Plan worse = space->plan;
        space->plan = best;
        space->best_ops = worse.ops, space->best_links = worse.links;
    }
    return &space->plan;
}

/* ---- the sweep, in both widths ---- */

typedef struct {
    V *share, *presence; /* n */
    V rest_share, evidence, danger;
} Out;

static ALWAYS_INLINE V first_lane(V x) { return (V){x[0]}; }

static ALWAYS_INLINE double sum(V x) { return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7])); }

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

static ALWAYS_INLINE V load(const double *from) {
    V x;
    memcpy(&x, from, sizeof(x));
    return x;
}

EVERY_MACHINE
int shares_of(Workspace *space, const Plan *plan, const Question *q, int nodes, const double *t, const double *weight,
              Answer answer) {
    const int n = q->n;
    if (workspace_causes(space, n > 0 ? n : 1)) return -1;
    const int wide = plan->cost <= WIDE_UP_TO;
    const double *faded = fading(space, q, nodes, t);
    if (!faded) return -1;
    V *w = space->weights;
    double evidence = 0, danger = 0;
    for (int i = 0; i <= n; i++) answer.shares[i] = 0;
    for (int i = 0; i < n; i++) answer.presence[i] = 0;
    for (int first = 0; first < nodes; first += wide ? 8 : 1) {
        V start;
        for (int l = 0; l < 8; l++) {
            const int node = wide ? first + l : first;
            start[l] = node < nodes ? weight[node] * q->scale * exp(-t[node] * q->rest) : 0.0; /* absent: weighs nothing */
        }
        for (int i = 0; i < n; i++) {
            const double *eight = faded + (int64_t)(first & ~7) * n + 8 * i;
            const V fade = wide ? load(eight) : broadcast(eight[first & 7]);
            w[4 * i] = broadcast(1.0 - q->prior[i]);
            w[4 * i + 1] = w[4 * i + 2] = fade * (q->prior[i] * q->damp[i]);
            w[4 * i + 3] = w[4 * i + 2] * (q->phi[i + 1] * q->rate[i]);
        }
        Out out = {.share = space->share, .presence = space->presence};
        const double chosen = q->phi[0] * q->rest;
        if (!wide) start = first_lane(start);
        const Pair before = {start, start * chosen};
        if (wide ? run_wide(space, plan, q, before, &out) : run_one(space, plan, q, before, &out)) return -1;
        evidence += sum(out.evidence);
        danger += sum(out.danger);
        answer.shares[0] += sum(out.rest_share);
        for (int i = 0; i < n; i++) {
            answer.shares[i + 1] += sum(out.share[i]);
            answer.presence[i] += sum(out.presence[i]);
        }
    }
    const double divisor = evidence > 0 ? evidence : 1.0; /* impossible evidence has no posterior: all zero */
    *answer.evidence = evidence;
    *answer.danger = danger / divisor;
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
    V *w = space->weights;
    for (int i = 0; i < n; i++) {
        const double on = q->prior[i] * q->damp[i];
        w[4 * i] = broadcast(1.0 - q->prior[i]);
        w[4 * i + 1] = broadcast(on * quiet[8 * i]);
        w[4 * i + 2] = broadcast(on);
        w[4 * i + 3] = broadcast(on * (q->rate[i] < 1e-3 ? -expm1(-q->rate[i]) : 1.0 - quiet[8 * i]));
    }
    const Pair start = {{q->scale * exp(-q->rest)}, {q->scale * -expm1(-q->rest)}}; /* one state: the first lane */
    Out out = {.share = space->share, .presence = space->presence};
    if (run_one(space, plan, q, start, &out)) return -1;
    const double evidence = sum(out.evidence);
    const double divisor = evidence > 0 ? evidence : 1.0;
    *answer.evidence = evidence;
    *answer.danger = sum(out.danger) / divisor;
    for (int i = 0; i < n; i++) answer.presence[i] = sum(out.presence[i]) / divisor;
    return 0;
}
