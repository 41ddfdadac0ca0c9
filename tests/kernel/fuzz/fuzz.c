/* Random questions for the compiled core, under the sanitizers: fuzz [seconds] [seed]. Plans, damping, presence and shares
 * of networks of every shape that the door to Python lets through, with numbers that are ordinary, extreme or none at all.
 * Every array lies in memory of exactly its size, so that one step too far is seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core.h"

static uint64_t state;

static uint64_t next(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int below(int most) { return most > 0 ? (int)(next() % (uint64_t)most) : 0; }
static double uniform(void) { return (double)(next() >> 11) * 0x1p-53; }

static double number(int wild) {
    static const double odd[] = {0, 1, 1e-300, 1e300, 5e-324, INFINITY, NAN, -1};
    return wild && !below(4) ? odd[below(8)] : uniform();
}

static double *numbers(int count, int wild) {
    double *made = malloc((size_t)count * sizeof(double));
    for (int i = 0; i < count; i++) made[i] = number(wild);
    return made;
}

/* Some signs of a small table that are absent: the core's product is the plain one, to the last bit. */
static double *damping(int n, int wild) {
    const int signs = 1 + below(20), count = below(60);
    double *table = numbers(signs * n, wild), *damp = numbers(n, 0);
    int64_t *absent = malloc((size_t)count * sizeof(int64_t));
    for (int j = 0; j < count; j++) absent[j] = below(signs);
    damp_of(n, count, absent, table, damp);
    for (int i = 0; i < n; i++) {
        double plain = 1;
        for (int j = 0; j < count; j++) plain *= table[absent[j] * n + i];
        if (!(plain == damp[i] || (isnan(plain) && isnan(damp[i])))) {
            fprintf(stderr, "damp %g, not %g\n", damp[i], plain);
            exit(3);
        }
    }
    free(table), free(absent);
    return damp;
}

/* Every cause goes by once: with several signs, alone at its sign, or with none; and every sign opens and closes. */
static void look_at(const Plan *plan, int n, int k) {
    int causes = plan->n_unlinked + plan->n_lone, opened = 0, closed = 0;
    for (int o = 0; o < plan->n_ops; o++) {
        causes += plan->ops[o].step == STEP_CAUSE;
        opened += plan->ops[o].step == STEP_OPEN;
        closed += plan->ops[o].step == STEP_CLOSE;
    }
    if (causes == n && opened == k && closed == k) return;
    fprintf(stderr, "%d of %d causes, %d opened and %d closed of %d signs\n", causes, n, opened, closed, k);
    exit(3);
}

static void question(Workspace *space, Planner *planner, int *answered) {
    const int wild = !below(3), dense = below(4);
    const int n = below(10) ? below(40) : below(300), k = below(12) ? below(16) : below(MAX_SIGNS + 1);
    const uint8_t *linked[MAX_SIGNS];
    const double *keep[MAX_SIGNS];
    for (int j = 0; j < k; j++) {
        uint8_t *links = malloc((size_t)n);
        double *row = numbers(n, wild);
        for (int i = 0; i < n; i++) {
            links[i] = (uint8_t)(dense ? uniform() < 0.2 * dense : below(12) == 0);
            if (!links[i]) row[i] = 1;
        }
        linked[j] = links;
        keep[j] = row;
    }
    double *prior = numbers(n, wild), *rate = numbers(n, wild), *phi = numbers(n + 1, wild), *damp = damping(n, wild);
    double *rest_keep = numbers(k, wild);
    uint8_t *dangerous = malloc((size_t)n);
    for (int i = 0; i < n; i++) dangerous[i] = (uint8_t)!below(4);
    const int nodes = 1 + below(40);
    double *t = numbers(nodes, 0), *weight = numbers(nodes, wild);
    double evidence, danger, *shares = numbers(n + 1, 0), *presence = numbers(n, 0);
    const Plan *plan = make_plan(planner, n, k, linked);
    if (!plan) exit(2);
    look_at(plan, n, k);
    if (plan->cost <= 0x1p16) {
        const Question asked = {n,    k,         prior,    rate,         phi,
                                damp, keep,      rest_keep, number(wild), number(wild),
                                below(2) ? dangerous : NULL};
        const Answer found = {&evidence, &danger, shares, presence};
        if (presence_of(space, plan, &asked, found)) exit(2);
        if (shares_of(space, plan, &asked, nodes, t, weight, found)) exit(2);
        ++*answered;
        double sum = 0;
        for (int i = 0; i <= n; i++) sum += shares[i];
        if (!wild && evidence > 1e-250 && fabs(sum - 1) > 1e-9) {
            fprintf(stderr, "shares add up to %g\n", sum);
            exit(3);
        }
    }
    for (int j = 0; j < k; j++) free((void *)linked[j]), free((void *)keep[j]);
    free(prior), free(rate), free(phi), free(damp), free(rest_keep), free(dangerous);
    free(t), free(weight), free(shares), free(presence);
}

int main(int given, char **words) {
    const double seconds = given > 1 ? atof(words[1]) : 5;
    state = given > 2 ? strtoull(words[2], NULL, 10) : 1;
    const time_t start = time(NULL);
    int asked = 0, answered = 0;
    while (difftime(time(NULL), start) < seconds) {
        Workspace *space = workspace_new(); /* used again for a while, as in a batch */
        Planner *planner = planner_new();
        for (int i = below(30); i >= 0; i--) question(space, planner, &answered), asked++;
        planner_free(planner);
        workspace_free(space);
    }
    printf("%d questions, %d answered\n", asked, answered);
    return answered ? 0 : 4;
}
