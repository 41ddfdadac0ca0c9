#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "machine.h"

/* The same greedy order as planning.py. A set of signs is one 64-bit word, a set of causes `words` of them. */

#define RESTARTS_FROM 50000.0 /* states; below this, trying other beginnings costs more than it saves */
#define HOPELESS_FROM 0x1p45  /* states; above this, no other beginning brings it into reach */

struct Planner {
    Plan plan, best;
    uint64_t *signs_of; /* by cause */
    uint64_t *sets;
    int32_t room_causes, room_sets, room_links;
};

Planner *planner_new(void) { return calloc(1, sizeof(Planner)); }

static void free_plan(Plan *plan) { free(plan->ops), free(plan->links), free(plan->lone), free(plan->unlinked); }

void planner_free(Planner *planner) {
    if (planner == NULL) return;
    free_plan(&planner->plan), free_plan(&planner->best);
    free(planner->signs_of), free(planner->sets);
    free(planner);
}

/* Room for so many things; what was there is lost. -1: out of memory. */
static int room_for(void **array, int64_t count, size_t size) {
    free(*array);
    *array = malloc((size_t)(count > 0 ? count : 1) * size);
    return *array ? 0 : -1;
}

static int room_for_causes(Planner *planner, int n) {
    if (planner->signs_of && planner->room_causes >= n) return 0;
    planner->room_causes = 0;
    if (room_for((void **)&planner->signs_of, n, sizeof(uint64_t))) return -1;
    for (int which = 0; which < 2; which++) {
        Plan *plan = which ? &planner->best : &planner->plan;
        if (room_for((void **)&plan->ops, 2 * MAX_SIGNS + (int64_t)n, sizeof(Op))) return -1;
        if (room_for((void **)&plan->lone, n, sizeof(int32_t))) return -1;
        if (room_for((void **)&plan->unlinked, n, sizeof(int32_t))) return -1;
    }
    planner->room_causes = n;
    return 0;
}

static int room_for_links(Planner *planner, int links) {
    if (planner->plan.links && planner->room_links >= links) return 0;
    planner->room_links = 0;
    if (room_for((void **)&planner->plan.links, links, sizeof(Link))) return -1;
    if (room_for((void **)&planner->best.links, links, sizeof(Link))) return -1;
    planner->room_links = links;
    return 0;
}

static int room_for_sets(Planner *planner, int words) {
    if (planner->sets && planner->room_sets >= words) return 0;
    planner->room_sets = 0;
    if (room_for((void **)&planner->sets, words, sizeof(uint64_t))) return -1;
    planner->room_sets = words;
    return 0;
}

static ALWAYS_INLINE int popcount(uint64_t x) { return __builtin_popcountll(x); }
static ALWAYS_INLINE int lowest(uint64_t x) { return __builtin_ctzll(x); }
static ALWAYS_INLINE uint64_t bit_of(int at) { return (uint64_t)1 << at; }
static ALWAYS_INLINE double states(int open) { return open < 63 ? (double)bit_of(open) : ldexp(1.0, open); }

typedef struct {
    int k, words;
    const uint64_t *signs_of; /* by cause */
    uint64_t *lone_of;        /* by sign: causes that have this sign only */
    uint64_t *causes_of;      /* by sign: the others */
    uint64_t *several;        /* causes with several signs */
    uint64_t *unlinked;       /* causes with none */
    uint64_t *waiting;        /* those of them not yet swept */
    uint64_t needs[MAX_SIGNS]; /* to close sign j, open these */
} Graph;

static ALWAYS_INLINE int waiting_causes(const Graph *g, int sign) {
    int count = 0;
    for (int w = 0; w < g->words; w++) count += popcount(g->causes_of[sign * g->words + w] & g->waiting[w]);
    return count;
}

