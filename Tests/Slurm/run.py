"""Computes sweeps on a real Slurm of three nodes and disturbs them: every result must have the bytes of a sweep on one machine.

    python run.py PROGRAM [--keep DIR] [--only NAME]...

Starts Slurm in a temporary folder and ends it again; skips, with a reason and exit status 0, where Slurm is not installed.
"""

import concurrent.futures
import functools
import os
import signal
import subprocess
import sys
import time

import cluster
from cluster import NODE_MEMORY, Cluster, wait
from sweep import CELLS, SPEC, Sweep, check, processes_of_job, says

from survival import Arena, arguments


class Scenarios:
    """What is done to sweeps, a method each; a docstring says what is shown."""

    def __init__(self, arena, slurm):
        self.arena, self.slurm = arena, slurm
        self.reference = arena.undisturbed(spec=SPEC)

    def sweep(self, name, settings=()):
        return Sweep(self.arena, self.slurm, name, settings)

    def arrays(self):
        """24 cells as one job array on three nodes"""
        sweep = self.sweep("arrays")
        said = sweep.submitted()
        says(said, f"submitted {CELLS} cells as {CELLS} tasks of 1 job array", "a node sees the sweep")
        sweep.finish(self.reference)
        check(sweep.hosts() == cluster.NODES, f"only {sweep.hosts()} computed cells")
        check(all(len(history) == 1 for history in sweep.attempts().values()), f"attempts: {sweep.attempts()}")
        says(sweep.status(), f"{CELLS} done")
        says(sweep.submitted(), "nothing is missing: no job was submitted")
        return f"on {', '.join(sweep.hosts())}, one attempt each"

    def chunks(self):
        """24 cells where MaxArraySize is 10"""
        self.slurm.restart(max_array_size=10)
        sweep = self.sweep("chunks")
        says(sweep.submitted("--array-limit", "4"), f"submitted {CELLS} cells as {CELLS} tasks of 3 job arrays")
        check(sweep.parts() == 3, f"{sweep.parts()} job arrays")
        most = 0
        while jobs := sweep.jobs():
            most = max(most, sum(job["state"] == "RUNNING" for job in jobs))
            time.sleep(0.1)
        check(most <= 4, f"{most} tasks ran at a time, of 4 that were allowed")
        sweep.finish(self.reference)
        return f"3 job arrays, at most {most} tasks at a time"

    def killed(self):
        """a task killed with SIGKILL, then 'submit' again"""
        sweep = self.sweep("killed", self.long)
        # On another node the cell would wait until the dead task's lease is over.
        options = ["--cells-per-job", "3", "--", "--nodelist=n2"]
        sweep.submitted(*options)
        claim = sweep.await_under_way("n2")
        job = sweep.job_of(claim)
        for process in processes_of_job(job):
            cluster.signal_if_alive(process, signal.SIGKILL)
        sweep.await_end(300)
        done = len(sweep.attempts())
        check(done < CELLS, "the task ended before it was killed")
        says(sweep.status(), rf"{claim['cell']}.*(interrupted|but) .*job {job} ended: FAILED")
        says(sweep.submitted(*options), f"submitted {CELLS - done} cell")
        sweep.finish(self.long_reference, seconds=300)
        history = sweep.attempts()[claim["cell"]]
        check([one["outcome"] for one in history] == ["lost", "complete"], f"attempts: {history}")
        return f"task {job}, {CELLS - done} cells submitted again"

    def requeued(self):
        """scontrol requeue of a task at work"""
        sweep = self.sweep("requeued", self.long)
        sweep.submitted("--cells-per-job", "6")
        claim = sweep.await_under_way(*cluster.NODES)
        job = sweep.job_of(claim)
        self.slurm.slurm("scontrol", "requeue", job)
        sweep.finish(self.long_reference, seconds=300)
        histories = sweep.attempts()
        check(len(histories[claim["cell"]]) == 2, f"attempts: {histories[claim['cell']]}")
        return f"task {job}, its cell {histories[claim['cell']][0]['outcome']} and then complete"

    def submitted_twice(self):
        """a second 'submit', and a 'run' on one machine, while the first runs"""
        sweep = self.sweep("twice")
        sweep.submitted("--cells-per-job", "2")
        sweep.await_under_way(*cluster.NODES)
        says(sweep.submitted(), "in the queue already", "nothing else is missing")
        check(not (sweep.folder / "slurm" / "2").exists(), "the second 'submit' submitted something")
        says(sweep.status(), "queued|running")
        run = sweep.featherweight("run", sweep.folder, "--quiet")
        check(run.returncode == 0, f"'run' ended with status {run.returncode}: {run.stderr}")
        sweep.finish(self.reference)
        check(all(len(history) == 1 for history in sweep.attempts().values()), f"attempts: {sweep.attempts()}")
        return f"computed by {', '.join(sweep.hosts())}, one attempt each"

    def time_limit(self):
        sweep = self.sweep("time-limit", self.long)
        sweep.submitted("--time", "1", "--cells-per-job", str(CELLS), "--", "--nodelist=n1")
        sweep.finish(self.long_reference, seconds=400)
        stopped = [history for history in sweep.attempts().values() if len(history) > 1]
        check(stopped, f"no cell was stopped:\n{sweep.logs()}")
        check(all(one["outcome"] == "interrupted" for history in stopped for one in history[:-1]), f"attempts: {stopped}")
        says(sweep.logs(), "the time limit is near")
        return f"{sum(len(history) - 1 for history in stopped)} times, with a checkpoint each time"

    def lost_node(self):
        sweep = self.sweep("lost-node", self.long)
        sweep.submitted("--cells-per-job", "3", "--", "--exclude=n1")
        two = lambda: len([claim for claim in sweep.claims() if claim["host"] == "n3"]) == 2 and sweep.under_way("n3")
        check(wait(two, 60, every=0.05), f"n3 never had two tasks: {sweep.claims()}")
        frozen, working = [claim for claim in sweep.claims() if claim["host"] == "n3"]
        frozen_job, working_job = sweep.job_of(frozen), sweep.job_of(working)
        self.slurm.stop("n3", signal.SIGKILL)
        stopped = processes_of_job(frozen_job)
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        check(wait(lambda: self.slurm.node_states().get("n3", "").startswith("down"), 60), f"n3 is not down: {self.slurm.node_states()}")
        # Other nodes take the frozen task's cell over after the lease of a minute; the one at work ends its cells itself.
        taken = lambda: any(claim["cell"] == frozen["cell"] and claim["host"] == "n2" for claim in sweep.claims())
        done = lambda: (sweep.folder / f"{frozen['cell']}.h5").exists()
        check(wait(lambda: taken() or done(), 200, every=0.05), f"nobody took {frozen['cell']} over: {sweep.claims()}\n{sweep.logs()}")
        for process in stopped:
            cluster.signal_if_alive(process, signal.SIGCONT)
        sweep.finish(self.long_reference, seconds=300)
        check(wait(lambda: not processes_of_job(frozen_job) and not processes_of_job(working_job), 60), "orphans go on")
        # Once more, now that nobody writes any more.
        self.arena.compare(sweep.folder.name, self.long_reference)
        histories = sweep.attempts()
        check([one["outcome"] for one in histories[frozen["cell"]]] == ["lost", "complete"], f"attempts: {histories[frozen['cell']]}")
        check(histories[frozen["cell"]][-1]["host"] == "n2", "the frozen cell was not taken over")
        others = {cell: history for cell, history in histories.items() if cell != frozen["cell"]}
        check(all(len(history) == 1 for history in others.values()), f"a cell was begun more than once: {others}")
        check(histories[working["cell"]][0]["host"] == "n3", "the orphan at work lost its cell")
        log = (sweep.folder / f"{frozen['cell']}.log").read_text()
        says(log, "took over from n3, process", "n2, process .* has taken this cell over")
        self.slurm.start_node("n3")
        check(wait(lambda: self.slurm.node_states().get("n3") == "idle", 60), f"n3 is {self.slurm.node_states()}")
        return "the orphan at work finished its cells, the frozen one lost its own; no other was begun twice"

    def cancelled(self):
        """cancel, beside a foreign job"""
        sweep = self.sweep("cancelled")
        # Its name is as alike as a name can be.
        foreign = self.slurm.slurm(
            "sbatch", "--parsable", "--job-name=cluster-1-0", "--mem=10M", "--output=/dev/null", "--wrap=sleep 600").strip()
        sweep.submitted("--cells-per-job", "2")
        sweep.await_under_way(*cluster.NODES)
        cancelled = sweep.featherweight("cancel", sweep.folder)
        check(cancelled.returncode == 0, f"cancel ended with status {cancelled.returncode}: {cancelled.stderr}")
        says(cancelled.stdout, r"cancelled jobs? [0-9, ]+ with \d+ cells")
        sweep.await_end(30)
        left = [job["job"] for job in self.slurm.jobs()]
        check(foreign in left, f"the foreign job {foreign} is gone: {left}")
        self.slurm.slurm("scancel", foreign)
        says(sweep.featherweight("cancel", sweep.folder).stdout, "no job of this sweep is in the queue")
        says(sweep.status(), "CANCELLED")
        sweep.submitted("--cells-per-job", "4")
        sweep.finish(self.reference)
        return "the foreign job ran on; submitted again, the same bytes"

    def refused(self):
        """what cannot be submitted"""
        sweep = self.sweep("refused")
        cases = [
            (["--mem", "50M"], 2, r"--mem of 50 MiB is too little: cell [0-9a-f]{12} with 1 thread needs about \d+ MiB"),
            (["--mem", "3G"], 2, rf"a task needs 1 processors? and 3072 MiB .* up to 2 processors and {NODE_MEMORY} MiB"),
            (["--cpus-per-task", "3"], 2, "a task needs 3 processors and .* up to 2 processors"),
            (["--partition", "nowhere"], 1, "sbatch refuses: .*nvalid partition specified: nowhere"),
            (["--", "--constraint=gpu"], 1, "sbatch refuses: .*nvalid feature specification"),
            (["--", "--gres=nothing:1"], 1, "sbatch refuses: .*nvalid generic resource"),
            (["--", "--array=1-2"], 1, "submit decides on sbatch's --array itself"),
            (["--", "--mem=1G"], 1, "give --mem to submit itself"),
        ]
        for options, status, pattern in cases:
            result = sweep.submit(*options)
            check(result.returncode == status, f"{options}: status {result.returncode}: {result.stdout}{result.stderr}")
            says(result.stderr, pattern)
            check(not sweep.folder.exists(), f"{options}: left {list(sweep.folder.rglob('*'))}")
        big = sweep.submit("--set", "model.hidden=[400]", "--set", "codec.latent=400")
        check(big.returncode == 2, f"a cell that no node holds: status {big.returncode}: {big.stdout}{big.stderr}")
        says(big.stderr, rf"a task needs 1 processors? and \d+ MiB .* {NODE_MEMORY} MiB")
        check(not self.slurm.jobs(), f"jobs were left: {self.slurm.jobs()}")
        return f"{len(cases) + 1} cases, nothing left behind"

    def unseen_folder(self):
        """a folder of results that a node does not see"""
        sweep = self.sweep("unseen")
        self.slurm.stop("n2")
        sweep.folder.mkdir()
        self.slurm.start_node("n2", hiding=sweep.folder)
        check(wait(lambda: self.slurm.node_states().get("n2") == "idle", 60), "the node does not start")
        result = sweep.submit("--", "--nodelist=n2")
        check(result.returncode == 1, f"status {result.returncode}: {result.stdout}{result.stderr}")
        says(result.stderr, "the check of the nodes failed, and nothing was started", "do the nodes see that folder")
        check(not sweep.jobs(), f"jobs were left: {sweep.jobs()}")
        self.slurm.stop("n2")
        self.slurm.start_node("n2")
        check(wait(lambda: self.slurm.node_states().get("n2") == "idle", 60), "the node does not start")
        sweep.submitted()
        sweep.finish(self.reference)
        return "found by the check; seen again, the same bytes"

    def full_disk(self):
        """a folder of results without room"""
        sweep = self.sweep("full")
        sweep.folder.mkdir()
        mount = lambda options: subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", sweep.folder], check=True)
        for name in cluster.NODES:
            self.slurm.stop(name)
        mount("size=3m")
        try:
            # Name spaces of nodes are copies: they see what was mounted before them.
            for name in cluster.NODES:
                self.slurm.start_node(name)
            check(wait(lambda: set(self.slurm.node_states().values()) == {"idle"}, 60), "the nodes do not start")
            sweep.submitted("--cells-per-job", "4")
            sweep.await_end()
            status = sweep.status()
            says(status, "failed +(needs up to .* of disk, and .* are free|cannot .*No space left on device)")
            before = sorted(sweep.folder.glob("????????????.h5"))
            subprocess.run(["mount", "-o", "remount,size=300m", sweep.folder], check=True)
            sweep.submitted()
            sweep.finish(self.reference)
        finally:
            for name in cluster.NODES:
                self.slurm.stop(name)
            subprocess.run(["umount", "--lazy", sweep.folder], check=True)
            for name in cluster.NODES:
                self.slurm.start_node(name)
        return f"{len(before)} runs before; with room, the same bytes"

    @functools.cached_property
    def long(self):
        """Settings of cells that are still under way when something has been done to them."""
        epochs = 50
        begun = time.monotonic()
        self.arena.run("timed", "--quiet", "--set", f"training.localEpochs={epochs}", spec=SPEC)
        # So many that one task has 24 cells for a minute and a half on this machine.
        return ["--set", f"training.localEpochs={round(epochs * 90 / (time.monotonic() - begun))}"]

    @functools.cached_property
    def long_reference(self):
        """The folder of an undisturbed sweep of such cells."""
        folder = self.arena.path / "undisturbed-long"
        status, said = self.arena.run(folder.name, "--jobs", "2", "--quiet", *self.long, spec=SPEC)
        check(status == 0, f"the undisturbed sweep ended with status {status}: {said}")
        return folder

    def long_sweeps(self):
        """a time limit that strikes; a slurmd killed while one of its tasks goes on and another has frozen"""
        check(self.long_reference.exists(), "there is nothing to compare with")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            lost = pool.submit(self.lost_node)
            return f"{pool.submit(self.time_limit).result()}; {lost.result()}"


NAMES = ["refused", "arrays", "chunks", "killed", "requeued", "submitted_twice", "cancelled", "unseen_folder", "full_disk", "long_sweeps"]


def main():
    parser = arguments(__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", choices=NAMES, help="one scenario alone; may be repeated")
    options = parser.parse_args()
    reason = cluster.missing()
    if reason:
        print(f"SKIPPED: {reason}")
        return
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("FAILED: no end after 20 minutes"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: ended by SIGTERM"))
    # Whatever hangs ends with the cluster.
    signal.alarm(1200)
    with Arena(options) as arena:
        begun = time.monotonic()
        with Cluster(arena.path / "slurm") as slurm:
            print(f"Slurm runs with {len(cluster.NODES)} nodes after {time.monotonic() - begun:.0f} s", flush=True)
            scenarios = Scenarios(arena, slurm)
            for name in options.only or NAMES:
                scenario, started = getattr(scenarios, name), time.monotonic()
                outcome = scenario()
                print(f"{scenario.__doc__}: {outcome} ({time.monotonic() - started:.0f} s)", flush=True)
    print(f"{len(options.only or NAMES)} scenarios passed in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
