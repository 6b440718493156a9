"""A real Slurm on one machine, from Debian's packages, without systemd: munged, slurmctld, and a slurmd for each node.

Each node has a mount and host name space of its own where that is allowed: a host name, a boot id and so the look of a machine of its
own, whose locks others cannot see. Everything lies in one folder and is ended by process id.
"""

import getpass
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo", "unshare"]
# Slurm's daemons are where only root looks for programs.
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
NODES = ["n1", "n2", "n3"]
# MiB that each node says it has.
NODE_MEMORY = 2000


def missing():
    """Why there can be no Slurm here, in words; nothing where there can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if absent:
        return f"no {', '.join(absent)} on this machine"
    if os.geteuid() != 0:
        return "nodes with name spaces of their own need root"
    if subprocess.run(["unshare", "--mount", "--uts", "true"], capture_output=True).returncode != 0:
        return "no right to make name spaces"
    return ""


def free_ports(count):
    """Ports of the loopback interface that nobody has now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Three nodes of two processors in a folder; `with` ends whatever was started."""

    def __init__(self, path, max_array_size=1001):
        self.path = pathlib.Path(path).resolve()
        self.path.mkdir(parents=True)
        self._daemons = {}
        self._ports = free_ports(1 + len(NODES))
        self.environment = {
            **os.environ, "PATH": PATH, "SLURM_CONF": str(self.path / "slurm.conf"),
        }
        self.configure(max_array_size)

    def configure(self, max_array_size):
        """Writes slurm.conf; to be followed by a restart of what runs."""
        user, host = getpass.getuser(), socket.gethostname()
        nodes = "".join(
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory={NODE_MEMORY}\n"
            for name, port in zip(NODES, self._ports[1:]))
        (self.path / "slurm.conf").write_text(f"""\
ClusterName=featherweight
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={self._ports[0]}
SlurmUser={user}
SlurmdUser={user}
SlurmctldPidFile={self.path}/slurmctld.pid
SlurmdPidFile={self.path}/%n.pid
SlurmdSpoolDir={self.path}/%n
StateSaveLocation={self.path}/state
SlurmctldLogFile={self.path}/slurmctld.log
SlurmdLogFile={self.path}/%n.log
AuthType=auth/munge
# cred_expire is also how long a requeued job waits.
AuthInfo=socket={self.path}/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
MaxArraySize={max_array_size}
ReturnToService=2
KillWait=5
SlurmdTimeout=10
SchedulerParameters=sched_interval=5,bf_interval=5
{nodes}PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")

    def __enter__(self):
        (self.path / "munge.key").write_bytes(os.urandom(128))
        (self.path / "munge.key").chmod(0o400)
        try:
            self._start("munged", [
                "munged", "--foreground", "--force", f"--key-file={self.path}/munge.key",
                f"--socket={self.path}/munge.socket", f"--pid-file={self.path}/munged.pid",
                f"--log-file={self.path}/munged.log", f"--seed-file={self.path}/munge.seed",
            ])
            self._wait("munged", lambda: (self.path / "munge.socket").exists())
            self.start_controller()
            for name in NODES:
                self.start_node(name)
            self._wait("the nodes", lambda: self.node_states() == dict.fromkeys(NODES, "idle"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.slurm("scancel", "--signal=KILL", "--full", f"--user={getpass.getuser()}", fails=True)
        for name in [*NODES, "slurmctld", "munged"]:
            self.stop(name)
        # Steps whose slurmd was killed go on without it.
        for process in self.processes(str(self.path)):
            signal_if_alive(process, signal.SIGKILL)

    def start_controller(self):
        self._start("slurmctld", ["slurmctld", "-D"])
        self._wait("slurmctld", lambda: self.slurm("scontrol", "ping", fails=True).count("is UP"))

    def start_node(self, name, hiding=None):
        """Starts a node; `hiding` is a folder that it does not see."""
        (self.path / name).mkdir(exist_ok=True)
        boot = self.path / f"{name}.boot"
        boot.write_text(f"{uuid.uuid4()}\n")
        steps = [f"hostname {name}", f"mount --bind {shlex.quote(str(boot))} /proc/sys/kernel/random/boot_id"]
        if hiding:
            steps.append(f"mount -t tmpfs none {shlex.quote(str(hiding))}")
        steps.append(f"exec slurmd -D -N {name}")
        self._start(name, ["unshare", "--mount", "--uts", "sh", "-e", "-c", "\n".join(steps)])

    def restart(self, max_array_size):
        """Restarts all but munged, with other limits."""
        for name in [*NODES, "slurmctld"]:
            self.stop(name)
        self.configure(max_array_size)
        self.start_controller()
        for name in NODES:
            self.start_node(name)
        self._wait("the nodes", lambda: self.node_states() == dict.fromkeys(NODES, "idle"))

    def stop(self, name, number=signal.SIGTERM):
        """Ends a daemon; what it started goes on."""
        daemon = self._daemons.pop(name, None)
        if daemon is None:
            return
        daemon.send_signal(number)
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _start(self, name, command):
        with open(self.path / f"{name}.out", "ab") as output:
            self._daemons[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self.environment,
                start_new_session=True)

    def _wait(self, what, holds):
        if not wait(holds, 30):
            logs = "".join(f"\n== {log.name}\n{log.read_text()[-1500:]}" for log in sorted(self.path.glob("*.log")))
            sys.exit(f"FAILED: {what} did not start{logs}")

    def slurm(self, *command, fails=False):
        """What one of Slurm's programs prints."""
        result = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=60)
        if result.returncode != 0 and not fails:
            sys.exit(f"FAILED: {shlex.join(command)}: {result.stderr}")
        return result.stdout

    def node_states(self):
        """Each node's state, such as 'idle'; with a star where it does not answer."""
        lines = self.slurm("sinfo", "--noheader", "--Node", "--format=%N %t", fails=True).split("\n")
        return dict(line.split() for line in lines if line)

    def jobs(self):
        """All jobs in the queue or at work, a task of an array each."""
        lines = self.slurm("squeue", "--noheader", "--array", "--format=%i|%F|%T|%N|%j").split("\n")
        return [dict(zip(["id", "job", "state", "node", "name"], line.split("|"))) for line in lines if line]

    @staticmethod
    def processes(text, word=None):
        """Processes whose command line has a text in it, and among their words one that is given."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                line = pathlib.Path("/proc", entry, "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in line and int(entry) != os.getpid() and (word is None or word.encode() in line.split(b"\0")):
                found.append(int(entry))
        return found


def signal_if_alive(process, number):
    """Sends a signal to a process that may have ended."""
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def wait(holds, seconds, every=0.1):
    """Waits until a condition holds; whether it does in the end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(every)
    return bool(holds())
