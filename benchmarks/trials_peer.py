"""The count model of a trial of one by sampling (NumPyro, NUTS): written again from its description in DECISIONS.md.

Nothing of `kram.diary`'s numbers is used but the diary itself and the beliefs in the knowledge. The three numbers that
the analysis lays on a few nodes (dispersion, spread of the weeks, pace) are continuous here.
"""

import math
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

from benchmarks.trials_people import CARE, KNOWLEDGE, Person, person
from kram.diary.analysing import analyse

Z = 1.959964
numpyro.set_host_device_count(2)
jax.config.update("jax_enable_x64", True)


def compare(sets: int) -> None:
    rows = []
    print("| set | nights | ratio | sampled | interval | sampled | P(helps) | sampled | in sd of the log ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(sets):
        weeks = (8, 12, 16, 24)[seed % 4]
        one = person(seed + 5000, weeks, None, "plan" if seed % 5 else "before_after")
        answer = analyse(one.diary, CARE, KNOWLEDGE)
        began = time.perf_counter()
        drawn = sampled(one, seed)
        low, median, high = np.exp(np.quantile(drawn, [0.05, 0.5, 0.95]))
        away = abs(math.log(answer.rate_ratio) - float(np.median(drawn))) / float(drawn.std())
        ends = [
            abs(math.log(ours / theirs)) / drawn.std()
            for ours, theirs in zip(answer.interval, (low, high), strict=True)
        ]
        rows.append((away, abs(answer.chance_helps - float((drawn < 0).mean())), *ends))
        print(
            f"| {seed} | {answer.nights} | {answer.rate_ratio:.3f} | {median:.3f} "
            f"| {answer.interval[0]:.3f}-{answer.interval[1]:.3f} | {low:.3f}-{high:.3f} "
            f"| {answer.chance_helps:.3f} | {(drawn < 0).mean():.3f} | {away:.3f} |",
            flush=True,
        )
        print(f"sampled in {time.perf_counter() - began:.0f} s", flush=True)
    worst = np.max(rows, axis=0)
    print(f"worst: median {worst[0]:.3f} sd, P(helps) {worst[1]:.3f}, ends {worst[2]:.3f} and {worst[3]:.3f} sd")


def sampled(one: Person, seed: int) -> np.ndarray:
    """Draws of the log ratio."""
    diary, beliefs = one.diary, KNOWLEDGE.trials.beliefs
    first, last = diary.nights[0].date, diary.nights[-1].date
    start = min([first, *(plan.start for plan in diary.plans)])
    course = np.zeros((last - start).days + 1, bool)
    for plan in diary.plans:
        for period in plan.periods:
            at = (period.start - start).days
            course[at : at + period.nights] = period.treated
    for use in diary.uses:
        course[(use.start - start).days :] = True
    place = np.array([(night.date - start).days for night in diary.nights])
    data = {
        "course": jnp.array(course, float),
        "place": jnp.array(place),
        "month": jnp.array((place - place.mean()) / 28),
        "weekday": jnp.array([night.date.weekday() for night in diary.nights]),
        "week": jnp.array(np.unique((place - place[0]) // beliefs.spell_nights, return_inverse=True)[1]),
        "after": None if diary.plans else jnp.array(course[place], float),
    }
    counts = jnp.array([night.cramps for night in diary.nights])
    kernel = NUTS(partial(model, int(data["week"].max()) + 1), target_accept_prob=0.9)
    chains = MCMC(kernel, num_warmup=500, num_samples=1500, num_chains=2, progress_bar=False)
    chains.run(jax.random.PRNGKey(seed), counts=counts, **data)
    return np.asarray(chains.get_samples()["log_ratio"])


def model(many, counts, course, place, month, weekday, week, after):
    beliefs, entry = KNOWLEDGE.trials.beliefs, KNOWLEDGE.care[CARE]
    published = entry.effects[0].rate_ratio
    error = wide(published)
    log_ratio = numpyro.sample(
        "log_ratio", dist.Normal(math.log(published.value), math.hypot(error, beliefs.between_people))
    )
    level = numpyro.sample("level", dist.Normal(math.log(beliefs.baseline[0]), beliefs.baseline[1]))
    trend = numpyro.sample("trend", dist.Normal(0, beliefs.trend))
    days = numpyro.sample("days", dist.Normal(0, beliefs.weekday).expand([7]))
    dispersion = jnp.exp(numpyro.sample("log_d", dist.Normal(math.log(beliefs.dispersion[0]), beliefs.dispersion[1])))
    spread = numpyro.sample("spread", dist.HalfNormal(beliefs.spell))
    weeks = numpyro.sample("weeks", dist.Normal(0, 1).expand([many]))
    pace = numpyro.sample("pace", dist.Normal(0, 1))
    onset = jnp.maximum(entry.trial.onset_nights.value * jnp.exp(pace * wide(entry.trial.onset_nights)), 0.5)
    washout = jnp.maximum(entry.trial.washout_nights.value * jnp.exp(pace * wide(entry.trial.washout_nights)), 0.5)

    def night(there, used):
        there = jnp.where(used > 0, 1 - (1 - there) * 10 ** (-1 / onset), there * 10 ** (-1 / washout))
        return there, there

    exposure = jax.lax.scan(night, 0.0, course)[1][place]
    log_rate = level + trend * month + days[weekday] + spread * weeks[week] + log_ratio * exposure
    if after is not None:
        anyway = KNOWLEDGE.trials.anyway.rate_ratio
        log_rate += numpyro.sample("anyway", dist.Normal(math.log(anyway.value), wide(anyway))) * after
    numpyro.sample("counts", dist.NegativeBinomial2(jnp.exp(log_rate), 1 / dispersion), obs=counts)


def wide(number) -> float:
    return math.log(number.interval[1] / number.interval[0]) / (2 * Z)