/* Next to open: what completes most causes. */
static ALWAYS_INLINE int next_sign(const Graph *g, uint64_t left, uint64_t seen) {
    if (!(left & (left - 1))) return lowest(left);
    int completed[MAX_SIGNS] = {0}, best = lowest(left);
    for (int w = 0; w < g->words; w++)
        for (uint64_t causes = g->waiting[w]; causes; causes &= causes - 1) {
            const uint64_t missing = g->signs_of[64 * w + lowest(causes)] & ~seen;
            completed[lowest(missing | bit_of(63))] += missing && !(missing & (missing - 1));
        }
    for (uint64_t rest = left; rest; rest &= rest - 1)
        if (completed[lowest(rest)] > completed[best]) best = lowest(rest);
    return best;
}

/* The sign that can close with the fewest others opened; of those, the one with most causes still waiting. */
static ALWAYS_INLINE int next_target(const Graph *g, uint64_t opened, uint64_t closed, uint64_t every) {
    int best = -1, best_need = 0, best_waiting = 0;
    for (uint64_t rest = every & ~closed; rest; rest &= rest - 1) {
        const int j = lowest(rest);
        const uint64_t missing = g->needs[j] & ~opened;
        const int need = missing ? popcount(missing) : g->k + 1;
        if (best >= 0 && need > best_need) continue;
        const int count = waiting_causes(g, j);
        if (best < 0 || need < best_need || count > best_waiting) best = j, best_need = need, best_waiting = count;
    }
    return best;
}

static ALWAYS_INLINE void greedy(const Graph *g, int first, Plan *plan) {
    int at[MAX_SIGNS], open = 0;
    uint64_t opened = 0, closed = 0;
    const uint64_t every = g->k == 64 ? ~(uint64_t)0 : bit_of(g->k) - 1;
    for (int w = 0; w < g->words; w++) g->waiting[w] = g->several[w];
    plan->n_ops = plan->n_links = plan->n_lone = plan->n_unlinked = plan->width = 0;
    plan->cost = 0;
    for (int w = 0; w < g->words; w++)
        for (uint64_t causes = g->unlinked[w]; causes; causes &= causes - 1)
            plan->unlinked[plan->n_unlinked++] = 64 * w + lowest(causes);
    for (int target = first; opened != every; target = -1) {
        if (target < 0) target = next_target(g, opened, closed, every);
        int todo[MAX_SIGNS], n_todo = 0;
        for (uint64_t left = g->needs[target] & ~opened, seen = opened; left;) {
            const int j = next_sign(g, left, seen);
            todo[n_todo++] = j;
            seen |= bit_of(j);
            left &= ~bit_of(j);
        }
        for (int t = 0; t < n_todo; t++) {
            const int sign = todo[t];
            opened |= bit_of(sign);
            at[open++] = sign;
            if (open > plan->width) plan->width = open;
            Op *opening = plan->ops + plan->n_ops++;
            *opening = (Op){STEP_OPEN, sign, plan->n_lone, 0};
            plan->cost += states(open);
            for (int w = 0; w < g->words; w++) {
                for (uint64_t lone = g->lone_of[sign * g->words + w]; lone; lone &= lone - 1)
                    plan->lone[plan->n_lone++] = 64 * w + lowest(lone);
                for (uint64_t causes = g->causes_of[sign * g->words + w] & g->waiting[w]; causes; causes &= causes - 1) {
                    const int i = 64 * w + lowest(causes);
                    if (g->signs_of[i] & ~opened) continue;
                    g->waiting[w] &= ~(causes & -causes);
                    Op *op = plan->ops + plan->n_ops++;
                    *op = (Op){STEP_CAUSE, i, plan->n_links, 0};
                    for (int b = 0; b < open; b++) { /* no branch: whether a sign is linked cannot be guessed */
                        plan->links[plan->n_links] = (Link){b, at[b]};
                        plan->n_links += (int)(g->signs_of[i] >> at[b] & 1);
                    }
                    op->count = plan->n_links - op->first;
                    plan->cost += states(open);
                }
            }
            opening->count = plan->n_lone - opening->first;
            for (int b = open - 1; b >= 0; b--) {
                if (waiting_causes(g, at[b])) continue;
                plan->ops[plan->n_ops++] = (Op){STEP_CLOSE, b, 0, 0};
                closed |= bit_of(at[b]);
                for (int c = b; c + 1 < open; c++) at[c] = at[c + 1];
                open--;
            }
        }
    }
}

