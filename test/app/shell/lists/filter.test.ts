import { describe, expect, it } from 'vitest';
import { filterItems } from '../../../../src/app/shell/lists/filter.ts';

describe('filterItems', () => {
  const items = [
    { name: 'learner', state: 'running' },
    { name: 'agents/agent-1', state: 'failed' },
    { name: 'agents/agent-12', state: 'running' },
  ];
  const filter = (text: string) =>
    filterItems(
      items,
      text,
      ({ name }) => name,
      ({ state }) => state,
    ).map(({ name }) => name);

  it.each([
    ['', ['learner', 'agents/agent-1', 'agents/agent-12']],
    ['lrn', ['learner']],
    ['agents/12', ['agents/agent-12']],
    ['fail', ['agents/agent-1']],
    ['!agent', ['learner']],
    ['!failed', ['learner', 'agents/agent-12']],
    ['!', ['learner', 'agents/agent-1', 'agents/agent-12']],
    ['nothing like it', []],
  ])('%j leaves %j', (text, names) => {
    expect(filter(text)).toEqual(names);
  });
});

it('puts an exact match first, and keeps the order of the rest', () => {
  const names = ['sarahs-reinforcement-learning', 'rl-2', 'rl', 'other'];
  expect(filterItems(names, 'rl', (name) => name)).toEqual(['rl', 'sarahs-reinforcement-learning', 'rl-2']);
  expect(filterItems(names, 'r', (name) => name)[0]).toBe('sarahs-reinforcement-learning');
  expect(filterItems(names, '!rl', (name) => name)).toEqual(['other']);
});
