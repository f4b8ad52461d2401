import { describe } from 'vitest';
import { describeAlive } from './aspects/alive.ts';
import { describeCommunication } from './aspects/communication.ts';
import { describeDeleting } from './aspects/deleting.ts';
import { describeEnding } from './aspects/ending.ts';
import { describeEnvironment } from './aspects/environment.ts';
import { describeEvents } from './aspects/events.ts';
import { describeFollowing } from './aspects/following.ts';
import { describeGpus } from './aspects/gpus.ts';
import { describeHistory } from './aspects/history.ts';
import { describeInside } from './aspects/inside.ts';
import { describeLaunching } from './aspects/launching.ts';
import { describeLogs } from './aspects/logs.ts';
import { describeObserving } from './aspects/observing.ts';
import { describePlan } from './aspects/plan.ts';
import { describePreambles } from './aspects/preambles.ts';
import { describeReadiness } from './aspects/readiness.ts';
import { describeReferences } from './aspects/references.ts';
import { describeRestarts } from './aspects/restarts.ts';
import { describeRules } from './aspects/rules.ts';
import { describeScaling } from './aspects/scaling.ts';
import { describeSecrets } from './aspects/secrets.ts';
import { describeStates } from './aspects/states.ts';
import { describeWait } from './aspects/wait.ts';
import { describeWatch } from './aspects/watch.ts';
import type { ContractHarness } from './harness.ts';
import { contractTest } from './support/contract-test.ts';

const aspects = {
  plan: describePlan,
  launching: describeLaunching,
  states: describeStates,
  readiness: describeReadiness,
  preambles: describePreambles,
  restarts: describeRestarts,
  rules: describeRules,
  alive: describeAlive,
  'stop and restart': describeEnding,
  scaling: describeScaling,
  environment: describeEnvironment,
  references: describeReferences,
  communication: describeCommunication,
  gpus: describeGpus,
  secrets: describeSecrets,
  logs: describeLogs,
  'following logs': describeFollowing,
  watch: describeWatch,
  wait: describeWait,
  'inside a process': describeInside,
  metrics: describeObserving,
  events: describeEvents,
  deleting: describeDeleting,
  history: describeHistory,
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
