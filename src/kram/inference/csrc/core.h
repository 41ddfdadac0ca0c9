/* The sweep of kram.inference, compiled: see planning.py and sweep.py, whose plans (plan.c) and sums (core.c) these are.
 *
 * Plain arrays in, plain arrays out; nothing here knows Python. Every function trusts its arguments: the module that
 * calls them has checked shapes and ranges. */
#ifndef KRAM_CORE_H
#define KRAM_CORE_H

#include <stdint.h>

enum { MAX_SIGNS = 64, MAX_CAUSES = 1 << 20 };

#define MAX_COST 0x1p34 /* states; a plan above it is not to be swept, whatever the caller would spend */

enum { STEP_OPEN = 0, STEP_CAUSE = 1, STEP_CLOSE = 2 };

typedef struct {
    int32_t step;        /* STEP_* */
    int32_t index;       /* the sign (open), the cause, or the bit (close) */
    int32_t first, count; /* links of a cause; lone causes of a sign that opens */
} Op;

typedef struct {
    int32_t bit, sign;
} Link;

typedef struct {
    Op *ops;
    Link *links;
    int32_t *lone, *unlinked; /* causes with one positive sign, in the order of the signs; causes with none */
    int32_t n_ops, n_links, n_lone, n_unlinked, width;
    double cost; /* states visited, summed over causes and openings */
} Plan;

/* What planning needs; one for each thread. */
typedef struct Planner Planner;
Planner *planner_new(void);
void planner_free(Planner *planner);

/* The plan for k signs; linked[j][i] says whether cause i is linked to sign j. The plan lives in the planner until the next
 * call. NULL: out of memory. */
const Plan *make_plan(Planner *planner, int n, int k, const uint8_t *const *linked);

/* Scratch that grows as needed and is used again; one for each thread. */
typedef struct Workspace Workspace;
Workspace *workspace_new(void);
void workspace_free(Workspace *space);

/* One person's question. keep[j] points at n numbers: the chance that cause i does not fire sign j. */
typedef struct {
    int n, k;
    const double *prior, *rate, *phi, *damp; /* n, n, n + 1, n */
    const double *const *keep;               /* k rows of n */
    const double *rest_keep;                 /* k */
    double rest, scale;
    const uint8_t *dangerous; /* n; NULL: danger is not asked */
} Question;

typedef struct {
    double *evidence, *danger; /* 1, 1 */
    double *shares, *presence; /* n + 1, n */
} Answer;

/* Shares, presence and danger, by quadrature over t: nodes and weights on 0..1. 0: fine, -1: out of memory. */
int shares_of(Workspace *space, const Plan *plan, const Question *question, int nodes, const double *t,
              const double *weight, Answer answer);

/* What the absence of these signs leaves of each cause: damp[i] is the product of the rows keep[sign * n + i]. */
void damp_of(int n, int64_t count, const int64_t *signs, const double *keep, double *damp);

/* Presence alone, without character: the complaint is one more sign, of all causes. */
int presence_of(Workspace *space, const Plan *plan, const Question *question, Answer answer);

#endif
