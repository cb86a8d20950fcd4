"""States in and out. Judges: closed forms, the semigroup law, QuTiP where it is installed."""

import re

import numpy as np
import pytest

import leyden
import leyden.qutip as lq

NOISE = dict(emission=0.2, dephasing=0.1, collective_emission=0.3, drive=0.5)


def random_state(cells, seed=1):
    """Blocks of a random permutation-symmetric state."""
    random = np.random.default_rng(seed)
    blocks = {}
    for two_j in range(cells, -1, -2):
        a = random.normal(size=(2, two_j + 1, two_j + 1))
        a = a[0] + 1j * a[1]
        blocks[two_j] = a @ a.conj().T
    total = sum(block.trace().real for block in blocks.values())
    return {two_j: block / total for two_j, block in blocks.items()}


def test_states_at_all_times():
    times = np.linspace(0, 2, 5)
    r = leyden.Battery(cells=3, state="excited", emission=0.5).evolve(times, states=True)
    assert len(r.states) == 5 and len(r.states[1:3]) == 2 and "5 states" in repr(r.states)
    for t, state in zip(r.times, r.states):
        p = np.exp(-0.5 * t)  # each cell is excited with p: <3, 3/2|rho|..> = p^3
        assert state[3][3, 3].real == pytest.approx(p ** 3, abs=1e-8)
        assert sum(block.trace().real for block in state.values()) == pytest.approx(1, abs=1e-8)
        np.testing.assert_allclose(state[3], state[3].conj().T)
    np.testing.assert_allclose(r.states[-1][1], r.final_blocks[1], atol=1e-12)
    assert r.states[0].cells == 3 and r.states.array.shape == (5, 40)
    assert "battery.state" not in "".join(r.to_pandas().columns)


@pytest.mark.parametrize("form", [
    lambda blocks: blocks, lambda blocks: leyden.Blocks(3, None, blocks),
    lambda blocks: leyden.Blocks(3, None, blocks).to_matrix(),
    lambda blocks: leyden.Blocks(3, None, blocks).to_matrix().tolist()])
def test_any_state_goes_in_and_comes_out(form):
    blocks = random_state(3)
    r = leyden.Battery(cells=3, state=form(blocks), **NOISE).evolve([0, 1], states=True)
    for two_j in (3, 1):
        np.testing.assert_allclose(r.states[0][two_j], blocks[two_j], atol=1e-12)


def test_a_run_goes_on():
    battery = leyden.Battery(cells=3, state={"spin_coherent": [1, 0.3]}, **NOISE)
    whole = battery.evolve([0.7, 2.0], states=True, tolerance=1e-10)
    battery.state = whole.states[0]
    rest = battery.evolve(1.3, tolerance=1e-10)
    for two_j, block in whole.final_blocks.items():
        np.testing.assert_allclose(rest.final_blocks[two_j], block, atol=2e-9)
    battery.state = rest  # a result: its final state
    assert battery.evolve(1e-9).battery.energy[0] == pytest.approx(rest.battery.energy[-1], abs=1e-9)


def test_kets_and_the_symmetric_part():
    ket = np.zeros(4)
    ket[0] = 1  # m = j first
    for state in (ket, ket[:, None], np.outer(ket, ket), [1, 0, 0, 0, 0, 0]):
        assert leyden.Battery(cells=3, state=state).evolve([0, 1]).battery.energy[0] == pytest.approx(3)
    bell = np.array([1, 0, -1j]) / np.sqrt(2)
    r = leyden.Battery(cells=2, state=bell, frequency=0.5).evolve([0, 1], ["battery.purity"], states=True)
    assert r.battery.purity == pytest.approx([1, 1], abs=1e-8)
    # <1|rho|-1> = i/2, turning with exp(-2 i w t)
    assert r.states[1][2][2, 0] == pytest.approx(0.5j * np.exp(-1j), abs=1e-8)


def test_sweeps_and_files(tmp_path):
    pytest.importorskip("h5py")
    blocks = random_state(2)
    battery = leyden.Battery(cells=2, state=blocks, emission=0.1)
    r = battery.sweep({"noise.local.emission": [0.1, 0.2]}, [0, 1], ["battery.state"])
    assert r["battery.state"].shape == (2, 2, 20)
    with pytest.raises(ValueError, match="at"):
        r.states
    np.testing.assert_allclose(r.at(1).states[0][2], blocks[2], atol=1e-12)
    one = battery.evolve([0, 1], states=True, output=tmp_path / "r.h5")
    np.testing.assert_allclose(one.states[0][2], blocks[2], atol=1e-12)
    again = leyden.open(tmp_path / "r.h5")
    np.testing.assert_array_equal(again.states.array, one.states.array)


