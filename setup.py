"""Builds the extension of the Python module with CMake; pyproject.toml has everything else."""

import os
import pathlib
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).resolve().parent


class BuildWithCMake(build_ext):
    def build_extension(self, extension):
        build = pathlib.Path(self.build_temp).resolve() / "cmake"
        build.mkdir(parents=True, exist_ok=True)
        target = pathlib.Path(self.get_ext_fullpath(extension.name)).resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cmake", "-S", ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF",
                        "-DLEYDEN_WERROR=OFF", "-DLEYDEN_PYTHON=ON", f"-DPython3_EXECUTABLE={sys.executable}"],
                       check=True)
        jobs = str(self.parallel or len(os.sched_getaffinity(0)))
        subprocess.run(["cmake", "--build", build, "--target", "leyden_python", "--parallel", jobs], check=True)
        self.copy_file(str(build / "python" / "leyden" / "_leyden.abi3.so"), str(target))


setup(
    ext_modules=[Extension("leyden._leyden", sources=[], py_limited_api=True)],
    cmdclass={"build_ext": BuildWithCMake},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
