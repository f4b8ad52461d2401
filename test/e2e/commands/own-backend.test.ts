import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test as base, type Session } from '../../support/session.ts';

const plainPackage = join(repository, 'test', 'packages', 'plain-backend');

/** A session whose program brings a backend of its own, in a folder where Symphony is installed. */
const test = base.extend('program', async ({ session }) => {
  await mkdir(join(session.folder, 'node_modules', '@symphony-run'), { recursive: true });
  await symlink(repository, join(session.folder, 'node_modules', '@symphony-run', 'symphony'));
  await cp(plainPackage, join(session.folder, 'plain-backend'), { recursive: true });
  session.bin = [process.execPath, join(session.folder, 'plain-backend', 'program.ts')];
  return session;
});

/** The cells of a column of `process -o wide`, by the name of the process. */
async function wideColumn(program: Session, title: string, ...flags: string[]): Promise<Record<string, string>> {
  const [header = '', ...rows] = (await program.ok(['process', 'try', '-o', 'wide', ...flags])).trimEnd().split('\n');
  // Columns are apart by two spaces or more; cells may contain single ones.
  const cells = (line: string) => line.trim().split(/ {2,}/);
  const [name, wanted] = ['Name', title].map((column) => cells(header).indexOf(column)) as [number, number];
  expect(wanted).toBeGreaterThan(0);
  return Object.fromEntries(rows.map((row) => [cells(row)[name], cells(row)[wanted] ?? '']));
}

const refused = { name: 'typo', processes: { main: { command: 'true', plain: { nicenes: 5 } } } };

test('the help shows the flag of a backend that a program registers, and backends list it', async ({ program }) => {
  expect(await program.ok(['--help'])).toMatch(/--plain-niceness <number> +plain: how much processes yield to others/);
  expect(await program.ok(['backends'])).toMatch(/plain .*Processes of this program, which end with it/);
});

test('its section has an effect, and its fact is a column', async ({ program }) => {
  expect(await program.ok(['logs', 'brief', '--experiment', 'try', '--follow'])).toBe('7\n');
  expect(await wideColumn(program, 'Nice')).toEqual({ usual: '0', nice: '5', brief: '7' });
  const statuses = await program.processes('try');
  expect(statuses.map(({ name, niceness }) => [name, niceness])).toEqual([
    ['usual', 0],
    ['nice', 5],
    ['brief', 7],
  ]);
  expect(await program.ok(['describe', 'try'])).toMatch(/Nice:? +5/);
});

test('its setting has an effect, from a flag, the environment and a file', async ({ program }) => {
  const usual = async (...flags: string[]) => (await wideColumn(program, 'Nice', ...flags)).usual;
  await program.ok(['config', 'set', 'plainNiceness', '2']);
  expect(await program.ok(['config'])).toMatch(/plainNiceness +2 +/);
  expect(await usual()).toBe('2');
  program.env.SYMPHONY_PLAIN_NICENESS = '3';
  expect(await usual()).toBe('3');
  expect(await usual('--plain-niceness', '4')).toBe('4');
  const wrong = await program.run(['process', 'try', '--plain-niceness', '20']);
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--plain-niceness') });
  expect(wrong.stderr).toContain('a whole number from 0 to 19');
});

test('a misspelt field of its section is refused with its place', async ({ program }) => {
  const { exitCode, stderr } = await program.run(['launch', await program.file('typo.json', refused)]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('processes.main.plain.nicenes: there is no such field');
  expect(stderr).toContain('Did you mean niceness?');
});

test('the JSON Schema of the program refuses what its section does not have', async ({ program }) => {
  const script = await program.file(
    'schema.ts',
    `import { Cluster } from '@symphony-run/symphony';
     import { specJsonSchema } from '@symphony-run/symphony/engine';
     import { plainDefinition } from './plain-backend/index.ts';
     Cluster.register('plain', plainDefinition);
     console.log(JSON.stringify(await specJsonSchema()));`,
  );
  const { stdout } = await run([process.execPath, script], { cwd: program.folder });
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(stdout));
  const spec = (plain: object) => ({ ...refused, processes: { main: { command: 'true', plain } } });
  expect(validate(spec({ niceness: 5 }))).toBe(true);
  expect(validate({ ...spec({}), plain: { niceness: 5 } })).toBe(true);
  expect(validate(spec({ niceness: 20 }))).toBe(false);
  expect(validate(refused)).toBe(false);
  expect(validate.errors).toContainEqual(
    expect.objectContaining({ instancePath: '/processes/main/plain', params: { additionalProperty: 'nicenes' } }),
  );
});

test('nothing of an experiment outlives its program', async ({ program }) => {
  await program.ok(['process', 'try']);
  expect(program.place.running()).toEqual([]);
});
