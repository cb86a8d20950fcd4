"""Batteries and cavities as objects. They build a scenario and hand it over; nothing is checked or computed here."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Union

import numpy as np

from ._errors import ArgumentError
from ._functions import with_functions
from ._result import Result
from ._optimize import Optimum, optimize
from ._run import plan as plan_scenario
from ._run import run
from ._spectrum import Spectrum, spectrum
from ._scenario import plain, to_yaml
from ._states import state_words
from ._words import leaves_numerics, list_of, mapping_of, says_unknown_keywords

Number = Union[float, str]  # or an expression in N, t, pi and the parameters
Signal = Union[float, str, Callable[..., float]]  # or a function of time
OBSERVED = ("battery.energy", "battery.ergotropy")  # where nothing is said
State = Any  # words of a scenario; of a battery also Blocks, a Result, a matrix or ket, a Qobj


# Keys of what a Battery has under another name, for axes.
_KEYS = {"cells": "N", "frequency": "battery.frequency", "state": "battery.state",
         "energy_frequency": "battery.energy_frequency", "telegraph": "battery.telegraph", "drive": "drive.battery",
         **{channel: f"noise.local.{channel}" for channel in ("emission", "absorption", "dephasing")},
         **{f"collective_{channel}": f"noise.collective.{channel}"
            for channel in ("emission", "absorption", "dephasing")}}


def _without_none(mapping: Mapping[str, Any]) -> Dict[str, Any]:
    """What was not given is left out, group by group."""
    cleaned = {}
    for key, value in mapping.items():
        if isinstance(value, dict):
            value = _without_none(value) or None
        if value is not None:
            cleaned[key] = value
    return cleaned


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Dict[str, Any]:
    """Mappings within mappings are joined; of anything else the one above counts."""
    joined = dict(below)
    for key, value in above.items():
        old = joined.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = _laid_over(old, value)
        joined[key] = value
    return joined


class Cavity:
    """The cavity mode, and how it couples to the cells.

    Numbers may be expressions in ``N``, ``t``, ``pi`` and the battery's parameters (see
    ``leyden.help("expressions")``), and those that may depend on time Python functions of time. hbar = 1.

    Parameters
    ----------
    frequency : float, str or callable
        wc.
    levels : int, str or "auto"
        Fock states kept; ``auto`` is chosen and certified by the program.
    state : str or mapping
        ``"vacuum"``, ``{"fock": n}``, ``{"coherent": alpha}`` (a complex number or an expression),
        ``{"thermal": nbar}``.
    strength : float, str or callable, optional
        g, the coupling of one cell; whoever wants g/sqrt(N) writes it. None: cells and cavity do not couple.
    model : str or mapping
        ``"tavis-cummings"``, ``"dicke"`` or ``{"counter_rotating": r}``.
    switch : float, str or callable, optional
        lambda(t), multiplies the strength.
    loss, gain : float, str or callable, optional
        Rates of D[a] and D[a'].
    drive : float, str or callable, optional
        eta(t) of eta (a + a').
    energy_frequency : float, str or callable, optional
        What cavity energies are measured with (rotating frames); default: the frequency.
    telegraph : list of mappings, optional
        Random telegraph noise on the coupling, as for `Battery`.
    compare : str or mapping, optional
        State in which a second run begins; ``trace_distance`` compares the two. Default: the same state.
    """

    @says_unknown_keywords
    def __init__(self, frequency: Signal = 1.0, *, levels: Union[int, str] = "auto", state: State = "vacuum",
                 strength: Optional[Signal] = None, model: Union[str, Mapping[str, Any]] = "tavis-cummings",
                 switch: Optional[Signal] = None, loss: Optional[Signal] = None, gain: Optional[Signal] = None,
                 drive: Optional[Signal] = None, energy_frequency: Optional[Signal] = None,
                 telegraph: Optional[Sequence[Mapping[str, Number]]] = None,
                 compare: Optional[State] = None) -> None:
        self.frequency = frequency
        self.levels = levels
        self.state = state
        self.strength = strength
        self.model = model
        self.switch = switch
        self.loss = loss
        self.gain = gain
        self.drive = drive
        self.energy_frequency = energy_frequency
        self.telegraph = telegraph
        self.compare = compare

    def __repr__(self) -> str:
        return _repr(self)


class Battery:
    """N identical two-level cells, with or without a cavity.

    Numbers may be expressions in ``N``, ``t``, ``pi`` and the parameters (``"0.3*gauss(t, 5, 1)"``; see
    ``leyden.help("expressions")``), and those that may depend on time Python functions of time. hbar = 1; frequencies
    and rates share one unit, times are in its inverse.

    Parameters
    ----------
    cells : int or str
        N.
    frequency : float, str or callable
        w0, level spacing of a cell.
    state : str, mapping, Blocks, Result, array_like or Qobj
        ``"ground"``, ``"excited"``, ``{"dicke": [j, m]}``, ``{"spin_coherent": [theta, phi]}``, ``{"gibbs": q}``; or
        any state that is the same for all cells: `Blocks` (``result.final_blocks``, ``result.states[i]``, or a mapping
        of two_j to block, m = -j first), a result (its final state), a ket or density matrix in the Dicke basis of PIQS
        (m = j first) or of j = N/2 alone, as array or Qobj.
    cavity : Cavity, optional
        The mode, its coupling, its noise and drive.
    emission, absorption, dephasing : float, str or callable, optional
        Local rates, of D[sigma-], D[sigma+], D[sigma_z] on each cell. A cell's coherence falls at twice the
        dephasing rate.
    collective_emission, collective_absorption, collective_dephasing : float, str or callable, optional
        Rates of D[J-], D[J+], D[Jz].
    drive : float, str or callable, optional
        Omega(t) of Omega Jx.
    energy_frequency : float, str or callable, optional
        What energies and ergotropies are measured with (rotating frames); default: the frequency.
    telegraph : list of mappings, optional
        ``[{"amplitude": delta, "rate": nu}]``: random telegraph noise on the frequency.
    compare : like `state`, optional
        State in which a second run begins; ``trace_distance`` compares the two. Default: the same state.
    parameters : mapping of str to number, optional
        Names usable in every expression, and as sweep axes.
    functions : mapping of str to callable, `Function` or mapping, optional
        Functions of your own by name, for use in expressions: ``{"pulse": f}`` for ``drive="a*pulse(t)"``; or values,
        ``{"pulse": {"times": [...], "values": [...]}}``.
    title : str, optional
        For figures and tables.
    derive : mapping of str to str, optional
        Observables and measures of your own, as formulas of others; usable by name in `observe` and `measure`.
    extra : mapping, optional
        Any other keys of a scenario file, laid over the rest: ``{"noise": {"collective": {"rate": 1, "alpha": 0.5}}}``,
        ``{"stages": [...]}``, ``{"fit": {...}}``, ``{"closed_form": "collective_thermal"}``.

    Examples
    --------
    >>> import leyden, numpy
    >>> battery = leyden.Battery(cells=4, cavity=leyden.Cavity(
    ...     state={"coherent": "sqrt(N)"}, strength="0.5/sqrt(N)", loss=0.15), emission=0.1)
    >>> r = battery.evolve(numpy.linspace(0, 10, 101), measure=["max(battery.ergotropy)"])
    >>> r.battery.ergotropy.shape
    (101,)
    """

    @says_unknown_keywords
    def __init__(self, cells: Union[int, str], frequency: Signal = 1.0, *, state: State = "ground",
                 cavity: Optional[Cavity] = None, emission: Optional[Signal] = None,
                 absorption: Optional[Signal] = None, dephasing: Optional[Signal] = None,
                 collective_emission: Optional[Signal] = None, collective_absorption: Optional[Signal] = None,
                 collective_dephasing: Optional[Signal] = None, drive: Optional[Signal] = None,
                 energy_frequency: Optional[Signal] = None,
                 telegraph: Optional[Sequence[Mapping[str, Number]]] = None,
                 compare: Optional[State] = None, parameters: Optional[Mapping[str, Number]] = None,
                 title: Optional[str] = None, derive: Optional[Mapping[str, str]] = None,
                 functions: Optional[Mapping[str, Any]] = None, extra: Optional[Mapping[str, Any]] = None) -> None:
        self.cells = cells
        self.frequency = frequency
        self.state = state
        self.cavity = cavity
        self.emission = emission
        self.absorption = absorption
        self.dephasing = dephasing
        self.collective_emission = collective_emission
        self.collective_absorption = collective_absorption
        self.collective_dephasing = collective_dephasing
        self.drive = drive
        self.energy_frequency = energy_frequency
        self.telegraph = telegraph
        self.compare = compare
        self.parameters = parameters
        self.title = title
        self.derive = derive
        self.functions = functions
        self.extra = extra

    def __repr__(self) -> str:
        return _repr(self)

    @leaves_numerics
    def scenario(self, times: Any = None, observe: Sequence[str] = (), measure: Sequence[str] = (),
                 sweep: Optional[Mapping[str, Any]] = None, **numerics: Any) -> Dict[str, Any]:
        """The scenario as a dict; ``leyden.to_yaml`` makes a file of it.

        Parameters
        ----------
        times, observe, measure, **numerics
            As for `evolve`; without times it is one of a steady state.
        sweep : mapping of str to sequence, optional
            As the axes of `sweep`.

        Returns
        -------
        dict
            Plain numbers, texts, lists and dicts.
        """
        c = self.cavity
        if c is not None and not isinstance(c, Cavity):
            raise TypeError(f"cavity is a leyden.Cavity(...), not {c!r}")
        scenario: Dict[str, Any] = {
            "title": self.title,
            "parameters": mapping_of(self.parameters, "parameters", "{'a': 0.3}"),
            "battery": {"cells": self.cells, "frequency": self.frequency, "state": state_words(self.state, self.cells),
                        "energy_frequency": self.energy_frequency, "telegraph": self.telegraph},
            "compare": {"battery": {"state": state_words(self.compare, self.cells)},
                        "cavity": {"state": c.compare if c else None}},
            "noise": {
                "cavity": {"loss": c.loss, "gain": c.gain} if c else {},
                "collective": {"emission": self.collective_emission, "absorption": self.collective_absorption,
                               "dephasing": self.collective_dephasing},
                "local": {"emission": self.emission, "absorption": self.absorption, "dephasing": self.dephasing}},
            "drive": {"cavity": c.drive if c else None, "battery": self.drive},
            "functions": mapping_of(self.functions, "functions", "{'f': function}"),
            "derive": mapping_of(self.derive, "derive", "{'share': 'battery.ergotropy/battery.energy'}"),
            "observe": list_of(observe, "observe", '["battery.energy"]') or None,
            "measure": list_of(measure, "measure", '["max(battery.ergotropy)"]') or None,
            "numerics": dict(numerics),
        }
        if c:
            scenario["cavity"] = {"frequency": c.frequency, "levels": c.levels, "state": c.state,
                                  "energy_frequency": c.energy_frequency}
            if c.strength is not None:
                scenario["coupling"] = {"model": c.model, "strength": c.strength, "switch": c.switch,
                                        "telegraph": c.telegraph}
        if times is not None:
            if isinstance(times, Mapping):
                scenario["time"] = dict(times)
            elif np.ndim(times) == 0:
                scenario["time"] = {"until": times}
            else:
                scenario["time"] = {"values": times}
        cleaned = _without_none(scenario)
        cleaned = _laid_over(cleaned, mapping_of(self.extra, "extra", "{'noise': {'local': {'n': 0.2}}}"))
        axes = mapping_of(sweep, "axes", "{'N': [1, 2, 3]}")
        for name in axes:
            if name in _KEYS and name not in cleaned.get("parameters", {}):
                raise ArgumentError(f"no axis is called {name}; the key of a Battery's {name} is {_KEYS[name]}",
                                    "sweep")
        if axes:
            cleaned["sweep"] = axes
        return plain(with_functions(cleaned))

    @leaves_numerics
    def to_yaml(self, times: Any = None, observe: Sequence[str] = OBSERVED, measure: Sequence[str] = (),
                sweep: Optional[Mapping[str, Any]] = None, **numerics: Any) -> str:
        """The text of the scenario file that `evolve`, `sweep` or `steady` would run.

        Parameters
        ----------
        times, observe, measure, sweep, **numerics
            As for `scenario`.

        Returns
        -------
        str
            YAML.
        """
        return to_yaml(self.scenario(times, observe, measure, sweep, **numerics))

    @leaves_numerics
    def plan(self, times: Any = None, observe: Sequence[str] = OBSERVED, measure: Sequence[str] = (),
             sweep: Optional[Mapping[str, Any]] = None, **numerics: Any) -> str:
        """What `evolve` or `sweep` would do, or without times `steady`; computes nothing.

        Parameters
        ----------
        times, observe, measure, sweep, **numerics
            As for `to_yaml`.

        Returns
        -------
        str
            Representation, stored numbers, memory, cost, and each rate as what it does.
        """
        return plan_scenario(self.scenario(times, observe, measure, sweep, **numerics), steady=times is None)

    @leaves_numerics
    def evolve(self, times: Any, observe: Sequence[str] = OBSERVED, measure: Sequence[str] = (), *,
               states: bool = False, watch: Any = None, output: Any = None, overwrite: bool = False,
               **numerics: Any) -> Result:
        """Time evolution.

        Parameters
        ----------
        times : array_like, float or mapping
            Output times [time], ascending, from 0 or later; the run starts at 0. A number is the end of 401 even
            times; ``{"until": 20, "points": 801}`` as in a scenario file.
        observe : sequence of str
            Observables to record; ``leyden.observables()`` lists them.
        measure : sequence of str
            Numbers of the whole run, as ``"max(battery.ergotropy)"``, located to the tolerance and not to the
            output times.
        states : bool
            Keep the state of the battery at every output time: ``result.states``.
        watch, output, overwrite
            As for `leyden.run`.
        **numerics
            ``tolerance``, ``representation``, ``propagator``, ``memory``, ``certify``; see
            ``leyden.help("scenario")``.

        Returns
        -------
        Result
        """
        if states:
            observe = [name for name in list_of(observe, "observe", '["battery.energy"]') if name != "battery.state"]
            observe.append("battery.state")
        return run(self.scenario(times, observe, measure, **numerics), watch=watch, output=output,
                   overwrite=overwrite)

    @leaves_numerics
    def steady(self, observe: Sequence[str] = OBSERVED, axes: Optional[Mapping[str, Any]] = None, *,
               jobs: Optional[int] = None, watch: Any = None, **numerics: Any) -> Result:
        """The steady state, at every point of a sweep where `axes` are given.

        Where the noise leaves more than one steady state, the one that the initial state leads to.

        Parameters
        ----------
        observe : sequence of str
            Observables.
        axes : mapping of str to sequence, optional
            As for `sweep`.
        jobs, watch, **numerics
            As for `sweep`.

        Returns
        -------
        Result
            One row, at time infinity: ``result.battery.energy[..., 0]``.
        """
        return run(self.scenario(None, observe, (), axes, **numerics), jobs=jobs, watch=watch, steady=True)

    @leaves_numerics
    def spectrum(self, wanted: int = 6, *, watch: Any = None, **numerics: Any) -> Spectrum:
        """The slowest eigenvalues of the generator: how fast everything relaxes.

        Parameters
        ----------
        wanted : int
            Eigenvalues of each sector of the symmetry.
        watch, **numerics
            As for `evolve`.

        Returns
        -------
        Spectrum
            Rates in the unit of the frequencies.
        """
        return spectrum(self.scenario(None, **numerics), wanted, watch=watch)

    @leaves_numerics
    def sweep(self, axes: Mapping[str, Any], times: Any, observe: Sequence[str] = OBSERVED,
              measure: Sequence[str] = (), *, jobs: Optional[int] = None, watch: Any = None, output: Any = None,
              resume: bool = False, overwrite: bool = False, **numerics: Any) -> Result:
        """Every combination of the values of some axes, on all cores.

        Parameters
        ----------
        axes : mapping of str to sequence
            ``N``, a parameter or a dotted key of the scenario, and its values; the last axis runs fastest.
        times, observe, measure, watch, output, resume, overwrite, jobs, **numerics
            As for `evolve` and `leyden.run`.

        Returns
        -------
        Result
            Arrays have the axes first.
        """
        return run(self.scenario(times, observe, measure, axes, **numerics), jobs=jobs, watch=watch, output=output,
                   resume=resume, overwrite=overwrite)

    @leaves_numerics
    def optimize(self, over: Mapping[str, Any], times: Any, *, maximize: Optional[str] = None,
                 minimize: Optional[str] = None, observe: Sequence[str] = OBSERVED, measure: Sequence[str] = (),
                 subject_to: Optional[Sequence[str]] = None, method: Optional[str] = None,
                 evaluations: Optional[int] = None, seed: Optional[int] = None, jobs: Optional[int] = None,
                 watch: Any = None, output: Any = None, resume: bool = False, overwrite: bool = False,
                 **numerics: Any) -> Optimum:
        """The parameters, in bounds, that make a formula of measures largest or smallest.

        Parameters
        ----------
        over, maximize, minimize, subject_to, method, evaluations, seed
            As for `leyden.optimize`.
        times, observe, measure, watch, output, resume, overwrite, jobs, **numerics
            As for `evolve` and `leyden.run`.

        Returns
        -------
        Optimum
        """
        return optimize(self.scenario(times, observe, measure, **numerics), over=over, maximize=maximize,
                        minimize=minimize, subject_to=subject_to, method=method, evaluations=evaluations, seed=seed,
                        jobs=jobs, watch=watch, output=output, resume=resume, overwrite=overwrite)


def _repr(thing: Any) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in vars(thing).items() if value is not None)
    return f"{type(thing).__name__}({given})"
