import { describe, expect, test } from "vitest";

import { reduce } from "../../src/server/arbiter.ts";
import { newArbiter } from "../../src/server/arbiter-state.ts";
import type { ArbiterEffect, Occurrence, TimerName } from "../../src/server/arbiter-state.ts";
import { serverLimits } from "../../src/server/limits.ts";
import type { ServerSignal } from "../../src/server/signals.ts";

/** Plays occurrences to an arbiter and writes down what it wants, but for its log, as short lines. */
class Play {
  #state;
  #now = 0;

  constructor(want: number) {
    this.#state = newArbiter(want, serverLimits);
  }

  /** Returns the effects, in order: "fork 1", "TERM 1", "timer boot:1 60", "clear boot:1", "ready", "exit 0". */
  on(occurrence: Occurrence, afterSeconds = 0): string[] {
    this.#now += afterSeconds;
    const { state, effects } = reduce(this.#state, { ...occurrence, atSeconds: this.#now });
    this.#state = state;
    return effects.filter(({ type }) => type !== "log").map(line);
  }

  start = () => this.on({ type: "start" });
  ready = (worker: number) => this.on({ type: "ready", worker });
  draining = (worker: number) => this.on({ type: "draining", worker });
  exited = (worker: number, code: number | null = 1, signal: string | null = null) =>
    this.on({ type: "exited", worker, code, signal });
  signal = (signal: ServerSignal, afterSeconds = 1) => this.on({ type: "signal", signal }, afterSeconds);
  timer = (timer: TimerName, afterSeconds = 0) => this.on({ type: "timer", timer }, afterSeconds);
  acceptingStopped = () => this.on({ type: "acceptingStopped" });

  /** Starts all workers and makes them ready. */
  static running(want: number): Play {
    const play = new Play(want);
    play.start();
    for (let worker = 1; worker <= want; worker += 1) play.ready(worker);
    return play;
  }
}

function line(effect: ArbiterEffect): string {
  switch (effect.type) {
    case "kill":
      return `${effect.signal.slice(3)} ${effect.worker}`;
    case "setTimer":
      return `timer ${effect.timer} ${effect.afterSeconds}`;
    case "clearTimer":
      return `clear ${effect.timer}`;
    case "fork":
      return `fork ${effect.worker}`;
    case "exit":
      return `exit ${effect.code}`;
    default:
      return effect.type;
  }
}

describe("boot", () => {
  test("forks the wanted number and bounds the time of each", () => {
    expect(new Play(2).start()).toEqual(["fork 1", "timer boot:1 60", "fork 2", "timer boot:2 60"]);
  });

  test("is announced once, when all workers are ready", () => {
    const play = new Play(2);
    play.start();
    expect(play.ready(2)).toEqual(["clear boot:2"]);
    expect(play.ready(1)).toEqual(["clear boot:1", "announceReady"]);
    play.exited(1);
    expect(play.ready(3)).toEqual(["clear boot:3"]);
  });

  test("that takes too long is ended and counts as failed", () => {
    const play = new Play(1);
    play.start();
    expect(play.timer("boot:1", 60)).toEqual(["KILL 1"]);
    expect(play.exited(1, null, "SIGKILL")).toEqual(["clear boot:1", "timer respawn 1"]);
  });

  test("is tried again after 1, 2, 4 and 8 seconds, and after five tries the server ends with 3", () => {
    const play = new Play(2);
    play.start();
    const pauses: string[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      pauses.push(...play.exited(2 * attempt - 1), ...play.exited(2 * attempt));
      expect(play.timer("respawn")).toHaveLength(4);
    }
    expect(pauses.filter((effect) => effect.startsWith("timer"))).toEqual([
      "timer respawn 1",
      "timer respawn 2",
      "timer respawn 4",
      "timer respawn 8",
    ]);
    play.exited(9);
    expect(play.exited(10)).toEqual(["clear boot:10", "clear respawn", "timer deadline 2", "clear deadline", "exit 3"]);
  });

  test("goes on beyond five tries when one of the last try became ready", () => {
    const play = new Play(2);
    play.start();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      play.exited(2 * attempt - 1);
      play.exited(2 * attempt);
      play.timer("respawn");
    }
    expect(play.exited(9)).toEqual(["clear boot:9", "timer respawn 16"]);
    expect(play.ready(10)).toEqual(["clear boot:10"]);
    expect(play.timer("respawn")).toEqual(["fork 11", "timer boot:11 60"]);
    expect(play.ready(11)).toEqual(["clear boot:11", "announceReady"]);
  });

  test.each([4, 78])("that fails with %i ends the server at once with that code", (code) => {
    const play = new Play(2);
    play.start();
    expect(play.exited(1, code)).toEqual(["clear boot:1", "clear boot:2", "TERM 2", "timer deadline 2"]);
    expect(play.exited(2, code)).toEqual(["clear deadline", `exit ${code}`]);
  });

  test("that fails with 78 while another worker serves is only tried again", () => {
    const play = Play.running(2);
    play.exited(1);
    expect(play.exited(3, 78)).toEqual(["clear boot:3", "timer respawn 1"]);
  });

  test("that fails with 78 after all workers died is tried again: what was ready once may be so again", () => {
    const play = Play.running(1);
    play.exited(1);
    expect(play.exited(2, 78)).toEqual(["clear boot:2", "timer respawn 1"]);
  });

  test("that fails for one worker while another is ready for the first time ends nothing", () => {
    const play = new Play(2);
    play.start();
    play.ready(1);
    expect(play.exited(2, 4)).toEqual(["clear boot:2", "timer respawn 1"]);
  });

  test("never ends a server that was ready, and its pauses stop growing at 30 seconds", () => {
    const play = Play.running(1);
    play.exited(1);
    const pauses: string[] = [];
    for (let worker = 2; worker <= 10; worker += 1) {
      pauses.push(...play.exited(worker).filter((effect) => effect.startsWith("timer respawn")));
      play.timer("respawn", 100);
    }
    expect(pauses.map((effect) => Number(effect.split(" ")[2]))).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30]);
  });
});

