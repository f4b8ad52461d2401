import { expect, it } from 'vitest';
import { one, problemsOf } from '../support/problems.ts';

it('a shell is a name, a path, or a list with options', async () => {
  expect(() => one({ shell: '/usr/bin/zsh' })).not.toThrow();
  expect(() => one({ shell: ['bash', '-l'] })).not.toThrow();
  expect(await problemsOf({ shell: 'bash -l' })).toEqual([
    'shell: is "bash -l"; it must be the name or path of a shell without spaces, or a list with its options: [bash, -l]',
  ]);
  expect((await problemsOf({ shell: [] }))[0]).toMatch(/^shell: is an empty list; it must be the name or path/);
});

it('a shell of another language is refused, and the option that Symphony adds', async () => {
  expect((await problemsOf({ shell: '/usr/bin/fish' }))[0]).toMatch(/^shell: is fish; it must be a shell that underst/);
  expect(await problemsOf({ shell: ['bash', '-e', '-c'] })).toEqual(['shell[2]: is added by Symphony; leave -c out']);
});
