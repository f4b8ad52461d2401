// Plays episodes with the newest parameters, which come from `parameter-server`, and sends each to `replay-server`.
// There can be any number of agents: each has its own replica number, which seeds its random numbers.
//
//   --steps-per-second N  how fast to play (default 500); an agent that plays as fast as it can fills a core
//   --episodes N          end after N episodes (default: go on until ended)
//   --seed N              for the starts and the actions (default: another one each time)

import { setTimeout as delay } from 'node:timers/promises';
import { CartPole } from './lib/cart-pole.mjs';
import { Connector } from './lib/connector.mjs';
import { addressOf, processName, replicaNumber } from './lib/environment.mjs';
import { playEpisode, returnOf } from './lib/episode.mjs';
import { count, number, readFlags } from './lib/flags.mjs';
import { NewestParameters } from './lib/newest-parameters.mjs';
import { Policy } from './lib/policy.mjs';
import { log, run } from './lib/program.mjs';
import { createRandom, freshSeed, mixSeed } from './lib/random.mjs';
import { RunningMean } from './lib/running-mean.mjs';

const LOG_MS = 5_000;

await run(async () => {
  const flags = readFlags({
    'steps-per-second': number(500, 1),
    episodes: count(Infinity),
    seed: count(freshSeed(), 0),
  });
  const replica = replicaNumber();
  const self = processName('agent');
  const random = createRandom(mixSeed(flags.seed, replica));
  const cartPole = new CartPole(random);

  const newest = new NewestParameters({ self, log });
  const replayServer = new Connector('replay-server', addressOf('replay-server'), { self, log });
  log(`playing cart-pole as replica ${replica}, seed ${flags.seed}`);

  let newestReturns = new RunningMean(50);
  let lastRun;
  let lastLogged = Date.now();
  for (let played = 1; played <= flags.episodes; played++) {
    await replayServer.whenReady();
    const { run, version, network } = await newest.get();
    const episode = playEpisode(cartPole, new Policy(network, random));
    replayServer.send({ run, version, ...episode });

    // A new learner starts from scratch, so the episodes of the earlier one say nothing about it.
    if (run !== lastRun) newestReturns = new RunningMean(50);
    lastRun = run;
    newestReturns.add(returnOf(episode));
    if (Date.now() - lastLogged >= LOG_MS) {
      lastLogged = Date.now();
      const { count: last, value: meanReturn } = newestReturns;
      log(`episode ${played}: mean return of the last ${last}: ${meanReturn.toFixed(1)}, parameters ${version}`);
    }
    await delay((episode.actions.length / flags['steps-per-second']) * 1000);
  }
  log(`done after ${flags.episodes} episodes`);
  await replayServer.close();
});
