/* The door between Python and the sweep: looks at every array before it goes in, and lets go of the interpreter's lock
 * while the sweep runs. Only the limited C interface of Python 3.11 is used, so one build serves every later Python. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { MOST_ARRAYS = 24, MOST_DIMENSIONS = 3, MAX_CHUNK = 1000000 };

enum { FINE = 0, OUT_OF_MEMORY = -1, BAD_INDEX = -2 };

/* ---- arrays ---- */

typedef struct {
    Py_buffer held[MOST_ARRAYS];
    int count;
} Arrays;

static void let_go(Arrays *arrays) {
    while (arrays->count) PyBuffer_Release(&arrays->held[--arrays->count]);
}

/* A C-contiguous array of this type ('d', 'q' or '?') and number of dimensions; its shape goes to `shape`, where -1
 * stands for any length and everything else must match. NULL with an exception set. */
static void *array(Arrays *arrays, PyObject *object, const char *name, char type, int writable, int dimensions,
                   Py_ssize_t *shape) {
    Py_buffer *view = &arrays->held[arrays->count];
    const int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(object, view, flags)) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "%s must be a C-contiguous%s array", name, writable ? ", writable" : "");
        return NULL;
    }
    arrays->count++;
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=') format++;
    const int is_long = type == 'q' && (*format == 'q' || *format == 'l') && view->itemsize == 8;
    if (!(is_long || *format == type) || format[1]) {
        PyErr_Format(PyExc_ValueError, "%s must have type %s, got '%s'", name,
                     type == 'd' ? "float64" : type == 'q' ? "int64" : "bool", view->format ? view->format : "B");
        return NULL;
    }
    if (view->ndim != dimensions) {
        PyErr_Format(PyExc_ValueError, "%s must have %d dimensions, got %d", name, dimensions, view->ndim);
        return NULL;
    }
    for (int d = 0; d < dimensions; d++) {
        if (shape[d] >= 0 && view->shape[d] != shape[d]) {
            PyErr_Format(PyExc_ValueError, "%s must have length %zd along axis %d, got %zd", name, shape[d], d,
                         view->shape[d]);
            return NULL;
        }
        shape[d] = view->shape[d];
    }
    return view->buf;
}

#define SHAPE(...) ((Py_ssize_t[MOST_DIMENSIONS]){__VA_ARGS__})

static int wrong_count(const char *name, Py_ssize_t got, Py_ssize_t want) {
    if (got == want) return 0;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, got %zd", name, want, got);
    return 1;
}

static int too_many_signs(Py_ssize_t k) {
    if (k <= MAX_SIGNS) return 0;
    PyErr_Format(PyExc_ValueError, "at most %d positive signs, got %zd", MAX_SIGNS, k);
    return 1;
}

static int too_many_causes(Py_ssize_t n) {
    if (n <= MAX_CAUSES) return 0;
    PyErr_Format(PyExc_ValueError, "at most %d causes, got %zd", MAX_CAUSES, n);
    return 1;
}

/* ---- plan(linked) ---- */

static const char plan_doc[] =
    "plan(linked: bool (signs, causes)) -> (ops, links, lone, cost, width)\n\n"
    "ops: (step, index, first, count) tuples; links: (bit, sign) tuples; lone: causes.";

