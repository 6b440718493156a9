"""One workload in PyTorch, in one form, measured anew for each line on standard input; compare.py starts it."""
import argparse

import torch

import autoencoder
import cnn
import federation
import mlp
import pipeline
from common import Inputs, serve


def workload(name, form, inputs):
    if name.startswith("mlp-"):
        return mlp.steps(inputs, form, batch=int(name.removeprefix("mlp-")))
    if name.startswith("federation-"):
        return federation.rounds(inputs, form, name)
    if name.startswith("cnn"):
        return cnn.steps(inputs, form)
    if name.startswith("ae"):
        return autoencoder.small(inputs, form)
    if name == "big-ae":
        return autoencoder.big(inputs, form)
    return pipeline.run(inputs)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("workload")
parser.add_argument("form")
parser.add_argument("--inputs", required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--seconds", type=float, required=True)
options = parser.parse_args()
torch.set_num_threads(options.threads)
if options.form.startswith("Flower"):
    # Imported only here, for it has an environment of its own.
    import flower

    flower.simulate(options.inputs, options.workload, options.form, options.threads, options.seconds)
else:
    work = workload(options.workload, options.form, Inputs(options.inputs))
    serve(work, options.seconds, warm_up=options.workload != "pipeline")
