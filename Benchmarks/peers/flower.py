"""Federations in Flower's simulation: one Ray actor a thread, each with the module loop or with a DataLoader."""
import functools
import logging
import os
import pathlib
import time

# Nothing is sent anywhere, and no update is looked for. Ray would run its actors at a low priority.
os.environ.update(
    FLWR_TELEMETRY_ENABLED="0", FLWR_DISABLE_UPDATE_CHECK="1", RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0",
    RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")

import torch
from flwr.app import ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

import mlp
from common import Inputs, serve
from federation import BATCH

CLIENTS = {"federation-a": 10, "federation-b": 1000}
LOOPS = {"Flower": mlp.ModuleLoop, "Flower, DataLoader": mlp.LoaderLoop}
client = ClientApp()


@functools.cache
def loaded(folder, name, loop):
    """What an actor keeps from client to client: the loop on all digits, and every order of samples."""
    torch.set_num_threads(1)
    inputs = Inputs(folder)
    return LOOPS[loop](*inputs.digits("train")), inputs.array(f"{name}/order").long()


@client.train()
def train(message, context):
    config = message.content["config"]
    trainer, orders = loaded(config["folder"], config["name"], config["loop"])
    order = orders[config["server-round"] - 1, config["place"]]
    start = torch.from_numpy(message.content["arrays"].to_numpy_ndarrays()[0])
    weights, _ = trainer.train(start, order[None], BATCH[config["name"]])
    metrics = MetricRecord({"num-examples": order.shape[1]})
    return Message(RecordDict({"arrays": arrays(weights[0]), "metrics": metrics}), reply_to=message)


def arrays(vector):
    return ArrayRecord([vector.numpy()])


class Placed(FedAvg):
    """Tells each sampled node which place in its round's orders is its own, so that both sides do the same steps."""

    def configure_train(self, server_round, arrays, config, grid):
        messages = list(super().configure_train(server_round, arrays, config, grid))
        for place, message in enumerate(messages):
            message.content = RecordDict({"arrays": arrays, "config": ConfigRecord({**config, "place": place})})
        return messages


def simulate(folder, name, loop, actors, seconds):
    """Serves whole federations, timed from first broadcast to last evaluation; Ray and its actors run by then."""
    logging.getLogger("flwr").setLevel(logging.ERROR)
    inputs = Inputs(folder)
    test, orders = inputs.digits("test"), inputs.array(f"{name}/order")
    rounds, cohort = orders.shape[:2]
    per_round = cohort * orders.shape[2] * -(-orders.shape[3] // BATCH[name])
    server = ServerApp()

    @server.main()
    def main(grid, context):
        serve(lambda limit: federation(grid, rounds if limit else 1), seconds, peak=peak_of_all)

    def federation(grid, rounds):
        accuracies, times = [], []

        def evaluate(number, record):
            if number > 0:
                accuracies.append(mlp.accuracy(torch.from_numpy(record.to_numpy_ndarrays()[0]), *test))
            times.append(time.perf_counter())

        strategy = Placed(fraction_train=cohort / CLIENTS[name], fraction_evaluate=0, min_available_nodes=CLIENTS[name])
        config = ConfigRecord({"folder": str(pathlib.Path(folder).resolve()), "name": name, "loop": loop})
        strategy.start(
            grid, arrays(inputs.array(f"{name}/start")), num_rounds=rounds, train_config=config, evaluate_fn=evaluate)
        return times[-1] - times[0], rounds * per_round, accuracies

    run_simulation(
        server, client, num_supernodes=CLIENTS[name],
        backend_config={
            "init_args": {"num_cpus": actors, "log_to_driver": False},
            "client_resources": {"num_cpus": 1, "num_gpus": 0.0}})


def peak_of_all():
    """The peaks of this process and of all that it started, Ray's included, in bytes."""
    parents, peaks = {}, {}
    for path in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in path.read_text().splitlines())
        except OSError:
            continue
        pid = int(fields["Pid"])
        parents[pid], peaks[pid] = int(fields["PPid"]), int(fields.get("VmHWM", "0 kB").split()[0]) * 1024
    total, family = 0, [os.getpid()]
    while family:
        parent = family.pop()
        total += peaks[parent]
        family += [pid for pid, of in parents.items() if of == parent]
    return total
