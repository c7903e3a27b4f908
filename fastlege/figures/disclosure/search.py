"""The search for another table that a reader cannot tell from the true one, in which a cell is large enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import linear_solver_pb2, pywraplp

from fastlege.figures.disclosure.cells import Cells, Mask

_NEAR = 1e-6
_STEP = 1e-3
"""What it costs to move a person between hidden cells. Hiding another cell costs its size for each person."""
_AS_BEFORE = "use_preprocessing: false use_dual_simplex: true"
"""From one cell to the next only bounds change: what was best before is a good beginning for the dual simplex."""
_GOOD_ENOUGH = "limits/nodes = 200\nlimits/gap = 0.1\nrandomization/randomseedshift = 0"
"""In whole persons the very cheapest table may take long to find; one that is nearly so does."""


def free(cells: Cells, among: Mask) -> Mask:
    """Of some cells those that can change at all: one alone in a sum cannot, and so on round and round."""
    entries = cells.sums.tocoo()
    inside = among[entries.coords[1]]
    rows, columns = entries.coords[0][inside], entries.coords[1][inside]
    left = among.copy()
    while True:
        alone = np.bincount(rows, minlength=cells.sums.shape[0])[rows] == 1
        if not alone.any():
            return left
        left[columns[alone]] = False
        stays = left[columns]
        rows, columns = rows[stays], columns[stays]


class Search:
    """For the cheapest change of some cells after which one of them holds as many as wanted, in whole persons.

    The programme is written once; from one cell to the next only bounds and costs change, and the solver begins where
    it ended.
    """

    def __init__(self, cells: Cells, among: Mask, hidden: Mask) -> None:
        self._cells, self._among = cells, np.flatnonzero(among)
        self._hidden = hidden.copy()
        self._model = _written(cells, self._among, hidden)
        self._solver, variables = _loaded("GLOP", _AS_BEFORE, self._model)
        self._up, self._down = variables[: len(self._among)], variables[len(self._among) :]

    def change(self, cell: int, by: int, hidden: Mask) -> NDArray[np.int64] | None:
        """By how many persons each cell changes when one rises; None when no change of these cells does it."""
        for at in np.flatnonzero(hidden[self._among] & ~self._hidden[self._among]).tolist():
            self._price(at, 0.0)
        self._hidden |= hidden
        at = int(np.searchsorted(self._among, cell))
        if at == len(self._among) or self._among[at] != cell:
            return None
        up, down = self._up[at], self._down[at]
        spare = down.ub()
        up.SetLb(float(by))
        down.SetUb(0.0)
        steps = _solved(self._solver)
        up.SetLb(0.0)
        down.SetUb(spare)
        if steps is not None and np.abs(steps - np.rint(steps)).max() >= _NEAR:
            steps = self._in_whole_persons(at, by)
        if steps is None:
            return None
        change = np.zeros(len(self._cells), dtype=np.int64)
        change[self._among] = np.rint(steps).astype(np.int64)
        return change

    def _price(self, at: int, size: float) -> None:
        for each in (at, at + len(self._among)):
            self._model.variable[each].objective_coefficient = size + _STEP
        for variable in (self._up[at], self._down[at]):
            self._solver.Objective().SetCoefficient(variable, size + _STEP)

    def _in_whole_persons(self, at: int, by: int) -> NDArray[np.float64] | None:
        """The same programme solved anew: a reader knows that people are whole."""
        whole = linear_solver_pb2.MPModelProto()
        whole.CopyFrom(self._model)
        for variable in whole.variable:
            variable.is_integer = True
        whole.variable[at].lower_bound = float(by)
        whole.variable[at + len(self._among)].upper_bound = 0.0
        return _solved(_loaded("SCIP", _GOOD_ENOUGH, whole)[0])


def _solved(solver: pywraplp.Solver) -> NDArray[np.float64] | None:
    """The steps of the best solution that was found, or None when there is none."""
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    answer = linear_solver_pb2.MPSolutionResponse()
    solver.FillSolutionResponseProto(answer)
    up, down = np.split(np.array(answer.variable_value), 2)
    steps: NDArray[np.float64] = up - down
    return steps


def _loaded(
    solver: str, parameters: str, model: linear_solver_pb2.MPModelProto
) -> tuple[pywraplp.Solver, list[pywraplp.Variable]]:
    found = pywraplp.Solver.CreateSolver(solver)
    found.SetSolverSpecificParametersAsString(parameters)
    found.LoadModelFromProto(model)
    return found, found.variables()


def _written(cells: Cells, among: NDArray[np.intp], hidden: Mask) -> linear_solver_pb2.MPModelProto:
    """Up and then down of each cell, what they cost, and that no sum changes."""
    # The solver takes a whole model three times sooner than one number after another.
    model = linear_solver_pb2.MPModelProto()
    spare = (cells.counts - cells.least)[among].tolist()
    prices = (np.where(hidden, 0, cells.counts)[among] + _STEP).tolist()
    for most in (None, spare):
        for at, price in enumerate(prices):
            upper = np.inf if most is None else most[at]
            model.variable.add(lower_bound=0.0, upper_bound=upper, objective_coefficient=price)
    sums = cells.by_cell[:, among].tocsr()
    for row in np.flatnonzero(np.diff(sums.indptr)).tolist():
        own = slice(sums.indptr[row], sums.indptr[row + 1])
        at, sign = sums.indices[own], sums.data[own]
        both, signs = np.concatenate([at, at + len(among)]), np.concatenate([sign, -sign])
        model.constraint.add(lower_bound=0.0, upper_bound=0.0, var_index=both.tolist(), coefficient=signs.tolist())
    return model
