import { test as base } from 'vitest';
import type { AppOptions } from '../../../src/app/shell/context/options.ts';
import type { TerminalControl } from '../../../src/app/shell/terminal/terminal-control.ts';
import type { Capabilities } from '../../../src/engine/contract/capabilities.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';
import { type HeadlessApp, openHeadless } from './headless-app.ts';
import { MemoryBackend } from './memory-backend.ts';
import { anExperiment, aProcess } from './statuses.ts';

export interface OpenedApp extends HeadlessApp {
  readonly backend: MemoryBackend;
}

interface Setup {
  readonly experiments?: readonly ExperimentSnapshot[];
  readonly capabilities?: Capabilities;
  readonly options?: Partial<AppOptions>;
  readonly terminal?: Partial<TerminalControl>;
}

/** `rl` with a learner and a group of two agents, one of which failed, and `other` with one process. */
export const twoExperiments: readonly ExperimentSnapshot[] = [
  anExperiment('rl', [
    aProcess('learner'),
    aProcess('agent-0', { group: 'agents' }),
    aProcess('agent-1', { group: 'agents', state: 'failed', ready: false, exitCode: 3 }),
  ]),
  anExperiment('other', [aProcess('main', { experiment: 'other' })]),
];

/** Opens the interface without a screen, on experiments that a test names; ends it after the test. */
export const test = base.extend<{ open: (setup?: Setup) => Promise<OpenedApp> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of the fixtures from the pattern.
  open: async ({}, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async ({ experiments = twoExperiments, capabilities, options, terminal } = {}) => {
      const backend = new MemoryBackend(experiments, undefined, capabilities);
      const app = await openHeadless(backend, options, terminal);
      ends.push(() => app.end());
      return Object.assign(app, { backend });
    });
    for (const end of ends) await end();
  },
});
