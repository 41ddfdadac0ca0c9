"""When an exact answer would take too long."""


class TooCostly(Exception):
    """The exact answer would visit `cost` states, more than `budget`."""

    def __init__(self, cost: float, budget: float) -> None:
        super().__init__(f"{cost:.3g} states, more than the budget of {budget:.3g}")
        self.cost, self.budget = cost, budget


class TooManyCauses(TooCostly):
    """Enumeration was asked about more causes than it can add up every set of."""
