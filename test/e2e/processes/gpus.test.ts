import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runtimeFolder } from '../../../src/backends/kit/host/runtime-folder.ts';
import { isAlive, killAll } from '../../support/host-processes.ts';
import { newGpuIds, writeNvidiaSmi, writeTool } from '../../support/nvidia-smi.ts';
import { type Session, test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const waiting = { command: ['sleep', '600'], resources: { gpu: 1 } };

/** Gives the session a machine with so many GPUs; resolves with their ids. */
async function withGpus(session: Session, count: number): Promise<readonly string[]> {
  const ids = newGpuIds(count);
  putOnPath(
    session,
    await writeNvidiaSmi(
      session.folder,
      ids.map((id) => ({ id })),
    ),
  );
  return ids;
}

function putOnPath(session: Session, bin: string): void {
  session.env.PATH = `${bin}:${process.env.PATH}`;
}

async function gpusOf(session: Session, experiment: string, name = 'main'): Promise<readonly string[]> {
  const status = (await session.processes(experiment)).find((other) => other.name === name);
  return (status?.gpus ?? []).map(({ id }) => id);
}

interface BackendRow {
  readonly name: string;
  readonly gpus?: readonly { readonly id: string; readonly holder?: object }[];
  readonly gpuProblem?: string;
}

async function localRow(session: Session): Promise<BackendRow | undefined> {
  return (await session.json<BackendRow[]>(['backends'])).find(({ name }) => name === 'local');
}

async function killSupervisor(session: Session): Promise<void> {
  const pid = supervisors(session)[0]?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => !isAlive(pid));
}