static PyObject *list_of(int count, PyObject *(*item)(const Plan *, int), const Plan *plan) {
    PyObject *list = PyList_New(count);
    for (int i = 0; list && i < count; i++) {
        PyObject *one = item(plan, i);
        if (!one || PyList_SetItem(list, i, one)) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *op_tuple(const Plan *plan, int i) {
    const Op *op = plan->ops + i;
    return Py_BuildValue("(iiii)", op->step, op->index, op->first, op->count);
}

static PyObject *link_tuple(const Plan *plan, int i) {
    return Py_BuildValue("(ii)", plan->links[i].bit, plan->links[i].sign);
}

static PyObject *lone_number(const Plan *plan, int i) { return PyLong_FromLong(plan->lone[i]); }

static PyObject *plan_of(PyObject *self, PyObject *const *args, Py_ssize_t given) {
    (void)self;
    if (wrong_count("plan", given, 1)) return NULL;
    Arrays arrays = {.count = 0};
    Py_ssize_t *shape = SHAPE(-1, -1);
    const uint8_t *linked = array(&arrays, args[0], "linked", '?', 0, 2, shape);
    PyObject *answer = NULL;
    Planner *planner = NULL;
    if (!linked || too_many_signs(shape[0]) || too_many_causes(shape[1])) goto done;
    const uint8_t *rows[MAX_SIGNS];
    for (int j = 0; j < shape[0]; j++) rows[j] = linked + j * shape[1];
    planner = planner_new();
    const Plan *plan = planner ? make_plan(planner, (int)shape[1], (int)shape[0], rows) : NULL;
    if (!plan) {
        PyErr_NoMemory();
        goto done;
    }
    PyObject *ops = list_of(plan->n_ops, op_tuple, plan);
    PyObject *links = ops ? list_of(plan->n_links, link_tuple, plan) : NULL;
    PyObject *lone = links ? list_of(plan->n_lone, lone_number, plan) : NULL;
    if (lone) {
        answer = Py_BuildValue("(NNNdi)", ops, links, lone, plan->cost, plan->width);
    } else {
        Py_XDECREF(ops);
        Py_XDECREF(links);
    }
done:
    planner_free(planner);
    let_go(&arrays);
    return answer;
}

/* ---- quadratures, by the largest Lambda that each is good for ---- */

typedef struct {
    Py_ssize_t tables;
    const double *bounds;
    const int64_t *counts;
    const double *t, *weight;
} Ladder;

/* Four arguments from `args` on. */
static int ladder_of(Arrays *a, PyObject *const *args, Ladder *ladder) {
    Py_ssize_t *tables = SHAPE(-1), *nodes = SHAPE(-1);
    if (!(ladder->bounds = array(a, args[0], "bounds", 'd', 0, 1, tables))) return -1;
    if (!(ladder->counts = array(a, args[1], "counts", 'q', 0, 1, tables))) return -1;
    if (!(ladder->t = array(a, args[2], "t", 'd', 0, 1, nodes))) return -1;
    if (!(ladder->weight = array(a, args[3], "weight", 'd', 0, 1, nodes))) return -1;
    ladder->tables = tables[0];
    int64_t total = 0;
    int fits = ladder->tables > 0;
    for (Py_ssize_t at = 0; fits && at < ladder->tables; at++) {
        fits = ladder->counts[at] >= 1 && ladder->counts[at] <= nodes[0] - total;
        total += fits ? ladder->counts[at] : 0;
    }
    if (fits && total == nodes[0]) return 0;
    PyErr_SetString(PyExc_ValueError, "counts must be positive and add up to the length of t");
    return -1;
}

/* By the rung that is good for this person or lane. */
static int shares_by(const Ladder *ladder, Workspace *space, const Plan *plan, const Question *q, Answer found) {
    double largest = q->rest;
    for (int i = 0; i < q->n; i++)
        if (q->prior[i] > 0) largest += q->rate[i];
    Py_ssize_t rung = 0, first = 0;
    while (rung + 1 < ladder->tables && ladder->bounds[rung] < largest) first += ladder->counts[rung++];
    return shares_of(space, plan, q, (int)ladder->counts[rung], ladder->t + first, ladder->weight + first, found);
}

/* ---- posterior: some lanes of a Network ---- */

static const char posterior_doc[] =
    "posterior(prior (L, n), rate (L, n), rest (L,), phi (L, n+1), damp (L, n), keep (L, k, n), rest_keep (L, k),\n"
    "          scale (L,), dangerous (n,), linked (k, n), bounds (B,), counts (B,), t (sum of counts,),\n"
    "          weight (sum of counts,), evidence (L,), shares (L, n+1), presence (L, n), danger (L,), cursor (1,), chunk) -> None\n\n"
    "Takes lanes, `chunk` at a time, from where `cursor` stands until none are left and writes what it finds into\n"
    "the last four arrays; several threads may share one cursor. bounds: largest Lambda of each quadrature.";

static PyObject *posterior(PyObject *self, PyObject *const *args, Py_ssize_t given) {
    (void)self;
    if (wrong_count("posterior", given, 20)) return NULL;
    Arrays a = {.count = 0};
    PyObject *answer = NULL;
    Py_ssize_t *shape = SHAPE(-1, -1, -1), *table = SHAPE(-1, -1, -1);
    const double *prior = array(&a, args[0], "prior", 'd', 0, 2, shape);
    if (!prior) goto done;
    const Py_ssize_t lanes = shape[0], n = shape[1];
    const double *rate = array(&a, args[1], "rate", 'd', 0, 2, SHAPE(lanes, n));
    const double *rest = rate ? array(&a, args[2], "rest", 'd', 0, 1, SHAPE(lanes)) : NULL;
    const double *phi = rest ? array(&a, args[3], "phi", 'd', 0, 2, SHAPE(lanes, n + 1)) : NULL;
    const double *damp = phi ? array(&a, args[4], "damp", 'd', 0, 2, SHAPE(lanes, n)) : NULL;
    table[0] = lanes, table[2] = n;
    const double *keep = damp ? array(&a, args[5], "keep", 'd', 0, 3, table) : NULL;
    const Py_ssize_t k = table[1];
    const double *rest_keep = keep ? array(&a, args[6], "rest_keep", 'd', 0, 2, SHAPE(lanes, k)) : NULL;
    const double *scale = rest_keep ? array(&a, args[7], "scale", 'd', 0, 1, SHAPE(lanes)) : NULL;
    const uint8_t *dangerous = scale ? array(&a, args[8], "dangerous", '?', 0, 1, SHAPE(n)) : NULL;
    const uint8_t *linked = dangerous ? array(&a, args[9], "linked", '?', 0, 2, SHAPE(k, n)) : NULL;
    Ladder ladder;
    if (!linked || ladder_of(&a, args + 10, &ladder)) goto done;
    double *evidence = array(&a, args[14], "evidence", 'd', 1, 1, SHAPE(lanes));
    double *shares = evidence ? array(&a, args[15], "shares", 'd', 1, 2, SHAPE(lanes, n + 1)) : NULL;
    double *presence = shares ? array(&a, args[16], "presence", 'd', 1, 2, SHAPE(lanes, n)) : NULL;
    double *danger = presence ? array(&a, args[17], "danger", 'd', 1, 1, SHAPE(lanes)) : NULL;
    int64_t *cursor = danger ? array(&a, args[18], "cursor", 'q', 1, 1, SHAPE(1)) : NULL;
    if (!cursor || too_many_signs(k) || too_many_causes(n)) goto done;
    const Py_ssize_t chunk = PyLong_AsSsize_t(args[19]);
    if (chunk < 1 || chunk > MAX_CHUNK) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "chunk must be from 1 to a million");
        goto done;
    }
    int state = FINE;
    Py_BEGIN_ALLOW_THREADS;
    Workspace *space = workspace_new();
    Planner *planner = planner_new();
    const uint8_t *rows[MAX_SIGNS];
    for (int j = 0; j < k; j++) rows[j] = linked + j * n;
    const Plan *plan = space && planner ? make_plan(planner, (int)n, (int)k, rows) : NULL;
    if (!plan || !(plan->cost <= MAX_COST)) state = OUT_OF_MEMORY;
    while (state == FINE) {
        const int64_t first = __atomic_fetch_add(cursor, (int64_t)chunk, __ATOMIC_RELAXED);
        if (first < 0 || first >= lanes) break;
        for (int64_t l = first; l < lanes && l < first + chunk && state == FINE; l++) {
            const double *kept[MAX_SIGNS];
            for (int j = 0; j < k; j++) kept[j] = keep + (l * k + j) * n;
            const Question question = {
                .n = (int)n,
                .k = (int)k,
                .prior = prior + l * n,
                .rate = rate + l * n,
                .phi = phi + l * (n + 1),
                .damp = damp + l * n,
                .keep = kept,
                .rest_keep = rest_keep + l * k,
                .rest = rest[l],
                .scale = scale[l],
                .dangerous = dangerous,
            };
            const Answer found = {evidence + l, danger + l, shares + l * (n + 1), presence + l * n};
            if (shares_by(&ladder, space, plan, &question, found)) state = OUT_OF_MEMORY;
        }
    }
    workspace_free(space);
    planner_free(planner);
    Py_END_ALLOW_THREADS;
    if (state == OUT_OF_MEMORY)
        PyErr_NoMemory();
    else
        answer = Py_NewRef(Py_None);
done:
    let_go(&a);
    return answer;
}

