"""A Spark session whose executors are containers on other nodes.

The driver's JVM carries Spark's standalone master, without any worker: executors are started by Nomad, find the driver through
Consul's KV, and register with it directly. So each container is one JVM, and all are gone when the driver is done."""

import os
import sys
import threading
import time
from contextlib import contextmanager

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

import consul

RUNS = "shoal/analysis/runs/"


def settings(host, cassandra, executors):
    """The Spark settings of a run."""
    work = os.environ.get("NOMAD_TASK_DIR", "/tmp") + "/spark"
    return {
        "spark.app.name": "analysis",
        "spark.driver.host": host,
        "spark.driver.bindAddress": host,
        "spark.driver.port": os.environ.get("SPARK_RPC_PORT", "0"),
        "spark.driver.blockManager.port": os.environ.get("SPARK_BLOCKS_PORT", "0"),
        "spark.local.dir": work,
        "spark.sql.warehouse.dir": work,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(4 * max(1, executors)),
        "spark.locality.wait": "0",
        "spark.network.timeout": "60s",
        # Spark wants more direct memory than this; bigger blocks go through the disk.
        "spark.network.maxRemoteBlockSizeFetchToMem": "32m",
        "spark.executor.heartbeatInterval": "5s",
        # Weak nodes: Spark's fixed reserve of 300 MB would leave nothing of a small heap.
        "spark.testing.reservedMemory": str(96 << 20),
        "spark.cassandra.connection.host": ",".join(cassandra),
        "spark.cassandra.connection.localDC": os.environ.get("CASSANDRA_DATACENTER", "dc1"),
        "spark.cassandra.auth.username": os.environ["CASSANDRA_USER"],
        "spark.cassandra.auth.password": os.environ["CASSANDRA_PASSWORD"],
        # What was acknowledged is counted: the connector would read from one replica otherwise.
        "spark.cassandra.input.consistency.level": "LOCAL_QUORUM",
        "spark.cassandra.output.consistency.level": "LOCAL_QUORUM",
        "spark.cassandra.input.split.sizeInMB": "16",
        "spark.cassandra.input.fetch.sizeInRows": "500",
        "spark.cassandra.output.concurrent.writes": "2",
    }


@contextmanager
def spark(run, cassandra):
    """A session for one run, on the wanted executors; raises RuntimeError when none comes within SPARK_EXECUTOR_TIMEOUT seconds."""
    host = os.environ["SPARK_HOST"]
    executors = int(os.environ.get("SPARK_EXECUTORS", "1"))
    conf = SparkConf()
    for name, value in settings(host, cassandra, executors).items():
        conf.set(name, value)
    if executors == 0:
        yield _local(conf)
        return
    for key, entry in consul.entries(RUNS).items():
        if entry.get("state") == "done":
            consul.delete(key)
    SparkContext._ensure_initialized()
    jvm = SparkContext._jvm
    master = jvm.org.apache.spark.deploy.master.Master.startRpcEnvAndEndpoint(
        host, int(os.environ.get("SPARK_MASTER_PORT", "0")), 0, jvm.org.apache.spark.SparkConf()
    )
    session = SparkSession.builder.config(conf=conf.setMaster(f"spark://{host}:{master._1().address().port()}")).getOrCreate()
    try:
        context = session.sparkContext
        driver = f"{host}:{context._jsc.sc().conf().get('spark.driver.port')}"
        consul.put(RUNS + run, {"state": "running", "driver": driver, "app": context.applicationId})
        _await_executors(context, executors)
        _watch_executors(context)
        yield session
    finally:
        consul.put(RUNS + run, {"state": "done"})
        session.stop()


def _local(conf):
    return SparkSession.builder.config(conf=conf.setMaster("local[2]")).getOrCreate()


def _registered(context):
    # The driver itself is one of them.
    return len(context._jsc.sc().statusTracker().getExecutorInfos()) - 1


def _watch_executors(context):
    """Ends the program when all executors are gone and stay away: Spark alone would wait for ever."""
    timeout = float(os.environ.get("SPARK_EXECUTOR_TIMEOUT", "120"))

    def watch():
        seen = time.monotonic()
        while context._jsc is not None:
            if _registered(context) > 0:
                seen = time.monotonic()
            elif time.monotonic() - seen > timeout:
                print(f"analysis: all executors are gone, none came back within {timeout:.0f} s; their logs say why", file=sys.stderr)
                os._exit(1)
            time.sleep(2)

    threading.Thread(target=watch, daemon=True).start()


def _await_executors(context, wanted):
    timeout = float(os.environ.get("SPARK_EXECUTOR_TIMEOUT", "120"))
    deadline = time.monotonic() + timeout
    while True:
        registered = _registered(context)
        if registered >= wanted:
            print(f"{registered} executors", flush=True)
            return
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if registered == 0:
        raise RuntimeError(
            f"no executor has come to the driver\n  given    SPARK_EXECUTORS={wanted}, none within {timeout:.0f} s"
            "\n  allowed  at least one\n  do       look where the group `executors` of this job is: `nomad job status`, `nomad alloc logs`;"
            " SPARK_EXECUTORS=0 runs everything in the driver"
        )
    print(f"goes on with {registered} of {wanted} executors", flush=True)
