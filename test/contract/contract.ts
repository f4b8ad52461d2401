import { describe } from 'vitest';
import { describeCommunication } from './communication.ts';
import { contractTest } from './contract-test.ts';
import { describeDeleting } from './deleting.ts';
import { describeEnding } from './ending.ts';
import { describeEnvironment } from './environment.ts';
import { describeFollowing } from './following.ts';
import type { ContractHarness } from './harness.ts';
import { describeInside } from './inside.ts';
import { describeLaunching } from './launching.ts';
import { describeLogs } from './logs.ts';
import { describeObserving } from './observing.ts';
import { describePlan } from './plan.ts';
import { describeReadiness } from './readiness.ts';
import { describeRestarts } from './restarts.ts';
import { describeSecrets } from './secrets.ts';
import { describeStates } from './states.ts';
import { describeWait } from './wait.ts';
import { describeWatch } from './watch.ts';

const aspects = {
  plan: describePlan,
  launching: describeLaunching,
  states: describeStates,
  readiness: describeReadiness,
  restarts: describeRestarts,
  'stop and restart': describeEnding,
  environment: describeEnvironment,
  communication: describeCommunication,
  secrets: describeSecrets,
  logs: describeLogs,
  'following logs': describeFollowing,
  watch: describeWatch,
  wait: describeWait,
  'inside a process': describeInside,
  'metrics and events': describeObserving,
  deleting: describeDeleting,
};

/** Checks a backend against the Cluster contract: the same suite for every backend, with real processes. */
export function describeContract(backend: string, harness: ContractHarness): void {
  const test = contractTest(harness);
  describe.concurrent(`the ${backend} backend`, { timeout: 60_000 * harness.slowness }, () => {
    for (const [aspect, describeAspect] of Object.entries(aspects)) {
      describe(aspect, () => describeAspect(test, harness));
    }
  });
}
