# SPDX-License-Identifier: Apache-2.0
#
# noise PUMICE TOP FOLDER [SEED…]: runs a job with 1,000 results on the namespace board behind a noisy line, for several
# amounts of noise in both directions, and prints what came of them as a table: as the run had them, with the board's
# journal, and as a replay has them of the console up to where the journal was first asked.
import json, os, subprocess, sys
from collections import Counter

pumice, top, folder = sys.argv[1:4]
seeds = [int(seed) for seed in sys.argv[4:]] or [1]
COUNT = 1000
KERNEL = [1, 10, 100, 200]
BYTES = ["0", "1e-5", "1e-4", "1e-3"]

JOB = f"""
job_name: noise
timeouts: {{job: {{minutes: 15}}, action: {{minutes: 12}}, connection: {{minutes: 2}}}}
visibility: public
actions:
- deploy: {{to: overlay, os: debian}}
- boot:
    method: minimal
    reset: false
    prompts: ['root@[^:]+:[^#]*# ']
    transfer_overlay: {{download_command: cd /tmp; wget, unpack_command: tar -C / -xzf}}
- test:
    timeout: {{minutes: 10}}
    definitions:
    - from: inline
      name: noise
      path: inline/noise.yaml
      repository:
        metadata: {{format: Lava-Test Test Definition 1.0, name: noise}}
        run:
          steps:
          - |
            for i in $(seq {COUNT}); do
              if [ $((i % 10)) = 0 ]; then lava-test-case case-$i --result fail
              else lava-test-case case-$i --result pass --measurement $i.5 --units ms; fi
            done
"""

EXPECTED = Counter(
    (f"case-{i}", "fail", None, None) if i % 10 == 0 else (f"case-{i}", "pass", i + 0.5, "ms")
    for i in range(1, COUNT + 1)
)


def device(seed, kernel, share):
    noise = f"seed={seed} kernel={kernel} bytes={share} typed={share}"
    relay = f"{top}/Benchmarks/noisy-console.py"
    return f"""
extends: minimal
hostname: noisy
devicetype: namespace
dispatcher_ip: 127.0.0.1
commands: {{connect: 'python3 {relay} {noise} {top}/Examples/devices/namespace-shell'}}
constants: {{kernel-start-message: ''}}
"""


def tally(document):
    """How many results are right, lost and wrong (or besides those that there are), and how the signals came."""
    rows = [row for row in document["results"] if row["suite"] == "0_noise"]
    found = Counter((row["case"], row["result"], row.get("measurement"), row.get("units")) for row in rows)
    ended = [row["result"] for row in document["results"] if row["suite"] == "lava" and row["case"] == "0_noise"]
    signals = document["signals"][-1]
    return Counter(
        right=(found & EXPECTED).total(),
        lost=(EXPECTED - found).total(),
        wrong=(found - EXPECTED).total(),
        ended=int(ended == ["pass"]),
        repaired=signals["repaired"],
        recovered=signals["recovered"],
    )


def read(arguments):
    result = subprocess.run([pumice] + arguments, capture_output=True, env=os.environ | {"TMPDIR": folder})
    return result.returncode, result.stdout


def measure(seed, kernel, share):
    write = lambda name, data: open(f"{folder}/{name}", "wb").write(data)
    write("noise.yaml", JOB.encode())
    write("noisy.yaml", device(seed, kernel, share).encode())
    output = f"{folder}/run-{seed}-{kernel}-{share}"
    read(["run", f"{folder}/noise.yaml", "--device", f"{folder}/noisy.yaml", "--output", output])
    with open(f"{output}/results.json") as file:
        asked = tally(json.load(file))
    with open(f"{output}/console.log", "rb") as file:
        write("record.log", file.read().split(b"/bin/lava-journal ")[0])
    _, text = read(["replay", f"{folder}/record.log", "--job", f"{folder}/noise.yaml", "--format", "json"])
    return asked, tally(json.loads(text))


runs = f"{len(seeds)} runs" if len(seeds) > 1 else "a run"
print(f"{COUNT:,} results a run, {runs} a line; ended: definitions whose end was seen.\n")
print("| kernel lines in 1,000 | bytes lost or garbled | right | lost | wrong | ended | repaired | recovered "
      "| no journal: right | lost | wrong | ended |")
print("|---|---|---|---|---|---|---|---|---|---|---|---|")
for kernel in KERNEL:
    for share in BYTES:
        asked, alone = Counter(), Counter()
        for seed in seeds:
            first, second = measure(seed, kernel, share)
            asked.update(first)
            alone.update(second)
        cells = [f"{asked[key]:,}" for key in ("right", "lost", "wrong", "ended", "repaired", "recovered")]
        cells += [f"{alone[key]:,}" for key in ("right", "lost", "wrong", "ended")]
        print(f"| {kernel} | {share} | " + " | ".join(cells) + " |", flush=True)
