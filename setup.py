"""The compiled core of kram.inference, where there is a C compiler; without one kram installs all the same."""

from setuptools import Extension, setup

FOLDER = "src/kram/inference/csrc"

setup(
    ext_modules=[
        Extension(
            "kram.inference._core",
            [f"{FOLDER}/module.c", f"{FOLDER}/plan.c", f"{FOLDER}/core.c"],
            depends=[f"{FOLDER}/core.h", f"{FOLDER}/machine.h", f"{FOLDER}/sweep.inc"],
            extra_compile_args=["-O3", "-Wno-psabi"],
            py_limited_api=True,  # one build serves every Python from 3.11 on
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
