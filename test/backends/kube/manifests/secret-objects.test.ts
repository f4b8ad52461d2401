import { describe, expect, it } from 'vitest';
import { build } from '../support/manifests.ts';

describe('secrets', () => {
  const fields = {
    env: { TOKEN: { secret: true, fromEnv: 'MINE' }, PLAIN: 'x' },
    secrets: ['/home/me/.my key.txt'],
    replicas: 2,
  };
  const values = {
    env: { TOKEN: 'hunter2' },
    files: [{ name: '.my key.txt', path: '/home/me/.my key.txt', content: Buffer.from([0xff, 1]) }],
  };

  it('are Secrets that replicas share, mounted and referred to', () => {
    const secretValues = new Map(['main-0', 'main-1'].map((name) => [name, values]));
    const { objects } = build({ processes: { main: { command: 'x', ...fields } } }, { secretValues });
    const secrets = objects.filter(({ kind }) => kind === 'Secret');
    expect(secrets.map(({ metadata, data }) => [metadata.name, data])).toEqual([
      ['symphony-secrets-0', { [Object.keys(secrets[0]?.data ?? {})[0] ?? '']: '/wE=' }],
      ['symphony-environment-0', { TOKEN: 'aHVudGVyMg==' }],
    ]);
    // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of pods
    const pods = objects.filter(({ kind }) => kind === 'Pod').map(({ spec }) => spec as any);
    expect(pods).toHaveLength(2);
    for (const { containers, volumes } of pods) {
      expect(containers[0].env).toEqual(
        expect.arrayContaining([
          { name: 'PLAIN', value: 'x' },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'symphony-environment-0', key: 'TOKEN' } } },
          { name: 'SYMPH_SECRETS_DIR', value: '/etc/secrets' },
        ]),
      );
      expect(containers[0].volumeMounts).toEqual([
        { name: 'symphony-secrets-0', mountPath: '/etc/secrets', readOnly: true },
      ]);
      expect(volumes[0].secret.items).toEqual([{ key: expect.stringMatching(/^[-\w.]+$/), path: '.my key.txt' }]);
    }
    const elsewhere = objects.filter(({ kind }) => kind !== 'Secret');
    expect(JSON.stringify(elsewhere)).not.toMatch(/hunter2|aHVudGVyMg|\/wE=/);
  });

  it('that are too large together are refused', () => {
    const content = Buffer.alloc(600_000);
    const files = ['a', 'b'].map((name) => ({ name, path: `/${name}`, content }));
    const secretValues = new Map([['main', { env: {}, files }]]);
    const processes = { main: { command: 'x', secrets: ['/a', '/b'] } };
    expect(() => build({ processes }, { secretValues })).toThrow(
      'secrets of processes.main: they are 1200000 bytes; a Secret holds 1048576 at most.',
    );
  });
});
