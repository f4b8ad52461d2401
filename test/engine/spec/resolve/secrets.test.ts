import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { hideSecrets, resolveSecretValues } from '../../../../src/engine/spec/resolve/secrets.ts';
import { thrownBy } from '../../support/thrown.ts';

const files: Record<string, Buffer> = {
  '/base/token': Buffer.from('hunter2\n'),
  '/base/raw': Buffer.from([0xff, 0xfe]),
  '/base/nul': Buffer.from('hunter\0two'),
  '/base/long': Buffer.alloc(2 ** 17, 'x'),
  '/base/huge': Buffer.alloc(2 ** 21, 'x'),
};

async function read(input: object, env = {}, reads: string[] = []) {
  const experiment = resolveExperiment(parseSpec({ name: 'x', ...input }, { baseDir: '/base' }));
  return resolveSecretValues(experiment, env, async (path) => {
    reads.push(path);
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return content;
  });
}

describe('resolveSecretValues', () => {
  it('gives each process its values and files, reading each file once', async () => {
    const reads: string[] = [];
    const values = await read(
      {
        env: { SHARED: { secret: true, fromEnv: 'MINE' }, PLAIN: 'x' },
        secrets: ['raw'],
        processes: {
          p: { command: 'x', replicas: 2, env: { TOKEN: { secret: true, fromFile: 'token' } }, secrets: 'token' },
        },
        groups: { g: { processes: { q: { command: 'x' } } } },
      },
      { MINE: ' as it is\n', OTHER: 'y' },
      reads,
    );
    expect([...values.keys()]).toEqual(['p-0', 'p-1', 'g/q']);
    expect(values.get('p-1')?.env).toEqual({ SHARED: ' as it is\n', TOKEN: 'hunter2' });
    expect(values.get('g/q')?.env).toEqual({ SHARED: ' as it is\n' });
    expect(values.get('p-0')?.files.map(({ name, path, content }) => [name, path, content])).toEqual([
      ['raw', '/base/raw', files['/base/raw']],
      ['token', '/base/token', files['/base/token']],
    ]);
    expect(reads.sort()).toEqual(['/base/raw', '/base/token']);
  });

  it('names the place of a missing or invalid secret, and never a value', async () => {
    const message = async (fields: object, env = {}) => {
      const error = await thrownBy(() => read({ processes: { p: { command: 'x', ...fields } } }, env));
      expect(error.code).toBe('invalid-spec');
      expect(JSON.stringify(error)).not.toContain('hunter');
      return error.message;
    };
    const from = (source: object) => ({ env: { T: { secret: true, ...source } } });
    expect(await message(from({ fromEnv: 'NONE' }))).toBe(
      'env.T of processes.p: the environment variable NONE is not set.',
    );
    expect(await message(from({ fromFile: 'none' }))).toBe('env.T of processes.p: the file /base/none does not exist.');
    expect(await message({ secrets: 'none' })).toBe('secrets of processes.p: the file /base/none does not exist.');
    expect(await message(from({ fromFile: 'nul' }))).toContain('NUL byte');
    expect(await message(from({ fromFile: 'raw' }))).toContain('not UTF-8');
    expect(await message(from({ fromFile: 'long' }))).toContain('too long');
    expect(await message({ secrets: 'huge' })).toContain('over 1 MiB');
    expect(await message(from({ fromEnv: 'V' }), { V: 'hunter\0' })).toContain('NUL byte');
  });
});

it('hides secrets from people', () => {
  expect(hideSecrets({ A: 'x', T: { secret: true, fromEnv: 'MINE' } })).toEqual({ A: 'x', T: '<secret>' });
});
