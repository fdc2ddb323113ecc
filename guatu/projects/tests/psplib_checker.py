"""An independent checker of PSPLIB schedules: reads the file by itself, shares no line with the engine.

    check(text, starts)    problems found (empty: the schedule is sound), for {job: start}
"""


def parsed(text: str) -> tuple[dict[int, list[int]], dict[int, int], dict[int, list[int]], list[int]]:
    """Successors, durations and requests by job, and the capacities."""
    successors: dict[int, list[int]] = {}
    durations: dict[int, int] = {}
    requests: dict[int, list[int]] = {}
    capacities: list[int] = []
    part = ""
    for line in text.splitlines():
        if line.startswith(("PRECEDENCE", "REQUESTS", "RESOURCEAVAIL")):
            part = line.split()[0]
            continue
        words = line.split()
        if not words or not all(word.isdigit() for word in words):
            continue
        numbers = [int(word) for word in words]
        if part == "PRECEDENCE":
            successors[numbers[0]] = numbers[3:]
        elif part.startswith("REQUESTS"):
            durations[numbers[0]], requests[numbers[0]] = numbers[2], numbers[3:]
        elif part.startswith("RESOURCEAVAIL"):
            capacities = numbers
    return successors, durations, requests, capacities


def check(text: str, starts: dict[int, int]) -> list[str]:
    """Every breach of precedence and capacity, tick by tick."""
    successors, durations, requests, capacities = parsed(text)
    if set(starts) != set(durations):
        return [f"jobs {sorted(set(starts) ^ set(durations))} are missing or invented"]
    found = [f"job {job} starts at {start}" for job, start in starts.items() if start < 0]
    for job, others in successors.items():
        found.extend(
            f"{other} starts before {job} is over" for other in others if starts[other] < starts[job] + durations[job]
        )
    for tick in range(makespan(text, starts)):
        running = [job for job, start in starts.items() if start <= tick < start + durations[job]]
        for place, capacity in enumerate(capacities):
            if sum(requests[job][place] for job in running) > capacity:
                found.append(f"resource {place + 1} is overdrawn at {tick}")
    return found


def makespan(text: str, starts: dict[int, int]) -> int:
    durations = parsed(text)[1]
    return max(start + durations[job] for job, start in starts.items())
