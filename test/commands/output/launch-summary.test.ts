import { expect, it } from 'vitest';
import { describeLaunch, failuresAtStart, nextCommands } from '../../../src/commands/output/launch-summary.ts';
import { agent, experiment, learner } from '../support/statuses.ts';

const plain = (_: unknown, text: string) => text;
const snapshot = { experiment, processes: [learner, agent] };

it('a launch is summed up by its processes and the addresses of its services', async () => {
  expect(await describeLaunch(snapshot, plain)).toEqual([
    'Launched rl on local: 2 processes.',
    '',
    'Service    Kind    Address',
    'dashboard  expose  http://127.0.0.1:7001/',
  ]);
  const bare = { experiment: { ...experiment, services: [] }, processes: [learner] };
  expect(await describeLaunch(bare, plain)).toEqual(['Launched rl on local: 1 process.']);
});

it('processes that fail at the start are grouped by the reason', () => {
  const failed = (name: string, reason?: string) => ({ ...agent, name, group: null, ...(reason && { reason }) });
  const processes = [
    learner,
    ...['a', 'b', 'c', 'd', 'e'].map((name) => failed(name, 'exit code 1')),
    { ...failed('f', 'exit code 2'), state: 'backoff' as const },
    failed('g'),
  ];
  expect(failuresAtStart({ experiment, processes })).toEqual([
    'a, b, c and 2 more: exit code 1',
    'f: exit code 2',
    'g: failed',
  ]);
  expect(failuresAtStart({ experiment, processes: [learner] })).toEqual([]);
});

it('the next commands include a visit only where a service is exposed', () => {
  expect(nextCommands(snapshot, 'my-program')).toEqual([
    '',
    'Next:',
    '  my-program process          its processes',
    '  my-program logs -f          follow their output',
    '  my-program visit dashboard  open it in the browser',
    '  my-program delete           end everything',
  ]);
  expect(nextCommands({ experiment: { ...experiment, services: [] }, processes: [] }, 's').join()).not.toContain(
    'visit',
  );
});
