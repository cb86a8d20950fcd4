"""leyden.qutip against QuTiP's PIQS, where it is installed. PIQS keeps coefficients in single precision, so agreement
is asked to 1e-5; what does not need PIQS is judged by the algebra of spins."""

import numpy as np
import pytest

import leyden
import leyden.qutip as lq

try:
    import qutip
    from qutip import piqs
except ImportError:
    qutip = piqs = None
needs_piqs = pytest.mark.skipif(piqs is None, reason="needs QuTiP")

RATES = dict(emission=0.2, dephasing=0.5, pumping=0.07, collective_emission=0.11, collective_dephasing=0.3,
             collective_pumping=0.05)
TIMES = np.linspace(0, 3, 7)


@pytest.mark.parametrize("N", [1, 2, 5, 6])
def test_algebra(N):
    x, y, z, up, down = (lq.jspin(N, op) for op in "xyz+-")
    np.testing.assert_allclose(x @ y - y @ x, 1j * z, atol=1e-12)
    np.testing.assert_allclose(up, x + 1j * y, atol=1e-12)
    np.testing.assert_allclose(down, up.conj().T)
    assert z.shape == (lq.num_dicke_states(N),) * 2
    with pytest.raises(ValueError):
        lq.jspin(N, "q")


@needs_piqs
@pytest.mark.parametrize("N", [1, 2, 3, 6])
def test_operators_and_states_of_piqs(N):
    assert lq.num_dicke_states(N) == piqs.num_dicke_states(N)
    for op in "xyz+-":
        np.testing.assert_allclose(lq.jspin(N, op), piqs.jspin(N, op).full(), atol=1e-6)
    pairs = [(lq.ground(N), piqs.ground(N)), (lq.excited(N), piqs.excited(N)),
             (lq.dicke(N, N / 2, -N / 2), piqs.dicke(N, N / 2, -N / 2)),
             (lq.css(N), piqs.css(N)), (lq.css(N, 0.6, 0.8j), piqs.css(N, 0.6, 0.8j)),
             (lq.css(N, 0.7, 0.4, coordinates="polar"), piqs.css(N, 0.7, 0.4, coordinates="polar"))]
    still = lq.Dicke(N)
    for ours, theirs in pairs:
        for state in (ours, theirs):  # words, and the matrix recognised
            start = lq.to_qobj(still.evolve(state, [0, 1e-9]))
            np.testing.assert_allclose(start.full(), theirs.full(), atol=1e-6)


