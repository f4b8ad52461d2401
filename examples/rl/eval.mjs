// Evaluates the policy: every few seconds it takes the newest parameters from `parameter-server`,
// plays some episodes always choosing the best action, and sends the mean return to `metrics`.
//
//   --every N        seconds between two evaluations (default 3)
//   --episodes N     episodes in each (default 10)
//   --evaluations N  end after N evaluations (default: go on until ended)
//   --seed N         for the starts (default: another one each time)

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CartPole } from './lib/cart-pole.mjs';
import { processName } from './lib/environment.mjs';
import { playGreedily } from './lib/episode.mjs';
import { count, number, readFlags } from './lib/flags.mjs';
import { NewestParameters } from './lib/newest-parameters.mjs';
import { Policy } from './lib/policy.mjs';
import { log, run } from './lib/program.mjs';
import { createRandom, freshSeed } from './lib/random.mjs';
import { Reporter } from './lib/reporter.mjs';

await run(async () => {
  const { every, episodes, evaluations, seed } = readFlags({
    every: number(3),
    episodes: count(10),
    evaluations: count(Infinity),
    seed: count(freshSeed(), 0),
  });
  const self = processName('eval');
  const random = createRandom(seed);
  const cartPole = new CartPole(random);

  const newest = new NewestParameters({ self, log });
  const reporter = new Reporter({ series: 'evaluation', run: randomUUID() }, { self, log });
  log(`evaluating ${episodes} episodes every ${every} s, seed ${seed}`);

  let parameters;
  for (let evaluated = 0; evaluated < evaluations; evaluated++) {
    // The same parameters again would give no new information.
    parameters = await newest.get(parameters);
    const policy = new Policy(parameters.network, random);
    const returns = Array.from({ length: episodes }, () => playGreedily(cartPole, policy));
    const meanReturn = returns.reduce((sum, value) => sum + value, 0) / episodes;
    const lowest = Math.min(...returns);
    const highest = Math.max(...returns);
    log(`parameters ${parameters.version}: mean return ${meanReturn.toFixed(1)} (${lowest} to ${highest})`);
    reporter.report({ meanReturn, lowest, highest, version: parameters.version });
    await delay(every * 1000);
  }
  log(`done after ${evaluations} evaluations`);
  await reporter.close();
});
