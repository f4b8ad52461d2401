// Learns the policy: receives the agents' episodes through `replay-server`, improves the policy with
// them, and serves each new version through `parameter-server`. It keeps nothing on disk: a restarted learner begins
// from scratch.
//
//   --updates N  end after N updates (default: go on until ended)
//   --until N    end once the mean return of the last 50 episodes has reached N (default: never)
//   --seed N     for the first parameters and the order of the samples (default: another one each time)

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ActorCritic } from './lib/actor-critic.mjs';
import { BadMessage } from './lib/bad-message.mjs';
import { addressOf, processName } from './lib/environment.mjs';
import { isEpisode, returnOf } from './lib/episode.mjs';
import { count, number, readFlags } from './lib/flags.mjs';
import { ParameterServer } from './lib/parameter-server.mjs';
import { log, run } from './lib/program.mjs';
import { createRandom, freshSeed } from './lib/random.mjs';
import { ReplayBuffer } from './lib/replay-buffer.mjs';
import { Reporter } from './lib/reporter.mjs';
import { RunningMean } from './lib/running-mean.mjs';
import { Server } from './lib/server.mjs';

const STEPS_PER_UPDATE = 1024;
const MAX_WAITING_STEPS = 4 * STEPS_PER_UPDATE;
// Between two updates the learner listens and serves, however many agents there are.
const PAUSE_MS = 100;
// Episodes played with much older parameters teach little about the newest.
const MAX_VERSIONS_BEHIND = 8;
const REPORT_MS = 2_000;

await run(async () => {
  const { updates, until, seed } = readFlags({
    updates: count(Infinity),
    until: number(Infinity),
    seed: count(freshSeed(), 0),
  });
  const self = processName('learner');
  const addresses = { parameters: addressOf('parameter-server'), replay: addressOf('replay-server') };
  const runId = randomUUID();
  const mind = new ActorCritic(createRandom(seed));
  const waiting = new ReplayBuffer(MAX_WAITING_STEPS);
  const newestReturns = new RunningMean(50);
  const done = { updates: 0, episodes: 0, steps: 0 };

  const parameterServer = new ParameterServer({ self, log });
  const replayServer = new Server('replay-server', { self, log, onMessage: receive });
  const reporter = new Reporter({ series: 'training', run: runId }, { self, log });
  log(`learning from scratch, seed ${seed}`);
  publish();
  await parameterServer.server.listen(addresses.parameters);
  await replayServer.listen(addresses.replay);

  let reported = 0;
  setInterval(report, REPORT_MS);
  while (done.updates < updates && !isSolved()) {
    mind.update(await waiting.take(STEPS_PER_UPDATE));
    done.updates++;
    publish();
    await delay(PAUSE_MS);
  }

  report();
  log(isSolved() ? `solved after ${done.updates} updates` : `done after ${done.updates} updates`);
  await Promise.all([parameterServer.server.close(), replayServer.close(), reporter.close()]);

  /** @param {any} episode */
  function receive(episode) {
    if (!isEpisode(episode)) throw new BadMessage('something that is not an episode');
    // Played for the learner before this one, or too long ago.
    const isRecent = Number(episode.version) >= done.updates - MAX_VERSIONS_BEHIND;
    if (episode.run !== runId || !isRecent) return;
    waiting.add(episode);
    newestReturns.add(returnOf(episode));
    done.episodes++;
    done.steps += episode.actions.length;
  }

  function isSolved() {
    return newestReturns.count === newestReturns.size && newestReturns.value >= until;
  }

  function publish() {
    parameterServer.publish({ run: runId, version: done.updates, parameters: mind.policy.parameters });
  }

  function report() {
    if (done.updates === reported) return;
    reported = done.updates;
    const { count: last, value: meanReturn } = newestReturns;
    log(`update ${done.updates}: ${done.episodes} episodes, mean return of the last ${last}: ${meanReturn.toFixed(1)}`);
    reporter.report({ ...done, meanReturn, agents: replayServer.channels.size });
  }
});