/* Up to 64 truth values as bits. */
static ALWAYS_INLINE uint64_t bits_of(const uint8_t *truths, int count) {
    uint64_t set = 0;
    int i = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; i + 8 <= count; i += 8) { /* eight at once: the product brings bit 0 of byte b to bit 56 + b */
        uint64_t eight;
        memcpy(&eight, truths + i, sizeof(eight));
        set |= ((eight & 0x0101010101010101u) * 0x0102040810204080u >> 56) << i;
    }
#endif
    for (; i < count; i++) set |= (uint64_t)(truths[i] & 1) << i;
    return set;
}

/* Which causes are linked to which signs. Returns the number of links of causes with several signs; -1: out of memory. */
static ALWAYS_INLINE int graph_of(Planner *planner, int n, int k, const uint8_t *const *linked, Graph *g) {
    const int words = (n + 63) / 64;
    if (room_for_causes(planner, n) || room_for_sets(planner, (2 * k + 3) * words)) return -1;
    uint64_t *sets = planner->sets, *signs_of = planner->signs_of;
    *g = (Graph){.k = k, .words = words, .signs_of = signs_of};
    g->several = sets, g->unlinked = sets + words, g->waiting = sets + 2 * words;
    g->lone_of = sets + 3 * words, g->causes_of = g->lone_of + k * words;
    for (int w = 0; w < words; w++) {
        const int first = 64 * w, most = n - first < 64 ? n - first : 64;
        uint64_t once = 0, twice = 0;
        for (int j = 0; j < k; j++) {
            const uint64_t row = bits_of(linked[j] + first, most);
            twice |= once & row;
            once |= row;
            g->lone_of[j * words + w] = row;
        }
        g->several[w] = twice;
        g->unlinked[w] = ~once & (most == 64 ? ~(uint64_t)0 : bit_of(most) - 1);
        for (int j = 0; j < k; j++) {
            g->causes_of[j * words + w] = g->lone_of[j * words + w] & twice;
            g->lone_of[j * words + w] &= ~twice;
        }
    }
    memset(signs_of, 0, (size_t)n * sizeof(uint64_t));
    int links = 0;
    for (int j = 0; j < k; j++)
        for (int w = 0; w < words; w++)
            for (uint64_t causes = g->causes_of[j * words + w]; causes; causes &= causes - 1, links++)
                signs_of[64 * w + lowest(causes)] |= bit_of(j);
    for (int j = 0; j < k; j++) {
        g->needs[j] = bit_of(j);
        for (int w = 0; w < words; w++)
            for (uint64_t causes = g->causes_of[j * words + w]; causes; causes &= causes - 1)
                g->needs[j] |= signs_of[64 * w + lowest(causes)];
    }
    return links;
}

EVERY_MACHINE
const Plan *make_plan(Planner *planner, int n, int k, const uint8_t *const *linked) {
    Graph g;
    const int links = graph_of(planner, n, k, linked, &g);
    if (links < 0 || room_for_links(planner, links + 1)) return NULL;
    greedy(&g, -1, &planner->plan);
    if (planner->plan.cost <= RESTARTS_FROM || planner->plan.cost >= HOPELESS_FROM) return &planner->plan;
    for (int first = -1; first < k; first++) { /* the better one is always `best` */
        if (first >= 0) greedy(&g, first, &planner->plan);
        if (first >= 0 && planner->plan.cost >= planner->best.cost) continue;
        const Plan better = planner->plan;
        planner->plan = planner->best, planner->best = better;
    }
    return &planner->best;
}