/* ---- cohort: many people, one table of signs ---- */

static const char cohort_doc[] =
    "cohort(prior (P|1, n), rate (P|1, n), rest (P|1,), phi (P|1, n+1), scale (P|1,), keep (F, n), rest_keep (F,),\n"
    "       linked (F, n), dangerous (n,), positive_starts (P+1,), positive (N,), negative_starts (P+1,), negative (M,),\n"
    "       bounds (B,), counts (B,), t (sum of counts,), weight (sum of counts,), evidence (P,), presence (P, n),\n"
    "       shares (P, n+1) | None, danger (P,) | None, order (P,), cursor (1,), chunk, budget) -> None\n\n"
    "Takes people in the order of `order`, `chunk` at a time, from where `cursor` stands. An array with one row\n"
    "serves everyone. Without shares: presence alone, without quadrature and without phi. A person whose plan is\n"
    "dearer than `budget`, or who has more than MAX_SIGNS, gets NaN. bounds: largest Lambda of each quadrature.";

typedef struct {
    const double *data;
    Py_ssize_t stride;
} Rows; /* one for each person, or one for all */

static int rows_of(Arrays *a, PyObject *object, const char *name, Py_ssize_t people, Py_ssize_t columns, Rows *rows) {
    Py_ssize_t *shape = SHAPE(-1, columns);
    rows->data = array(a, object, name, 'd', 0, columns ? 2 : 1, shape);
    if (!rows->data) return -1;
    if (shape[0] != people && shape[0] != 1) {
        PyErr_Format(PyExc_ValueError, "%s must have %zd rows or 1, got %zd", name, people, shape[0]);
        return -1;
    }
    rows->stride = shape[0] == 1 ? 0 : columns ? columns : 1;
    return 0;
}

