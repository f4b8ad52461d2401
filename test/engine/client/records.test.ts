import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { prepareRecord, readRecord, saveRecord } from '../../../src/engine/client/records.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

const scratch = scratchFolder();
const launch = { backend: 'local', launchedAt: '2026-01-01T00:00:00Z', version: '1.2.3' };

function spec(command = 'x') {
  const env = { TOKEN: { secret: true, fromEnv: 'MINE' } };
  return parseSpec({ name: 'sarah-rl', processes: { p: { command, env } } }, { baseDir: scratch.path('sources') });
}

it('saves a record that reads back equal, in a file that only its owner can read', async () => {
  const folder = scratch.path('new/records');
  expect(await saveRecord(folder, spec(), launch)).toBe(scratch.path('new/records/sarah-rl'));
  expect(await readRecord(folder, 'sarah-rl')).toEqual({ spec: spec(), launch });
  expect(statSync(scratch.path('new/records/sarah-rl/spec.yaml')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['sarah-rl']);
});

const forced = { ...launch, force: true };

it('refuses to save over a record, with the way out, and keeps older ones beside the new one', async () => {
  const folder = scratch.path('records');
  await saveRecord(folder, spec('one'), launch);
  const refused = await thrownBy(() => saveRecord(folder, spec('two'), launch));
  expect(refused).toMatchObject({ code: 'conflict', hint: expect.stringContaining('force: true, which keeps') });
  expect(refused.message).toContain(scratch.path('records/sarah-rl'));
  for (const command of ['two', 'three']) await saveRecord(folder, spec(command), forced);
  expect(readdirSync(folder).sort()).toEqual(['sarah-rl', 'sarah-rl.1', 'sarah-rl.2']);
  const commands = async () =>
    Promise.all(
      ['sarah-rl', 'sarah-rl.1', 'sarah-rl.2'].map(
        async (name) => (await readRecord(folder, name)).spec.processes.p?.command,
      ),
    );
  expect(await commands()).toEqual(['three', 'one', 'two']);
  expect(readdirSync(folder)).toHaveLength(3);
});

it('keeps what the backend makes of the spec', async () => {
  const folder = scratch.path('records');
  await saveRecord(folder, spec(), { ...launch, documents: [{ kind: 'Namespace' }, { kind: 'Pod' }] });
  expect(readFileSync(`${folder}/sarah-rl/plan.yaml`, 'utf8')).toBe('kind: Namespace\n---\nkind: Pod\n');
  expect(statSync(`${folder}/sarah-rl/plan.yaml`).mode & 0o777).toBe(0o600);
});

it('works whatever exists in the folder already', async () => {
  const folder = scratch.path('records');
  mkdirSync(folder);
  writeFileSync(`${folder}/sarah-rl`, 'a file');
  writeFileSync(`${folder}/sarah-rl.1`, 'another');
  await saveRecord(folder, spec(), forced);
  expect(readFileSync(`${folder}/sarah-rl.1`, 'utf8')).toBe('another');
  expect(readFileSync(`${folder}/sarah-rl.2`, 'utf8')).toBe('a file');
  expect((await readRecord(folder, 'sarah-rl')).spec).toEqual(spec());
});

it('changes nothing until a prepared record is committed', async () => {
  const folder = scratch.path('records');
  await saveRecord(folder, spec('old'), launch);
  const failed = await prepareRecord(folder, spec('new'), forced);
  expect((await readRecord(folder, 'sarah-rl')).spec).toEqual(spec('old'));
  await failed.discard();
  expect(readdirSync(folder)).toEqual(['sarah-rl']);
  const done = await prepareRecord(folder, spec('new'), forced);
  expect(await done.commit()).toBe(scratch.path('records/sarah-rl'));
  expect((await readRecord(folder, 'sarah-rl')).spec).toEqual(spec('new'));
  expect((await readRecord(folder, 'sarah-rl.1')).spec).toEqual(spec('old'));
});

it('keeps all records that are saved at the same time', async () => {
  const folder = scratch.path('records');
  const commands = Array.from({ length: 10 }, (_, index) => `run ${index}`);
  await Promise.all(commands.map((command) => saveRecord(folder, spec(command), forced)));
  const saved = await Promise.all(
    readdirSync(folder).map(async (name) => (await readRecord(folder, name)).spec.processes.p?.command),
  );
  expect(saved.sort()).toEqual(commands);
});

it('reports a folder that cannot be written to', async () => {
  writeFileSync(scratch.path('file'), '');
  const error = await thrownBy(() => saveRecord(scratch.path('file/records'), spec(), launch));
  expect(error).toMatchObject({ code: 'failed', hint: 'Make the folder writable, or set another experimentFolder.' });
  expect(error.message).toContain('The record of sarah-rl cannot be saved');
});

it('reports a missing or invalid record', async () => {
  expect((await thrownBy(() => readRecord(scratch.path(), 'none'))).code).toBe('not-found');
  await saveRecord(scratch.path(), spec(), launch);
  writeFileSync(scratch.path('sarah-rl/launch.json'), '{');
  expect((await thrownBy(() => readRecord(scratch.path(), 'sarah-rl'))).message).toContain('is broken');
});
