"""The residual head's second-order MAML step in PyTorch, functional and vmapped: what `npm run bench:trainer` compares with.

Prints one JSON line per batch size: episodes, seconds and processor seconds of every timed step, and the loss of the first. Episodes are drawn here; only shapes
and formulas are those of services/trainer/src/meta. Run by the benchmark where Python has torch >= 2.0; nothing else needs it.

    python3 test/bench/maml_head.py --batches 32,256 --d 59 --shots 20 --queries 32 --hidden 16 --steps 5 --seconds 5 [--algorithm maml|meta-sgd|fomaml]
"""
import argparse
import json
import sys
import time

import torch
from torch.func import grad, grad_and_value, vmap
from torch.nn.functional import softplus

INNER_RATE = 0.5


def logits(params, inputs, base):
    w1, b1, w2, b2, a, c = params
    return a * base + c + b2 + torch.tanh(inputs @ w1 + b1) @ w2


def support_loss(network, link, inputs, base):
    """Half the mean of softplus(o): every support window is taken to be normal."""
    return softplus(logits((*network, *link), inputs, base)).mean() / 2


def query_loss(params, inputs, base, labels):
    """Class-balanced cross-entropy; the first half of the labels is 0, the second 1."""
    o = logits(params, inputs, base)
    return (softplus(o) - labels * o).mean()


def adapt(params, rates, inputs, base, steps, second_order):
    network, link = params[:4], params[4:]
    for _ in range(steps):
        slopes = grad(support_loss)(network, link, inputs, base)
        if not second_order:
            slopes = tuple(slope.detach() for slope in slopes)
        network = tuple(p - INNER_RATE * rate * slope for p, rate, slope in zip(network, rates, slopes))
    return (*network, *link)


def meta_step(algorithm, steps):
    second_order = algorithm != "fomaml"

    def one(params, rates, inputs, base, query_inputs, query_base, labels):
        adapted = adapt(params, rates, inputs, base, steps, second_order)
        return query_loss(adapted, query_inputs, query_base, labels)

    def mean(params, rates, *episodes):
        return vmap(one, in_dims=(None, None, 0, 0, 0, 0, 0))(params, rates, *episodes).mean()

    return grad_and_value(mean, argnums=(0, 1) if algorithm == "meta-sgd" else (0,))


def fresh(width, hidden, device):
    spread = (2 / (width + hidden)) ** 0.5
    shapes = [(width, hidden), (hidden,), (hidden,)]
    w1, b1, w2 = (spread * torch.randn(shape, device=device) for shape in shapes)
    scalars = (torch.tensor(value, device=device) for value in (0.0, 1.0, 0.0))
    # Rates of Meta-SGD: one per row of w1, one each for b1, w2 and b2, as Tocsin has them.
    rates = (torch.ones(width, 1, device=device), *(torch.ones((), device=device) for _ in range(3)))
    return (w1, 0 * b1, 0.1 * w2, *scalars), rates


def timed(step, arguments, seconds, device):
    def run():
        gradient, loss = step(*arguments)
        if device.type == "cuda":
            torch.cuda.synchronize()
        return float(loss)

    loss = run()
    run()
    taken, spent, until = [], [], time.perf_counter() + seconds
    while len(taken) < 2 or (time.perf_counter() < until and len(taken) < 200):
        started, busy = time.perf_counter(), time.process_time()
        run()
        taken.append(time.perf_counter() - started)
        spent.append(time.process_time() - busy)
    return {"loss": loss, "seconds": taken, "cpuSeconds": spent}


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("d", 59), ("shots", 20), ("queries", 32), ("hidden", 16), ("steps", 5), ("threads", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--batches", default="32,256")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--algorithm", choices=["maml", "meta-sgd", "fomaml"], default="maml")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.manual_seed(1)
    if options.threads > 0:
        torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} thread{'s' if torch.get_num_threads() > 1 else ''}"
    print(json.dumps({"torch": torch.__version__, "python": sys.version.split()[0], "device": f"{device.type}, {name}"}), flush=True)
    width = 3 * options.d
    params, rates = fresh(width, options.hidden, device)
    step = meta_step(options.algorithm, options.steps)
    for tasks in map(int, options.batches.split(",")):
        rows = lambda count, shift: (torch.randn(tasks, count, width, device=device), shift + torch.randn(tasks, count, device=device))
        labels = (torch.arange(options.queries, device=device) >= options.queries // 2).float().expand(tasks, -1)
        found = timed(step, (params, rates, *rows(options.shots, -1), *rows(options.queries, 0), labels), options.seconds, device)
        print(json.dumps({"episodes": tasks, **found}), flush=True)


main()