def test_two_starts():
    up, down = np.diag([1.0, 0]), np.diag([0, 1.0])
    r = leyden.Battery(cells=1, state=up, compare=down, emission=1).evolve([0, 1], ["trace_distance"])
    assert r.trace_distance == pytest.approx([1, np.exp(-1)], abs=1e-8)


@pytest.mark.parametrize("state, message", [
    (np.eye(5) / 5, "has shape"), (np.eye(3) * 2, "add up to"), (np.array([[0.5, 1, 0], [0, 0.5, 0], [0, 0, 0]]), "Hermitian"),
    (np.diag([1.5, -0.5, 0]), "negative eigenvalue"), ({3: np.eye(4)}, "two_j = 3"), ({2: np.eye(2)}, "has shape"),
    (np.full((4, 4), 0.25), "between different j"), (np.zeros(0), "has shape"), (3.0, "has shape")])
def test_refused(state, message):
    with pytest.raises(ValueError, match=message):
        leyden.Battery(cells=2, state=state).evolve(1)


@pytest.mark.parametrize("cells, spins", [(1, "1 cell has two_j = 1$"), (4, "4 cells have two_j = 4, 2, 0$"),
                                          (20, r"20 cells have two_j = 20, 18, \.\.\., 0$")])
def test_a_spin_that_is_not_there(cells, spins):
    battery = leyden.Battery(cells=cells, state="excited")
    with pytest.raises(KeyError) as told:
        battery.evolve(1).final_blocks[cells - 1]
    assert re.search(f"two_j = {cells - 1}; {spins}", told.value.args[0])
    battery.state = {cells - 1: np.eye(cells)}
    with pytest.raises(leyden.ArgumentError, match=f"two_j = {cells - 1}; {spins}"):
        battery.evolve(1)


def test_a_matrix_needs_a_number_of_cells():
    with pytest.raises(leyden.ArgumentError, match="cells"):
        leyden.Battery(cells="M", parameters={"M": 2}, state=np.eye(3) / 3).evolve(1)
    with pytest.raises(ValueError, match="states=True"):
        leyden.Battery(cells=1).evolve(1).states


def test_qobj():
    qutip = pytest.importorskip("qutip")
    from qutip import piqs

    ket = (piqs.excited(3) + piqs.dicke(3, 1.5, 0.5)).unit()
    rho = 0.6 * piqs.css(3, 0.6, 0.8j) + 0.4 * piqs.dicke(3, 0.5, 0.5)
    for state in (ket, rho, qutip.ket2dm(qutip.basis(4, 1))):
        r = leyden.Battery(cells=3, state=state, **NOISE).evolve([0, 1], states=True)
        start = r.states[0].to_qobj()
        expected = state if state.shape == start.shape else None
        if expected is not None:
            assert (start - expected).norm() < 1e-6
        assert start.tr() == pytest.approx(1)


def test_any_operator_and_state_of_piqs():
    qutip = pytest.importorskip("qutip")
    from qutip import piqs

    N, times = 3, np.linspace(0, 2, 5)
    rates = dict(emission=0.2, dephasing=0.3, collective_pumping=0.1)
    h = 1.1 * piqs.jspin(N, "z") + 0.3 * piqs.jspin(N, "x")
    rho0 = 0.6 * piqs.css(N, 0.6, 0.8j) + 0.4 * piqs.dicke(N, 0.5, 0.5)
    ops = [piqs.jspin(N, "x"), piqs.jspin(N, "-"), piqs.jspin(N, "+") * piqs.jspin(N, "-")]
    theirs = qutip.mesolve(piqs.Dicke(N, hamiltonian=h, **rates).liouvillian(), rho0, times, [], [],
                           options=qutip.Options(rtol=1e-9, atol=1e-10, nsteps=100000))
    ours = lq.mesolve(lq.Dicke(N, hamiltonian=h, **rates), rho0, times, [], ops)
    for op, found in zip(ops, ours.expect):
        np.testing.assert_allclose(found, qutip.expect(op, theirs.states), atol=1e-5)
    every = lq.mesolve(lq.Dicke(N, hamiltonian=h, **rates), rho0, times)
    assert len(every.states) == 5
    for a, b in zip(every.states, theirs.states):
        np.testing.assert_allclose(a, b.full(), atol=1e-5)
