"""Writes features.json: windows and the feature vectors that NumPy, SciPy and PyWavelets give for them, by METHOD's formulas.

It shares no code with shared/features; `features.test.ts` there compares the two. Run it only to add a case:
    python3 -m venv VENV && VENV/bin/pip install numpy==2.4.6 scipy==1.17.1 PyWavelets==1.8.0
    VENV/bin/python test/golden/make-features.py
"""

import base64
import gzip
import json
import pathlib

import numpy as np
import pywt
from scipy import signal, stats

HERE = pathlib.Path(__file__).parent
GEARBOX = HERE.parent.parent / "services" / "simulator" / "data" / "gearbox"
EPS = 1e-12


def ln(value):
    return float(np.log(value + EPS))


def ln_ratio(a, b):
    return ln(a) - ln(b)


def time_statistics(x):
    rms, peak, mean_abs = np.sqrt(np.mean(x**2)), np.max(np.abs(x)), np.mean(np.abs(x))
    sd1, sd2 = np.std(np.diff(x)), np.std(np.diff(x, n=2))
    crossings = np.count_nonzero(np.diff(x >= 0))
    return [
        ln(rms),
        ln(peak),
        float(np.log(stats.kurtosis(x, fisher=False))) if rms > 0 else 0.0,
        float(np.clip(stats.skew(x), -5, 5)) if rms > 0 else 0.0,
        ln_ratio(peak, rms),
        ln_ratio(rms, mean_abs),
        ln_ratio(peak, mean_abs),
        crossings / (len(x) - 1),
        ln_ratio(sd1, rms),
        ln_ratio(sd2, sd1) - ln_ratio(sd1, rms),
    ]


def band_edges(samples, wanted):
    nyquist = samples // 2
    bands = min(wanted, nyquist - 1)
    edges = [2]
    for ideal in np.geomspace(2, nyquist, bands + 1)[1:-1]:
        edges.append(max(int(np.floor(ideal + 0.5)), edges[-1] + 1))
    edges.append(nyquist + 1)
    for b in range(bands - 1, 0, -1):
        edges[b] = min(edges[b], edges[b + 1] - 1)
    return edges


def hann_power(x):
    taper = signal.get_window("hann", len(x))
    return np.abs(np.fft.rfft(x * taper)) ** 2 / np.sum(taper**2)


def bands(power, samples, wanted):
    edges = band_edges(samples, wanted)
    return [ln(np.sum(power[a:b]) / samples) for a, b in zip(edges, edges[1:])]


def spectrum(x, rate, wanted):
    power = hann_power(x)
    inner = power[1:]
    p = inner / inner.sum() if inner.sum() > 0 else np.full(len(inner), 1 / len(inner))
    frequency = np.fft.rfftfreq(len(x), 1 / rate)[1:]
    centroid = np.sum(p * frequency)
    spread = np.sqrt(np.sum(p * (frequency - centroid) ** 2))
    entropy = -np.sum(p * np.log(p + EPS)) / np.log(len(p))
    flatness = np.mean(np.log(p + EPS)) + np.log(len(p))
    return bands(power, len(x), wanted) + [ln(centroid), ln(spread), float(entropy), float(flatness)]


def ln_kurtosis(c):
    return float(np.log(stats.kurtosis(c, fisher=False))) if np.ptp(c) > 0 else 0.0


def wavelet(x):
    level = min(6, pywt.dwt_max_level(len(x), "db4"))
    approximation, *details = pywt.wavedec(x, "db4", mode="periodization", level=level)
    details.reverse()
    powers = [ln(np.mean(c**2)) for c in [*details, approximation]]
    return powers + [ln_kurtosis(c) for c in details]


def envelope(x):
    n = len(x)
    half = np.fft.fft(x)
    half[: n // 8] = 0
    half[n // 8 : n // 2] *= 2
    half[n // 2 + 1 :] = 0
    magnitude = np.abs(np.fft.ifft(half))
    return bands(hann_power(magnitude - magnitude.mean()), n, 8)


def vibration(samples, rate, wanted, blocks=("wavelet", "envelope")):
    vector = []
    for raw in samples.astype(np.float64):
        x = raw - raw.mean()
        vector += time_statistics(x) + spectrum(x, rate, wanted)
        vector += wavelet(x) if "wavelet" in blocks else []
        vector += envelope(x) if "envelope" in blocks else []
    return vector


def slow(samples):
    vector = []
    for x in samples.astype(np.float64):
        slope = stats.linregress(np.arange(len(x)), x).slope * (len(x) - 1)
        vector += [x.mean(), np.log(x.std() + 1e-2), slope, np.log(np.diff(x).std() + 1e-2)]
    return [float(v) for v in vector]


def gearbox_window(device, row, samples):
    manifest = json.loads((GEARBOX / "manifest.json").read_text())
    scale = next(d for d in manifest["devices"] if d["id"] == device)["meta"]["scale"]
    raw = np.frombuffer(gzip.open(GEARBOX / "devices" / f"{device}.bin.gz").read(), dtype="<i2").reshape(-1, len(scale))
    return (raw[row : row + samples] * np.array(scale)).T


def cases():
    rng = np.random.default_rng(20240607)
    t = np.arange(1024)
    impulses = rng.normal(0, 0.02, 1024)
    for at in range(37, 1024, 128):
        ring = np.arange(1024 - at)
        impulses[at:] += 3 * np.exp(-ring / 12) * np.sin(2 * np.pi * 0.31 * ring)
    tones = 0.8 * np.sin(2 * np.pi * 0.03 * t + 0.4) + 0.05 * np.sin(2 * np.pi * 0.21 * t) + 9.81
    slow_walk = np.cumsum(rng.normal(0, [[0.5], [3.0], [0.001]], (3, 16)), axis=1) + [[20], [500], [1]]
    slow_constant = np.vstack([np.full(32, 518.67), np.linspace(3, 5, 32)])
    yield "seeded noise", "vibration", 12000, 24, rng.normal(0, 1, (1, 1024))
    yield "two tones on an offset", "vibration", 4300, 24, tones[None]
    yield "ringing impulses", "vibration", 25600, 24, impulses[None]
    yield "quiet noise of 1e-5", "vibration", 12000, 24, rng.normal(0, 1e-5, (1, 512))
    yield "silence", "vibration", 12000, 24, np.full((1, 256), 0.3)
    yield "gearbox, healthy, two channels", "vibration", 4300, 24, gearbox_window("gearbox-load50", 4096, 1024)
    yield "gearbox, broken tooth, short window", "vibration", 4300, 24, gearbox_window("gearbox-load50", 25000, 256)
    yield "window of 64", "vibration", 4300, 24, gearbox_window("gearbox-load10", 512, 64)
    yield "window of 32, eight bands", "vibration", 4300, 8, rng.normal(0, 1, (1, 32))
    yield "slow, three channels", "slow", 1 / 60, 0, slow_walk
    yield "slow, a constant and a ramp", "slow", 1, 0, slow_constant


def main():
    golden = []
    for name, kind, rate, wanted, samples in cases():
        given = samples.astype("<f4")
        expected = slow(given) if kind == "slow" else vibration(given, rate, wanted)
        golden.append(
            {
                "name": name,
                "kind": kind,
                "rateHz": rate,
                "bands": wanted,
                "channels": len(given),
                "samples": base64.b64encode(given.tobytes()).decode(),
                "expected": [float(f"{v:.9g}") for v in expected],
            }
        )
    lines = ",\n".join(json.dumps(case) for case in golden)
    (HERE / "features.json").write_text(f"[\n{lines}\n]\n")


main()