typedef struct {
    const int64_t *starts, *signs;
    Py_ssize_t total;
} Lists; /* the signs of each person */

static int lists_of(Arrays *a, PyObject *starts, PyObject *signs, const char *name, Py_ssize_t people, Lists *lists) {
    Py_ssize_t *shape = SHAPE(-1);
    lists->starts = array(a, starts, name, 'q', 0, 1, SHAPE(people + 1));
    lists->signs = lists->starts ? array(a, signs, name, 'q', 0, 1, shape) : NULL;
    lists->total = shape[0];
    return lists->signs ? 0 : -1;
}

/* The signs of a person; looked at here, where they are used, so that no index is ever followed unchecked. */
static int signs_of(const Lists *lists, int64_t person, Py_ssize_t most, const int64_t **signs, int64_t *count) {
    const int64_t from = lists->starts[person], to = lists->starts[person + 1];
    if (from < 0 || to < from || to > lists->total) return BAD_INDEX;
    for (int64_t at = from; at < to; at++)
        if (lists->signs[at] < 0 || lists->signs[at] >= most) return BAD_INDEX;
    *signs = lists->signs + from;
    *count = to - from;
    return FINE;
}

typedef struct {
    Py_ssize_t people, n;
    Rows prior, rate, rest, phi, scale;
    const double *keep, *rest_keep;
    const uint8_t *dangerous, *linked;
    Py_ssize_t signs;
    Lists positive, negative;
    Ladder ladder;
    double *evidence, *shares, *presence, *danger; /* shares, danger: or NULL */
    double budget;
} Cohort;

typedef struct {
    Workspace *space;
    Planner *planner;
    double *damp;
    int64_t known[MAX_SIGNS]; /* the signs of the plan at hand */
    int64_t n_known;          /* -1: no plan yet */
    const Plan *plan;
} Worker;

static void fetch(const void *from, Py_ssize_t bytes) {
    for (Py_ssize_t at = 0; at < bytes; at += 64) __builtin_prefetch((const char *)from + at);
}

/* People come in the order of their signs, not of their places: what they need is sent for ahead of time, their rows
 * first and, once it is known where, their signs. */
enum { ROWS_AHEAD = 8, SIGNS_AHEAD = 4 };

static void fetch_rows(const Cohort *c, int64_t p) {
    const Py_ssize_t row = c->n * (Py_ssize_t)sizeof(double);
    fetch(c->positive.starts + p, 8);
    fetch(c->negative.starts + p, 8);
    fetch(c->prior.data + p * c->prior.stride, row);
    fetch(c->presence + p * c->n, row);
}

