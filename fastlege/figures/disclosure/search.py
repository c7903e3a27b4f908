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
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._solver.SetSolverSpecificParametersAsString(_AS_BEFORE)
        self._objective = self._solver.Objective()
        self._up, self._down = _written(self._solver, cells, self._among)
        for at, cell in enumerate(self._among.tolist()):
            self._price(at, 0.0 if hidden[cell] else float(cells.counts[cell]))
        self._objective.SetMinimization()

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
        self._objective.SetCoefficient(self._up[at], size + _STEP)
        self._objective.SetCoefficient(self._down[at], size + _STEP)

    def _in_whole_persons(self, at: int, by: int) -> NDArray[np.float64] | None:
        """The same programme solved anew: a reader knows that people are whole."""
        solver = pywraplp.Solver.CreateSolver("SCIP")
        solver.SetSolverSpecificParametersAsString(_GOOD_ENOUGH)
        ups, downs = _written(solver, self._cells, self._among, whole=True)
        ups[at].SetLb(float(by))
        downs[at].SetUb(0.0)
        objective, costs = solver.Objective(), self._objective
        for new, old in ((ups, self._up), (downs, self._down)):
            for position, variable in enumerate(new):
                objective.SetCoefficient(variable, costs.GetCoefficient(old[position]))
        objective.SetMinimization()
        return _solved(solver)


_Variables = list[pywraplp.Variable]


def _solved(solver: pywraplp.Solver) -> NDArray[np.float64] | None:
    """The steps of the best solution that was found, or None when there is none."""
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    answer = linear_solver_pb2.MPSolutionResponse()
    solver.FillSolutionResponseProto(answer)
    up, down = np.split(np.array(answer.variable_value), 2)
    steps: NDArray[np.float64] = up - down
    return steps


def _written(
    solver: pywraplp.Solver, cells: Cells, among: NDArray[np.intp], *, whole: bool = False
) -> tuple[_Variables, _Variables]:
    """Up and down of each cell, and that no sum changes."""
    spare = (cells.counts - cells.least)[among].tolist()
    ups = [solver.Var(0.0, solver.infinity(), whole, "") for _ in spare]
    downs = [solver.Var(0.0, float(most), whole, "") for most in spare]
    sums = cells.by_cell[:, among].tocsr()
    for row in np.flatnonzero(np.diff(sums.indptr)).tolist():
        own = slice(sums.indptr[row], sums.indptr[row + 1])
        balanced = solver.Constraint(0.0, 0.0)
        for at, sign in zip(sums.indices[own].tolist(), sums.data[own].tolist(), strict=True):
            balanced.SetCoefficient(ups[at], sign)
            balanced.SetCoefficient(downs[at], -sign)
    return ups, downs
