"""Federations of the classifier 784-20-10, round by round: broadcast, train, average, evaluate."""
import time

import mlp

BATCH = {"federation-a": 32, "federation-b": 10}


def rounds(inputs, form, name):
    """As many whole rounds as the time allows, from the first; all of them where it allows more."""
    trainer = mlp.FORMS[form](*inputs.digits("train"))
    test = inputs.digits("test")
    start = inputs.array(f"{name}/start")
    orders = inputs.array(f"{name}/order").long()
    batch = BATCH[name]
    per_round = orders.shape[1] * orders.shape[2] * -(-orders.shape[3] // batch)

    def work(limit):
        vector, accuracies = start, []
        begin = time.perf_counter()
        for order in orders:
            weights, _ = trainer.train(vector, order, batch)
            # Clients have equally many samples.
            vector = weights.double().mean(0).float()
            accuracies.append(mlp.accuracy(vector, *test))
            if time.perf_counter() - begin > limit:
                break
        return time.perf_counter() - begin, len(accuracies) * per_round, accuracies

    return work