describe("a ready worker", () => {
  test("that dies is replaced at once, whatever its exit code", () => {
    expect(Play.running(2).exited(2, 78)).toEqual(["fork 3", "timer boot:3 60"]);
  });

  test("that leaves is replaced while it drains, and once only", () => {
    const play = Play.running(1);
    expect(play.draining(1)).toEqual(["timer drain:1 30", "fork 2", "timer boot:2 60"]);
    expect(play.exited(1, 0)).toEqual(["clear drain:1"]);
  });

  test("that does not finish to drain is ended", () => {
    const play = Play.running(1);
    play.draining(1);
    expect(play.timer("drain:1", 30)).toEqual(["KILL 1"]);
  });

  test("is replaced after a growing pause when more than five died within 60 seconds", () => {
    const play = Play.running(1);
    for (let worker = 1; worker <= 5; worker += 1) {
      expect(play.exited(worker)).toContain(`fork ${worker + 1}`);
      play.ready(worker + 1);
    }
    expect(play.exited(6)).toEqual(["timer respawn 1"]);
    play.timer("respawn", 1);
    play.ready(7);
    expect(play.exited(7)).toEqual(["timer respawn 2"]);
    play.timer("respawn", 61);
    play.ready(8);
    expect(play.exited(8)).toContain("fork 9");
  });
});

describe("the end", () => {
  test("TERM stops accepting, then ends every worker in 30 seconds and exits with 0", () => {
    const play = Play.running(2);
    expect(play.signal("SIGTERM")).toEqual(["clear boot:1", "clear boot:2", "stopAccepting"]);
    expect(play.acceptingStopped()).toEqual(["TERM 1", "TERM 2", "timer deadline 30"]);
    expect(play.draining(1)).toEqual([]);
    expect(play.exited(1, 0)).toEqual([]);
    expect(play.timer("deadline", 30)).toEqual(["KILL 2"]);
    expect(play.exited(2, null, "SIGKILL")).toEqual(["clear deadline", "exit 0"]);
  });

  test("TERM while workers boot ends them too", () => {
    const play = new Play(2);
    play.start();
    play.ready(1);
    play.signal("SIGTERM");
    expect(play.acceptingStopped()).toEqual(["TERM 1", "TERM 2", "timer deadline 30"]);
    play.exited(1, 0);
    expect(play.exited(2, null, "SIGTERM")).toContain("exit 0");
  });

  test("TERM while no worker lives exits at once and starts none any more", () => {
    const play = new Play(1);
    play.start();
    play.exited(1);
    expect(play.signal("SIGTERM")).toEqual(["clear respawn", "stopAccepting", "clear deadline", "exit 0"]);
    expect(play.timer("respawn")).toEqual([]);
  });

  test.each<ServerSignal>(["SIGINT", "SIGQUIT"])(
    "%s ends ready and booting workers quickly and exits with 0",
    (signal) => {
      const play = new Play(2);
      play.start();
      play.ready(1);
      expect(play.signal(signal).slice(-3)).toEqual(["QUIT 1", "TERM 2", "timer deadline 2"]);
      play.exited(2, null, "SIGTERM");
      expect(play.exited(1, 0)).toContain("exit 0");
    },
  );

  test.each<ServerSignal>(["SIGTERM", "SIGINT", "SIGQUIT"])("%s after TERM makes it quick", (signal) => {
    const play = Play.running(1);
    play.signal("SIGTERM");
    play.acceptingStopped();
    expect(play.signal(signal)).toContain("QUIT 1");
    expect(play.acceptingStopped()).toEqual([]);
  });

  test("the same signal within half a second is the same wish", () => {
    const play = Play.running(1);
    play.signal("SIGTERM");
    play.acceptingStopped();
    expect(play.signal("SIGTERM", 0.1)).toEqual([]);
    expect(play.signal("SIGTERM", 0.6)).toContain("QUIT 1");
  });

  test("a worker that was not told yet and dies is not replaced", () => {
    const play = Play.running(2);
    play.signal("SIGTERM");
    expect(play.exited(1)).toEqual([]);
  });

  test.each<ServerSignal>(["SIGUSR1", "SIGUSR2", "SIGTTIN", "SIGTTOU"])("%s changes nothing", (signal) => {
    expect(Play.running(1).signal(signal)).toEqual([]);
  });
});