static void fetch_signs(const Lists *lists, int64_t p) {
    const int64_t from = lists->starts[p];
    if (from >= 0 && from < lists->total) fetch(lists->signs + from, 256); /* a prefetch past the end does nothing */
}

static void no_answer(const Cohort *c, int64_t p) {
    c->evidence[p] = NAN;
    for (Py_ssize_t i = 0; i < c->n; i++) c->presence[p * c->n + i] = NAN;
    for (Py_ssize_t i = 0; c->shares && i <= c->n; i++) c->shares[p * (c->n + 1) + i] = NAN;
    if (c->danger) c->danger[p] = NAN;
}

static int one_person(const Cohort *c, int64_t p, Worker *worker) {
    const Py_ssize_t n = c->n;
    const int64_t *positive, *negative;
    int64_t k, absent;
    if (signs_of(&c->positive, p, c->signs, &positive, &k) || signs_of(&c->negative, p, c->signs, &negative, &absent))
        return BAD_INDEX;
    if (k > MAX_SIGNS) {
        no_answer(c, p);
        return FINE;
    }
    const double *kept[MAX_SIGNS];
    double rest_kept[MAX_SIGNS];
    const uint8_t *linked[MAX_SIGNS];
    for (int64_t j = 0; j < k; j++) {
        kept[j] = c->keep + positive[j] * n;
        rest_kept[j] = c->rest_keep[positive[j]];
        linked[j] = c->linked + positive[j] * n;
    }
    if (worker->n_known != k || memcmp(worker->known, positive, (size_t)k * sizeof(int64_t))) {
        worker->plan = make_plan(worker->planner, (int)n, (int)k, linked);
        if (!worker->plan) return OUT_OF_MEMORY;
        memcpy(worker->known, positive, (size_t)k * sizeof(int64_t));
        worker->n_known = k;
    }
    if (!(worker->plan->cost <= c->budget && worker->plan->cost <= MAX_COST)) {
        no_answer(c, p);
        return FINE;
    }
    double scale = c->scale.data[p * c->scale.stride];
    for (int64_t j = 0; j < absent; j++) scale *= c->rest_keep[negative[j]];
    damp_of((int)n, absent, negative, c->keep, worker->damp);
    const Question question = {
        .n = (int)n,
        .k = (int)k,
        .prior = c->prior.data + p * c->prior.stride,
        .rate = c->rate.data + p * c->rate.stride,
        .phi = c->phi.data + p * c->phi.stride,
        .damp = worker->damp,
        .keep = kept,
        .rest_keep = rest_kept,
        .rest = c->rest.data[p * c->rest.stride],
        .scale = scale,
        .dangerous = c->danger ? c->dangerous : NULL,
    };
    double danger = 0;
    const Answer found = {c->evidence + p, &danger, c->shares ? c->shares + p * (n + 1) : NULL, c->presence + p * n};
    const int failed = c->shares ? shares_by(&c->ladder, worker->space, worker->plan, &question, found)
                                 : presence_of(worker->space, worker->plan, &question, found);
    if (c->danger) c->danger[p] = danger;
    return failed ? OUT_OF_MEMORY : FINE;
}

