"""Writes resample.json: a signal at 2500 Hz and what SciPy's polyphase resampler makes of it at 1000 Hz and at 4000 Hz.

It shares no code with shared/windows; `resampler.golden.test.ts` there compares the two. Run it only to add a case:
    python3 -m venv VENV && VENV/bin/pip install numpy==2.4.6 scipy==1.17.1
    VENV/bin/python test/golden/make-resample.py
"""

import json
import pathlib

import numpy as np
from scipy import signal

HERE = pathlib.Path(__file__).parent
HALF, CUTOFF, BETA = 18, 0.45, 5.653


def case(rate, grid_rate, up, down, samples):
    rng = np.random.default_rng(7)
    t = np.arange(samples) / rate
    x = np.sin(2 * np.pi * 90 * t) + 0.5 * np.sin(2 * np.pi * 310 * t + 1) + 0.3 * rng.standard_normal(samples) + 2
    x = np.round(x, 4).astype(np.float32).astype(float)
    low = min(rate, grid_rate)
    taps = 2 * HALF * (rate * up // low) + 1
    kernel = signal.firwin(taps, CUTOFF * low, window=("kaiser", BETA), fs=rate * up)
    y = signal.resample_poly(x, up, down, window=kernel)
    return {"rateHz": rate, "gridRateHz": grid_rate, "input": [round(v, 4) for v in x], "output": [round(v, 6) for v in y]}


cases = [case(2500, 1000, 2, 5, 300), case(2500, 4000, 8, 5, 120)]
(HERE / "resample.json").write_text(json.dumps(cases) + "\n")
