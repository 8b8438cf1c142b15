#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says what the time of a job went into, by action: boot.py JOB-FOLDER...

Reads logs.yaml, of which each line is an item of a list. An action that holds others counts with what is its own, so
that the seconds add up to the job's; what took less than a hundredth of a second is in the last line."""
import datetime
import json
import re
import sys

for folder in sys.argv[1:]:
    begun, rows, whole = {}, [], []
    for line in open(f"{folder}/logs.yaml", encoding="utf-8"):
        try:
            entry = json.loads(line[2:])
        except ValueError:
            continue  # A result with one of YAML's tags.
        if not isinstance(entry.get("msg"), str):
            continue
        time = datetime.datetime.fromisoformat(entry["dt"]).timestamp()
        whole.append(time)
        match = re.match(r"(start|end): ([\d.]+) ([a-z-]+)", entry["msg"])
        if match and match[1] == "start":
            begun[match[2]] = time
        elif match and match[2] in begun:
            rows.append((match[2], match[3], time - begun[match[2]]))
    total = whole[-1] - whole[0]
    print(f"{folder}: {total:.2f} s")
    rest = total
    for level, name, seconds in sorted(rows, key=lambda row: [int(part) for part in row[0].split(".")]):
        children = (row[2] for row in rows if row[0].rpartition(".")[0] == level)
        own = seconds - sum(children)
        if own >= 0.01:
            rest -= own
            print(f"{own:8.2f}  {level:<8} {name}")
    print(f"{rest:8.2f}  {'':<8} everything else")