test("an event leaves the state that it was applied to unchanged", () => {
  const { state } = reduce(newArbiter(1, serverLimits), { type: "start", atSeconds: 0 });
  const before = structuredClone(state);
  reduce(state, { type: "exited", worker: 1, code: 1, signal: null, atSeconds: 1 });
  expect(state).toEqual(before);
});

describe("reload", () => {
  test("makes a new worker ready before an old one drains, and goes on when that is gone", () => {
    const play = Play.running(2);
    expect(play.signal("SIGHUP")).toEqual(["fork 3", "timer boot:3 60"]);
    expect(play.ready(3)).toEqual(["clear boot:3", "TERM 1", "timer drain:1 30"]);
    expect(play.draining(1)).toEqual([]);
    expect(play.exited(1, 0)).toEqual(["clear drain:1", "fork 4", "timer boot:4 60"]);
    expect(play.ready(4)).toEqual(["clear boot:4", "TERM 2", "timer drain:2 30"]);
    expect(play.exited(2, 0)).toEqual(["clear drain:2"]);
    expect(play.exited(3)).toEqual(["fork 5", "timer boot:5 60"]);
  });

  test("is given up when the new worker cannot boot, and the old ones stay", () => {
    const play = Play.running(2);
    play.signal("SIGHUP");
    expect(play.exited(3, 78)).toEqual(["clear boot:3"]);
    expect(play.signal("SIGHUP")).toEqual(["fork 4", "timer boot:4 60"]);
    expect(play.timer("boot:4", 60)).toEqual(["KILL 4"]);
    expect(play.exited(4, null, "SIGKILL")).toEqual(["clear boot:4"]);
  });

  test("goes on when an old worker dies meanwhile", () => {
    const play = Play.running(2);
    play.signal("SIGHUP");
    expect(play.exited(1, null, "SIGKILL")).toEqual([]);
    expect(play.ready(3)).toEqual(["clear boot:3", "fork 4", "timer boot:4 60"]);
    expect(play.ready(4)).toEqual(["clear boot:4", "TERM 2", "timer drain:2 30"]);
    expect(play.exited(2, 0)).toEqual(["clear drain:2"]);
  });

  test("that is asked for again replaces the workers that were new a moment ago", () => {
    const play = Play.running(1);
    play.signal("SIGHUP");
    expect(play.signal("SIGHUP")).toEqual([]);
    expect(play.ready(2)).toEqual(["clear boot:2", "TERM 1", "timer drain:1 30"]);
    expect(play.exited(1, 0)).toEqual(["clear drain:1", "fork 3", "timer boot:3 60"]);
    expect(play.ready(3)).toEqual(["clear boot:3", "TERM 2", "timer drain:2 30"]);
    expect(play.exited(2, 0)).toEqual(["clear drain:2"]);
  });

  test("of a server that boots waits until it is ready", () => {
    const play = new Play(1);
    play.start();
    expect(play.signal("SIGHUP")).toEqual([]);
    expect(play.ready(1)).toEqual(["clear boot:1", "announceReady", "fork 2", "timer boot:2 60"]);
  });

  test("ends with the server", () => {
    const play = Play.running(1);
    play.signal("SIGHUP");
    expect(play.signal("SIGTERM")).toEqual(["clear boot:1", "clear boot:2", "stopAccepting"]);
    expect(play.signal("SIGHUP")).toEqual([]);
  });
});