@needs_piqs
@pytest.mark.parametrize("N", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("start", ["excited", "css"])
def test_dynamics_of_piqs(N, start):
    h = 1.3 * piqs.jspin(N, "z") + 0.4 * piqs.jspin(N, "x")
    rho0 = piqs.excited(N) if start == "excited" else piqs.css(N, 0.6, 0.8j)
    jz = piqs.jspin(N, "z")
    theirs = qutip.mesolve(piqs.Dicke(N, hamiltonian=h, **RATES).liouvillian(), rho0, TIMES, [], [],
                           options=qutip.Options(rtol=1e-9, atol=1e-10, nsteps=100000))
    ours = lq.mesolve(lq.Dicke(N, hamiltonian=h, **RATES).liouvillian(), rho0, TIMES, [], [jz, jz * jz, "battery.jz"])
    np.testing.assert_allclose(ours.times, TIMES)
    np.testing.assert_allclose(lq.to_qobj(ours.result).full(), theirs.states[-1].full(), atol=1e-5)
    np.testing.assert_allclose(ours.states[-1], theirs.states[-1].full(), atol=1e-5)
    np.testing.assert_allclose(ours.expect[0], qutip.expect(jz, theirs.states), atol=1e-5 * N)
    np.testing.assert_allclose(ours.expect[1], qutip.expect(jz * jz, theirs.states), atol=1e-5 * N * N)
    np.testing.assert_allclose(ours.expect[2], ours.expect[0], atol=1e-9)


@needs_piqs
@pytest.mark.parametrize("channel", list(RATES))
def test_each_channel_of_piqs(channel):
    """One at a time, so that no factor hides behind another."""
    N, rate = 3, {channel: 0.4}
    rho0 = piqs.css(N, 0.8, 0.6)
    theirs = qutip.mesolve(piqs.Dicke(N, **rate).liouvillian(), rho0, TIMES, [], [],
                           options=qutip.Options(rtol=1e-9, atol=1e-10))
    r = lq.Dicke(N, **rate).evolve(rho0, TIMES)
    np.testing.assert_allclose(lq.to_qobj(r).full(), theirs.states[-1].full(), atol=1e-5)


@needs_piqs
def test_steady_state_of_piqs():
    """PIQS's Liouvillian is singular beyond its steady state (rows of coherences between spins), so it is run long:
    the slowest rate is of the order of emission + pumping."""
    system = dict(emission=0.2, pumping=0.1, collective_emission=0.3)
    theirs = qutip.mesolve(piqs.Dicke(4, **system).liouvillian(), piqs.excited(4), [0, 100], [], [],
                           options=qutip.Options(rtol=1e-9, atol=1e-10, nsteps=100000)).states[-1]
    s = lq.Dicke(4, **system).steady(observe=["battery.energy"])
    np.testing.assert_allclose(lq.to_qobj(s).full(), theirs.full(), atol=1e-5)
    energy = qutip.expect(piqs.jspin(4, "z"), theirs) + 2
    assert s.certificate.stationary_states == 1 and energy > 0
    s = lq.Dicke(4, 1.0, **system).steady(observe=["battery.energy"])
    assert s.battery.energy[0] == pytest.approx(energy, abs=4e-5)


@needs_piqs
@pytest.mark.parametrize("N", [1, 2, 5, 6])
def test_more_states_of_piqs(N):
    np.testing.assert_allclose(lq.ghz(N), piqs.ghz(N).full(), atol=1e-6)
    assert lq.num_dicke_ladders(N) == piqs.num_dicke_ladders(N)
    elements = {(N / 2, N / 2, N / 2): 0.3, (N / 2, -N / 2, -N / 2): 0.7, (N / 2, N / 2, -N / 2): 0.1,
                (N / 2, -N / 2, N / 2): 0.1}  # PIQS takes real numbers only
    np.testing.assert_allclose(lq.dicke_basis(N, elements), piqs.dicke_basis(N, elements).full(), atol=1e-6)
    start = lq.to_qobj(lq.Dicke(N).evolve(lq.superradiant(N), [0, 1e-9]))
    np.testing.assert_allclose(start.full(), piqs.superradiant(N).full(), atol=1e-6)
    with pytest.raises(ValueError):
        lq.dicke_basis(N, {(N, 0, 0): 1})


@needs_piqs
def test_pisolve():
    """PIQS solves diagonal problems so: populations, at all times."""
    N, rates = 4, dict(emission=0.2, pumping=0.1, collective_emission=0.3, dephasing=0.4)
    theirs = piqs.Dicke(N, hamiltonian=0 * piqs.jspin(N, "z"), **rates).pisolve(piqs.excited(N), TIMES)
    ours = lq.Dicke(N, **rates).pisolve(lq.excited(N), TIMES)
    assert len(ours.states) == len(TIMES)
    for a, b in zip(ours.states, theirs.states):
        np.testing.assert_allclose(a, b.full(), atol=1e-5)


def test_dephasing_is_a_quarter():
    """D[sigma_z/2] at rate x: the coherence of one cell falls at x/2."""
    r = lq.Dicke(1, dephasing=0.6).evolve(lq.css(1), TIMES, ["battery.coherence_l1"])
    np.testing.assert_allclose(r.battery.coherence_l1, np.exp(-0.3 * TIMES), atol=2e-8)
    r = lq.Dicke(1, dephasing="0.6*exp(-t)").evolve(lq.css(1), TIMES, ["battery.coherence_l1"])
    np.testing.assert_allclose(r.battery.coherence_l1, np.exp(-0.3 * (1 - np.exp(-TIMES))), atol=2e-8)


@pytest.mark.parametrize("hamiltonian", [2.0, {"z": 2.0}, 2.0 * lq.jspin(3, "z"), {"z": "2"},
                                         2.0 * lq.jspin(3, "z") + 5 * np.eye(6)])
def test_hamiltonians(hamiltonian):
    r = lq.Dicke(3, hamiltonian, emission=0.1).evolve("excited", [0, 1], ["battery.energy"])
    np.testing.assert_allclose(r.battery.energy, [6, 6 * np.exp(-0.1)], atol=1e-7)


def test_drive_is_jx():
    """h Jx turns every cell: E = N sin(h t / 2)^2, measured with 1 where there is no w."""
    for hamiltonian in ({"x": 0.4}, 0.4 * lq.jspin(3, "x")):
        r = lq.Dicke(3, hamiltonian).evolve("ground", TIMES, ["battery.energy"])
        np.testing.assert_allclose(r.battery.energy, 3 * np.sin(0.2 * TIMES) ** 2, atol=2e-8)


def test_cavity():
    cavity = leyden.Cavity(levels=3, state={"fock": 1}, strength=0.3)
    r = lq.Dicke(1, 1.0, cavity=cavity).evolve("ground", TIMES)
    np.testing.assert_allclose(r.battery.energy, np.sin(0.3 * TIMES) ** 2, atol=2e-8)


def test_thermal_state():
    r = lq.Dicke(4, 1.0).evolve(lq.thermal(4, beta=2.0), [0, 1])
    assert r.battery.energy[0] == pytest.approx(4 / (1 + np.exp(2.0)), abs=1e-9)
    assert r.battery.ergotropy[0] == pytest.approx(0, abs=1e-9)
    again = lq.Dicke(4, 1.0).battery(lq.to_matrix(r))  # a Gibbs matrix is recognised
    assert again.state["gibbs"] == pytest.approx(np.exp(-2.0), abs=1e-7)


@pytest.mark.parametrize("call", [
    lambda: lq.Dicke(2, lq.jspin(2, "y")).battery(), lambda: lq.Dicke(2, {"y": 1}).battery(),
    lambda: lq.Dicke(2, lq.jspin(3, "z")).battery(), lambda: lq.Dicke(2).battery(np.full((4, 4), 0.25)),
    lambda: lq.Dicke(2).battery(np.eye(3)), lambda: lq.css(2, 1, 1), lambda: lq.css(2, basis="uncoupled"),
    lambda: lq.css(2, coordinates="spherical"),
    lambda: lq.mesolve(lq.Dicke(2), "ground", [0, 1], [lq.jspin(2, "z")]),
    lambda: lq.mesolve(lq.Dicke(2), "ground", [0, 1], [], [lq.jspin(3, "x")]),
    lambda: lq.Dicke(2, emission=-1).evolve("ground", [0, 1]), lambda: lq.Dicke(0).evolve("ground", [0, 1])])
def test_refused(call):
    with pytest.raises(ValueError):
        call()


def test_refused_kinds():
    with pytest.raises(TypeError):
        lq.mesolve("system", "ground", [0, 1])


def test_one_operator_alone():
    """As QuTiP takes it; it was read as a list of its rows once."""
    system = lq.Dicke(2, emission=0.1)
    several = lq.mesolve(system, "excited", [0, 1], None, [lq.jspin(2, "z")])
    for alone in (lq.jspin(2, "z"), "battery.jz"):
        one = lq.mesolve(system, "excited", [0, 1], [], alone)
        assert len(one.expect) == 1
        np.testing.assert_allclose(one.expect[0], several.expect[0], atol=1e-12)
    assert len(lq.mesolve(system, "excited", [0, 1], None, None).states) == 2
    with pytest.raises(TypeError, match="list"):
        lq.mesolve(system, "excited", [0, 1], [], {"z": lq.jspin(2, "z")})


def test_what_qutip_takes_and_leyden_does_not():
    z, x = lq.jspin(2, "z"), lq.jspin(2, "x")
    with pytest.raises(TypeError, match="'z': w, 'x': h"):
        lq.Dicke(2, [z, [x, "cos(t)"]]).battery()
    with pytest.raises(TypeError, match="a leyden.Result or its blocks"):
        lq.to_matrix(3)
    with pytest.raises(TypeError, match="empty"):
        lq.to_matrix({})
    assert lq.Dicke(2, z.tolist(), dephasing=None).battery().frequency == pytest.approx(1)


@needs_piqs
def test_qobj_of_another_space():
    """Two cells have 4 states |j, m>, and 4 states of a tensor product."""
    product = qutip.tensor(qutip.basis(2, 0), qutip.basis(2, 0))
    with pytest.raises(leyden.ArgumentError, match="tensor product, 2 x 2"):
        lq.Dicke(2).battery(product)
    with pytest.raises(leyden.ArgumentError, match="tensor product"):
        leyden.Battery(cells=2, state=product).evolve(1)
    with pytest.raises(TypeError, match="QobjEvo"):
        lq.Dicke(2, qutip.QobjEvo([piqs.jspin(2, "z")])).battery()
    with pytest.raises(TypeError, match="qutip.piqs"):
        lq.mesolve(piqs.Dicke(2), "ground", [0, 1])


def test_repr():
    assert repr(lq.Dicke(3, emission=0.1)) == "Dicke(N=3, emission=0.1)"


def test_everything_public_is_described():
    for name in lq.__all__:
        assert getattr(lq, name).__doc__
