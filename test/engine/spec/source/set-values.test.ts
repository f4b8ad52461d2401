import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySetValues, parseSetValue } from '../../../../src/engine/spec/source/set-values.ts';
import { thrownBy } from '../../support/thrown.ts';

const parsed = async (text: string) => {
  const { path, value } = await parseSetValue(text);
  return [path, value];
};

async function set(data: unknown, ...texts: readonly string[]): Promise<unknown> {
  applySetValues(data, await Promise.all(texts.map(parseSetValue)));
  return data;
}

describe('a value to set', () => {
  it('has a path of names, quoted names and indices', async () => {
    expect(await parsed('image=x')).toEqual([['image'], 'x']);
    expect(await parsed('processes.learner.image=python:3.13')).toEqual([
      ['processes', 'learner', 'image'],
      'python:3.13',
    ]);
    expect(await parsed('kube.labels."example.com/team"=rl')).toEqual([['kube', 'labels', 'example.com/team'], 'rl']);
    expect(await parsed('a.connect[0]=x')).toEqual([['a', 'connect', 0], 'x']);
    expect(await parsed('env.A=b=c')).toEqual([['env', 'A'], 'b=c']);
  });

  it.for(['', 'x', '=x', '.a=x', 'a..b=x', 'a.=x', 'a[x]=1', 'a[0=1', '__proto__.a=1', 'a.__proto__=1'])(
    'is refused with %o',
    async (text) => {
      expect(await thrownBy(() => parseSetValue(text))).toMatchObject({ code: 'usage' });
    },
  );

  it('is YAML, and becomes a map or a list only with a bracket', async () => {
    const value = async (text: string) => (await parseSetValue(`x=${text}`)).value;
    expect(await Promise.all(['4', '0.5', 'true', 'null', '~', '', 'text'].map(value))).toEqual([
      4,
      0.5,
      true,
      null,
      null,
      '',
      'text',
    ]);
    expect(await value('[a, 1]')).toEqual(['a', 1]);
    expect(await value('{ a: 1 }')).toEqual({ a: 1 });
    expect(await value('"4"')).toBe('4');
    expect(await value('a: b')).toBe('a: b');
    expect(await value('- a')).toBe('- a');
    expect(await value('[a')).toBe('[a');
  });

  it('of a variable stays text', async () => {
    expect(await parsed('processes.p.env.VERSION=1.10')).toEqual([['processes', 'p', 'env', 'VERSION'], '1.10']);
    expect((await parseSetValue('env.A={ secret: true }')).value).toEqual({ secret: true });
  });
});

describe('setting values', () => {
  it('changes a field, an element of a list, and makes the maps between', async () => {
    expect(await set({ processes: { p: { connect: ['a', 'b'] } } }, 'processes.p.connect.1=c')).toEqual({
      processes: { p: { connect: ['a', 'c'] } },
    });
    expect(await set({ connect: ['a'] }, 'connect[1]=b')).toEqual({ connect: ['a', 'b'] });
    expect(await set({ processes: { p: null } }, 'processes.p.resources.cpu=2')).toEqual({
      processes: { p: { resources: { cpu: 2 } } },
    });
    expect(await set({ a: 1 }, 'a=2', 'a=3')).toEqual({ a: 3 });
  });

  it('is refused where the path leads nowhere, with the nearest names', async () => {
    const data = () => ({ name: 'rl', list: ['a'], processes: { learner: {} }, groups: {} });
    const refusal = async (text: string) => {
      const { code, message, hint } = await thrownBy(() => set(data(), text));
      expect(code).toBe('invalid-spec');
      return [message, hint];
    };
    expect(await refusal('processes.lerner.image=x')).toEqual([
      'set "processes.lerner.image=x": there is no "lerner" in processes.',
      'Did you mean learner?',
    ]);
    expect(await refusal('groups.g.image=x')).toEqual([
      'set "groups.g.image=x": there is no "g" in groups.',
      'There is none at all.',
    ]);
    expect(await refusal('name.x=1')).toEqual(['set "name.x=1": name is neither map nor list.', undefined]);
    expect(await refusal('list[2]=1')).toEqual(['set "list[2]=1": there is no element 2; the list has 1.', undefined]);
  });

  it('puts any value where its path says', async () => {
    const part = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), fc.stringMatching(/^[a-z.=[\]/]{1,8}$/));
    const isPlain = (name: string) => /^[a-z0-9-]+$/.test(name);
    const named = fc.array(
      part.filter((name) => !['env', 'processes', 'groups'].includes(name)),
      { minLength: 1, maxLength: 4 },
    );
    const value = fc.oneof(
      fc.array(fc.integer()),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.boolean()),
      fc.integer(),
    );
    await fc.assert(
      fc.asyncProperty(named, value, async (path, wanted) => {
        const text = `${path.map((name) => (isPlain(name) ? name : `"${name}"`)).join('.')}=${JSON.stringify(wanted)}`;
        const data = await set({}, text);
        // biome-ignore lint/suspicious/noExplicitAny: the data has any form
        expect(path.reduce((owner: any, name) => owner[name], data)).toEqual(wanted);
      }),
    );
  });
});