describe('GPUs', () => {
  test('two launches at once: no GPU is given twice, and what does not fit is refused', async ({ session }) => {
    const ids = await withGpus(session, 5);
    const draft = { processes: { main: { ...waiting, resources: { gpu: 2 } } } };
    const files = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => session.file(`${name}.json`, { name, ...draft })),
    );
    const results = await Promise.all(files.map((file) => session.run(['launch', file])));
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 0, 1, 1]);
    for (const { exitCode, stderr } of results) {
      if (exitCode === 1)
        expect(stderr).toMatch(/processes\.main\.resources\.gpu: main wants 2 GPUs, and 1 of 5 is free/);
    }
    const experiments = await session.experiments();
    expect(experiments).toHaveLength(2);
    const held = (await Promise.all(experiments.map(({ name }) => gpusOf(session, name)))).flat();
    expect(new Set(held).size).toBe(4);
    for (const id of held) expect(ids).toContain(id);
  });

  test('a launch that wants more than there are is told how many there are; a wrong setting is told once', async ({
    session,
  }) => {
    await withGpus(session, 2);
    const file = await session.file('exp.json', {
      name: 'exp',
      processes: { main: { ...waiting, resources: { gpu: 3 } } },
    });
    const { stderr } = await session.run(['launch', file]);
    expect(stderr).toMatch(/main wants 3 GPUs, and 2 of 2 are free\.\nAsk for 2 at most: /);
    session.env.SYMPHONY_GPUS = 'x';
    expect(await session.ok(['backends'])).toMatch(/^GPUs: SYMPHONY_GPUS: gpus is "x"\. It must be .*[^.]\.$/m);
  });

  test('backends and the list say who has which', async ({ session }) => {
    const [id = '', other = ''] = await withGpus(session, 2);
    await session.launch('rl', { processes: { main: waiting } });
    const { gpus } = (await localRow(session)) ?? {};
    expect(gpus).toEqual([
      expect.objectContaining({ id, index: 0, holder: { experiment: 'rl', processes: ['main'] } }),
      expect.objectContaining({ id: other, index: 1 }),
    ]);
    expect(gpus?.[1]?.holder).toBeUndefined();
    expect(await session.ok(['backends'])).toMatch(/^ +0 +NVIDIA L4 .*main of rl$/m);
    const [title, row] = (await session.ok(['p', 'rl', '-o', 'wide'])).split('\n');
    expect(title).toMatch(/GPU use +GPU memory .*GPUs/);
    expect(row).toMatch(/ 0\.00 +4 MiB /);
    expect(await session.ok(['describe', 'rl'])).toMatch(/Resources: +1 GPU$/m);
    expect(await session.ok(['describe', 'rl', 'main'])).toMatch(
      new RegExp(`GPUs: +0$[^]*CUDA_VISIBLE_DEVICES=${id}`, 'm'),
    );
  });

  test('they are given back by each process that has ended, and by a deletion', async ({ session }) => {
    await withGpus(session, 2);
    await session.launch('rl', { processes: { main: waiting, short: { ...waiting, command: 'exit 3' } } });
    await session.until('rl', 'short', 'failed');
    await session.launch('next', { processes: { main: waiting } });
    const refused = await session.run(['restart', 'short', '-e', 'rl']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/main of experiment next/);
    expect(await session.until('rl', 'short', 'failed')).toMatchObject({ restarts: 0, exitCode: 3 });
    await session.delete('next');
    await session.ok(['restart', 'short', '-e', 'rl']);
    await session.until('rl', 'short', ({ state, restarts }) => state === 'failed' && restarts === 1);
    await session.ok(['stop', 'main', '-e', 'rl']);
    await session.launch('last', { processes: { main: { ...waiting, resources: { gpu: 2 } } } });
    expect(await gpusOf(session, 'last')).toHaveLength(2);
  });

  test('a preparation and the training after it need one GPU, which stays theirs in between', async ({ session }) => {
    const [id = ''] = await withGpus(session, 1);
    const go = (name: string) => join(session.folder, name);
    const until = (name: string) => ({ ...waiting, command: `until test -f ${go(name)}; do sleep 0.05; done` });
    await session.launch('rl', {
      processes: { prepare: until('a'), train: { ...until('b'), after: { prepare: 'succeeded' } } },
    });
    const late = await session.file('late.json', { name: 'late', processes: { main: waiting } });
    expect((await session.run(['launch', late])).stderr).toContain('by prepare, then train of experiment rl');
    // Whatever happens to the supervisor in between, the training gets its GPU.
    await killSupervisor(session);
    await writeFile(go('a'), '');
    await session.until('rl', 'train', 'running');
    expect(await gpusOf(session, 'rl', 'train')).toEqual([id]);
    expect((await session.run(['launch', late])).stderr).toContain('by train of experiment rl');
    await writeFile(go('b'), '');
    await session.until('rl', 'train', 'succeeded');
    await session.ok(['launch', late]);
  });

  test('they survive kill -9 of the supervisor, and an end that it missed gives them back', async ({ session }) => {
    await withGpus(session, 2);
    const go = join(session.folder, 'go');
    const ending = { ...waiting, command: `until test -f ${go}; do sleep 0.05; done` };
    await session.launch('rl', { processes: { main: waiting, ending } });
    const before = await gpusOf(session, 'rl');
    const pid = (await session.until('rl', 'ending', 'running')).pid ?? 0;
    await killSupervisor(session);
    const late = await session.file('late.json', { name: 'late', processes: { main: waiting } });
    const refused = await session.run(['launch', late]);
    expect(refused.stderr).toMatch(/main of experiment rl.*ending of experiment rl/);
    await killSupervisor(session);
    await writeFile(go, '');
    await waitFor(() => !isAlive(pid));
    expect(supervisors(session)).toEqual([]);
    await session.ok(['launch', late]);
    expect(await gpusOf(session, 'rl')).toEqual(before);
    expect(await gpusOf(session, 'late')).not.toEqual(before);
  });

  test('a restart of the machine gives them back', async ({ session }) => {
    await withGpus(session, 1);
    await session.launch('rl', { processes: { main: waiting } });
    await session.until('rl', 'main', 'running');
    // A machine that stops ends the supervisor and keepers first, which therefore record nothing.
    await killSupervisor(session);
    killAll(session.place.running().filter(({ command }) => command.some((argument) => argument.includes('keeper'))));
    killAll(session.place.running());
    await waitFor(() => session.place.running().length === 0);
    const entries = await readdir(session.place.home, { recursive: true });
    for (const name of entries.filter((entry) => /\/rl\/experiment.*\.json$/.test(entry))) {
      const path = join(session.place.home, name);
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), boot: 'an earlier one' }));
    }
    await session.until('rl', 'main', 'lost');
    expect(await gpusOf(session, 'rl')).toEqual([]);
    await session.launch('next', { processes: { main: waiting } });
  });

  test('a register that was cleaned up is written again', async ({ session }) => {
    const [id = ''] = await withGpus(session, 1);
    await session.launch('rl', { processes: { main: waiting } });
    const path = join(runtimeFolder(), 'gpus.json');
    const isRegistered = async () => existsSync(path) && (await readFile(path, 'utf8')).includes(id);
    expect(await isRegistered()).toBe(true);
    // Other tests use the register too: only the entry of this one is taken out.
    const { gpus, ...rest } = JSON.parse(await readFile(path, 'utf8'));
    delete gpus[id];
    await writeFile(path, JSON.stringify({ ...rest, gpus }));
    await waitFor(isRegistered, { timeout: 30, what: 'the register to name the GPU again' });
  });
});

