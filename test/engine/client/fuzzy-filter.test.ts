import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzyFilter } from '../../../src/engine/client/fuzzy-filter.ts';

const items = ['learner', 'tensorboard', 'replay-server', 'agents/agent-0', 'agents/agent-1', 'Eval'];
const filter = (query: string) => fuzzyFilter(items, query, (item) => item);

describe('fuzzyFilter', () => {
  it('keeps everything for an empty query, and nothing for an unmatched one', () => {
    expect(filter('')).toEqual(items);
    expect(filter('  ')).toEqual(items);
    expect(filter('!')).toEqual(items);
    expect(filter('xyz')).toEqual([]);
  });

  it('matches letters in order', () => {
    expect(filter('rsv')).toEqual(['replay-server']);
    expect(filter('tb')).toEqual(['tensorboard']);
  });

  it('ranks exact before prefix before substring before other matches', () => {
    const list = ['a-x-b', 'xab', 'abx', 'ab'];
    expect(fuzzyFilter(list, 'ab', (item) => item)).toEqual(['ab', 'abx', 'xab', 'a-x-b']);
  });

  it('is inverted by !', () => {
    expect(filter('!agent')).toEqual(['learner', 'tensorboard', 'replay-server', 'Eval']);
  });

  it('is case-sensitive if the query has a capital letter', () => {
    expect(filter('eval')).toEqual(['Eval']);
    expect(filter('Eval')).toEqual(['Eval']);
    expect(filter('Learner')).toEqual([]);
    expect(filter('EV')).toEqual([]);
  });

  it('matches group and process part by part', () => {
    expect(filter('ag/1')).toEqual(['agents/agent-1']);
    expect(filter('agents/')).toEqual(['agents/agent-0', 'agents/agent-1']);
    expect(filter('1/ag')).toEqual([]);
  });

  it('treats every query literally, and splits the items into matching and others', () => {
    const query = fc.string().filter((text) => !text.startsWith('!'));
    fc.assert(
      fc.property(query, fc.array(fc.string()), (wanted, list) => {
        fc.pre(wanted.trim() !== '');
        const kept = fuzzyFilter(list, wanted, (item) => item);
        const dropped = fuzzyFilter(list, `!${wanted}`, (item) => item);
        expect([...kept, ...dropped].sort()).toEqual([...list].sort());
      }),
    );
  });
});
