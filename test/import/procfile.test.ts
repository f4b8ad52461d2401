import fc from 'fast-check';
import { expect, it } from 'vitest';
import { importText, refusals } from './support/import-text.ts';

it('makes a process of each line, and gives PORT as foreman does', async () => {
  const { spec, lost, yaml } = await importText(
    'procfile',
    '# the site\nweb: bundle exec puma\n\nworker: sidekiq -c 2\napi: ./api --port=$PORT\r\nold_job:./old\n',
  );
  expect(spec).toEqual({
    name: 'shop',
    onFailure: 'stop',
    processes: {
      web: { command: 'bundle exec puma', expose: { web: 5000 }, env: { PORT: '${SYMPH_WEB_PORT}' } },
      worker: { command: 'sidekiq -c 2' },
      api: { command: './api --port=$PORT', expose: { api: 5200 }, env: { PORT: '${SYMPH_API_PORT}' } },
      'old-job': { command: './old' },
    },
  });
  expect(lost).toEqual([]);
  expect(yaml).toContain('    # It is called old_job there.\n    command: ./old\n');
});

it('takes variables from .env, and its PORT as the first one', async () => {
  const { spec, yaml } = await importText('procfile', 'web: serve\n', { files: { '.env': 'PORT=8000\nCOST=$$5\n' } });
  expect(spec.env).toEqual({ COST: '$5' });
  expect(spec.processes.web.expose).toEqual({ web: 8000 });
  expect(yaml).toMatch(/# From \.env\. .*secret.*\nenv:\n/);
});

it('says which lines it could not read', async () => {
  const { lost } = await importText('procfile', 'web: a\nno line\nweb: b\n');
  expect(lost).toEqual([
    'Not carried over: line 2: no line. It is not of the form "name: command".',
    'Not carried over: line 3: web: b. A line before it declares web already.',
  ]);
});

it('refuses a file without processes', async () => {
  await expect(importText('procfile', '# nothing\n')).rejects.toMatchObject({ code: 'invalid-spec' });
});

it('never makes a declaration that is refused', async () => {
  const line = fc.oneof(
    fc.tuple(fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/), fc.string()).map(([name, command]) => `${name}: ${command}`),
    fc.string({ unit: 'binary' }),
  );
  const property = fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
    const imported = await importText('procfile', ['ok: true', ...lines].join('\n'));
    expect(refusals(imported)).toEqual([]);
    expect(imported.spec).toEqual(imported.data);
  });
  await fc.assert(property, { numRuns: 100 });
});
