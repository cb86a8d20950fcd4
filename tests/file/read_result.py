"""Reads a result the way a user of h5py and xarray does; compares with the CSV of the same file.

read_result.py RESULT.h5 TABLE.csv; exit status 77 when h5py is not there.
"""
import csv
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)


def main(path, table):
    with open(table, newline="") as stream:
        rows = list(csv.DictReader(stream))
    with h5py.File(path, "r") as f:
        assert isinstance(f.attrs["scenario"], str) and "battery" in f.attrs["scenario"]
        for name in ("version", "representation", "tolerance", "levels", "trace_error", "edge_population",
                     "integration_error"):
            assert name in f.attrs, name
        assert f.attrs["trace_error"] >= 0
        time, n = f["time"][...], f["axes/N"][...]
        energy = f["observables/battery.energy"]
        assert energy.shape == (n.size, time.size)
        assert energy.dims[0].keys() == ["N"] and energy.dims[1].keys() == ["time"]
        assert energy.attrs["units"] == "energy"
        np.testing.assert_array_equal(energy[...].ravel(), [float(r["battery.energy"]) for r in rows])
        best = f["measures/max(battery.energy)"]
        assert best.shape == n.shape and best.dims[0].keys() == ["N"]
        np.testing.assert_array_equal(np.repeat(best[...], time.size), [float(r["max(battery.energy)"]) for r in rows])
        weights = f["observables/battery.spin_weights"][...]
        assert weights.shape == (n.size, time.size, int(n.max()) // 2 + 1)
        assert np.isnan(weights[0, :, 1:]).all() and np.isfinite(weights[-1]).all()
        assert (f["status"][...] == 1).all() and (f["rows"][...] == time.size).all()
        energy = energy[...]
    try:
        import h5netcdf  # noqa: F401
        import xarray as xr
    except ImportError:
        return
    with xr.open_dataset(path, engine="h5netcdf", group="observables") as data:
        assert data["battery.energy"].dims == ("N", "time")
        assert data["battery.spin_weights"].dims == ("N", "time", "spin_block")
        np.testing.assert_array_equal(data["N"], n)
        np.testing.assert_array_equal(data["battery.energy"].sel(N=2), energy[list(n).index(2)])
    with xr.open_dataset(path, engine="h5netcdf", group="measures") as data:
        assert data["max(battery.energy)"].dims == ("N",)
    with xr.open_dataset(path, engine="h5netcdf") as data:
        assert data["status"].dims == ("N",)


main(*sys.argv[1:])