static PyObject *cohort(PyObject *self, PyObject *const *args, Py_ssize_t given) {
    (void)self;
    if (wrong_count("cohort", given, 25)) return NULL;
    Arrays a = {.count = 0};
    PyObject *answer = NULL;
    Cohort c = {0};
    Py_ssize_t *shape = SHAPE(-1, -1);
    c.presence = array(&a, args[18], "presence", 'd', 1, 2, shape);
    if (!c.presence) goto done;
    const Py_ssize_t people = c.people = shape[0], n = c.n = shape[1];
    if (too_many_causes(n)) goto done;
    if (rows_of(&a, args[0], "prior", people, n, &c.prior) || rows_of(&a, args[1], "rate", people, n, &c.rate) ||
        rows_of(&a, args[2], "rest", people, 0, &c.rest) || rows_of(&a, args[3], "phi", people, n + 1, &c.phi) ||
        rows_of(&a, args[4], "scale", people, 0, &c.scale))
        goto done;
    Py_ssize_t *table = SHAPE(-1, n);
    c.keep = array(&a, args[5], "keep", 'd', 0, 2, table);
    if (!c.keep) goto done;
    c.signs = table[0];
    if (!(c.rest_keep = array(&a, args[6], "rest_keep", 'd', 0, 1, SHAPE(c.signs)))) goto done;
    if (!(c.linked = array(&a, args[7], "linked", '?', 0, 2, SHAPE(c.signs, n)))) goto done;
    if (!(c.dangerous = array(&a, args[8], "dangerous", '?', 0, 1, SHAPE(n)))) goto done;
    if (lists_of(&a, args[9], args[10], "positive", people, &c.positive) ||
        lists_of(&a, args[11], args[12], "negative", people, &c.negative))
        goto done;
    if (ladder_of(&a, args + 13, &c.ladder)) goto done;
    if (!(c.evidence = array(&a, args[17], "evidence", 'd', 1, 1, SHAPE(people)))) goto done;
    if (args[19] != Py_None && !(c.shares = array(&a, args[19], "shares", 'd', 1, 2, SHAPE(people, n + 1)))) goto done;
    if (args[20] != Py_None && !(c.danger = array(&a, args[20], "danger", 'd', 1, 1, SHAPE(people)))) goto done;
    const int64_t *order = array(&a, args[21], "order", 'q', 0, 1, SHAPE(people));
    int64_t *cursor = order ? array(&a, args[22], "cursor", 'q', 1, 1, SHAPE(1)) : NULL;
    if (!cursor) goto done;
    const Py_ssize_t chunk = PyLong_AsSsize_t(args[23]);
    c.budget = PyFloat_AsDouble(args[24]);
    if (PyErr_Occurred()) goto done;
    if (chunk < 1 || chunk > MAX_CHUNK) {
        PyErr_SetString(PyExc_ValueError, "chunk must be from 1 to a million");
        goto done;
    }
    int state = FINE;
    int64_t bad = 0;
    Py_BEGIN_ALLOW_THREADS;
    Worker worker = {workspace_new(), planner_new(), malloc((size_t)(n ? n : 1) * sizeof(double)), .n_known = -1};
    if (!worker.space || !worker.planner || !worker.damp) state = OUT_OF_MEMORY;
    while (state == FINE) {
        const int64_t first = __atomic_fetch_add(cursor, (int64_t)chunk, __ATOMIC_RELAXED);
        if (first < 0 || first >= people) break;
        for (int64_t at = first; at < people && at < first + chunk && state == FINE; at++) {
            if (at + ROWS_AHEAD < people && order[at + ROWS_AHEAD] >= 0 && order[at + ROWS_AHEAD] < people)
                fetch_rows(&c, order[at + ROWS_AHEAD]);
            if (at + SIGNS_AHEAD < people && order[at + SIGNS_AHEAD] >= 0 && order[at + SIGNS_AHEAD] < people) {
                fetch_signs(&c.positive, order[at + SIGNS_AHEAD]);
                fetch_signs(&c.negative, order[at + SIGNS_AHEAD]);
            }
            bad = order[at];
            state = bad < 0 || bad >= people ? BAD_INDEX : one_person(&c, bad, &worker);
        }
    }
    free(worker.damp);
    planner_free(worker.planner);
    workspace_free(worker.space);
    Py_END_ALLOW_THREADS;
    if (state == OUT_OF_MEMORY)
        PyErr_NoMemory();
    else if (state == BAD_INDEX)
        PyErr_Format(PyExc_IndexError, "person %lld: the lists of signs point outside the table", (long long)bad);
    else
        answer = Py_NewRef(Py_None);
done:
    let_go(&a);
    return answer;
}

/* ---- the module ---- */

#define FUNCTION(name, function, doc) {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL, doc}

static PyMethodDef functions[] = {
    FUNCTION("plan", plan_of, plan_doc),
    FUNCTION("posterior", posterior, posterior_doc),
    FUNCTION("cohort", cohort, cohort_doc),
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module) { return PyModule_AddIntConstant(module, "MAX_SIGNS", MAX_SIGNS); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "kram.inference._core",
    .m_doc = "The sweep of kram.inference, compiled.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
