import { expect, test } from 'vitest';
import '../../../src/backends/index.ts';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import { thrownBy } from '../support/thrown.ts';

test('an option that a backend does not take is refused, by its types too', async () => {
  // @ts-expect-error A typing error in the name of an option.
  const refused = await thrownBy(() => Cluster.new('tmux', { sokket: 'x' }));
  expect(refused).toMatchObject({ code: 'usage', hint: 'Did you mean socket?' });
  expect(refused.message).toBe('The tmux backend has no option "sokket".');
  // @ts-expect-error The local backend has no options.
  expect((await thrownBy(() => Cluster.new('local', { socket: 'x' }))).hint).toBe('It has no options.');
  // @ts-expect-error A value of the wrong type.
  const wrong = () => Cluster.new('tmux', { socket: 5 });
  expect((await thrownBy(wrong)).code).toBe('usage');
});

test('a backend takes its options, and a signal', async () => {
  const { signal } = new AbortController();
  for (const cluster of [
    await Cluster.new('tmux', { socket: 'other', signal }),
    await Cluster.new('local', { signal }),
    await Cluster.new('docker', { dockerContext: 'default' }),
  ])
    await cluster.close();
});

test('an unknown backend is refused, and one with any name may be registered', async () => {
  expect(await thrownBy(() => Cluster.new('tmucks'))).toMatchObject({ code: 'not-found' });
  expect(await thrownBy(() => Cluster.new(5 as never))).toMatchObject({
    code: 'usage',
    message: '5 is not the name of a backend.',
  });
  Cluster.register('grid', {
    summary: 'A grid',
    check: async () => ({ works: true, detail: '' }),
    load: async (options) => ({ name: 'grid', capabilities: {}, options, close: async () => {} }) as never,
  });
  await (await Cluster.new('grid', { anything: 1 })).close();
});