describe('which GPUs', () => {
  test('a machine without GPUs refuses the launch, with the place and what helps', async ({ session }) => {
    putOnPath(session, await writeNvidiaSmi(session.folder, []));
    const file = await session.file('rl.json', { name: 'rl', processes: { a: { command: 'true' }, main: waiting } });
    const { exitCode, stderr } = await session.run(['launch', file]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/processes\.main\.resources\.gpu: main wants 1 GPU, and this machine has none/);
    expect(stderr).toMatch(/setting gpus/);
    expect(await session.experiments()).toEqual([]);
  });

  test.for([
    ['hangs', 'sleep 600', 'nvidia-smi did not answer within 5 s'],
    ['fails', 'echo "NVIDIA-SMI has failed"; exit 9', 'nvidia-smi failed: NVIDIA-SMI has failed'],
    ['prints garbage', 'echo "<html>"', 'nvidia-smi printed something that cannot be read'],
  ] as const)(
    'a tool that %s: backends says so, and a setting replaces it',
    async ([, script, problem], { session }) => {
      putOnPath(session, await writeTool(session.folder, 'nvidia-smi', script));
      expect(await localRow(session)).toMatchObject({ works: true, gpus: [], gpuProblem: problem });
      const [id = ''] = newGpuIds(1);
      await session.launch('rl', { processes: { main: waiting } }, [], { env: { SYMPHONY_GPUS: id } });
      expect(await gpusOf(session, 'rl')).toEqual([id]);
      const [row] = (await session.ok(['p', 'rl', '-o', 'wide'])).split('\n').slice(1);
      expect(row).toContain(id);
    },
  );

  test('the launching shell limits them, and so does the setting', async ({ session }) => {
    const ids = await withGpus(session, 4);
    const launch = (name: string, env: Record<string, string>) =>
      session.launch(name, { processes: { main: waiting } }, [], { env });
    await launch('a', { CUDA_VISIBLE_DEVICES: '2,3' });
    await launch('b', { CUDA_VISIBLE_DEVICES: '2,3', SYMPHONY_GPUS: '[3, 0]' });
    await launch('c', { SYMPHONY_GPUS: '1,0' });
    const held = await Promise.all(['a', 'b', 'c'].map((name) => gpusOf(session, name)));
    expect(held).toEqual([[ids[2]], [ids[3]], [ids[1]]]);
    await expect(launch('d', { SYMPHONY_GPUS: 'none' })).rejects.toThrow(/the setting gpus says none/);
    await expect(launch('d', { SYMPHONY_GPUS: 'all' })).rejects.toThrow(/SYMPHONY_GPUS: gpus is "all"/);
  });

  test('of a divided GPU the MIG devices are handed out, one at most for a process', async ({ session }) => {
    const [id = '', whole = '', first = '', second = ''] = newGpuIds(4).map((other, index) =>
      index < 2 ? other : other.replace('GPU', 'MIG'),
    );
    const parts = { [first]: '1g.10gb', [second]: '1g.10gb' };
    putOnPath(session, await writeNvidiaSmi(session.folder, [{ id, parts }, { id: whole }]));
    await session.launch('rl', { processes: { main: waiting, other: waiting } });
    expect([...(await gpusOf(session, 'rl')), ...(await gpusOf(session, 'rl', 'other'))]).toEqual([first, second]);
    const file = await session.file('two.json', {
      name: 'two',
      processes: { main: { ...waiting, resources: { gpu: 2 } } },
    });
    expect((await session.run(['launch', file])).stderr).toMatch(/wants 2 GPUs, and 1 of 3 is free/);
  });

  test('a GPU that other programs use comes last', async ({ session }) => {
    const [used = '', idle = ''] = newGpuIds(2);
    putOnPath(session, await writeNvidiaSmi(session.folder, [{ id: used, memory: 20_000 }, { id: idle }]));
    await session.launch('rl', { processes: { main: waiting, other: waiting } });
    expect([...(await gpusOf(session, 'rl')), ...(await gpusOf(session, 'rl', 'other'))]).toEqual([idle, used]);
  });

  test('AMD GPUs are named to ROCm', async ({ session }) => {
    const unique = newGpuIds(1)[0]?.replaceAll('-', '').slice(3, 19);
    const card = { 'Unique ID': `0x${unique}`, 'Card series': 'AMD Instinct MI250X', 'GPU use (%)': '12' };
    putOnPath(session, await writeTool(session.folder, 'rocm-smi', `echo '${JSON.stringify({ card0: card })}'`));
    await writeTool(session.folder, 'nvidia-smi', 'echo "No devices were found"; exit 6');
    const command = 'echo "$ROCR_VISIBLE_DEVICES $HIP_VISIBLE_DEVICES $CUDA_VISIBLE_DEVICES"; sleep 600';
    await session.launch('rl', { processes: { main: { ...waiting, command } } });
    const [line] = await waitFor(async () => {
      const lines = await session.logs('rl', 'main');
      return lines.length > 0 ? lines : undefined;
    });
    expect(line).toBe(`GPU-${unique} 0 0`);
  });
});
