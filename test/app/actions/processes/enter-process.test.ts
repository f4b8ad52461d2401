import { PassThrough } from 'node:stream';
import { describe, expect } from 'vitest';
import { openExperiment } from '../../../../src/app/views/processes/open-experiment.ts';
import type { Capabilities, Streams } from '../../../../src/engine/contract/capabilities.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { test } from '../../support/app-test.ts';

/** A terminal that is handed over as streams in memory, and what was written to it. */
function handedOver() {
  const stdout = new PassThrough();
  const streams: Streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  return {
    written: () => String(stdout.read() ?? ''),
    terminal: { handOver: <R>(run: (s: Streams) => Promise<R>) => run(streams) },
  };
}

describe('shell', () => {
  test('hands the terminal over to a shell beside the selected process', async ({ open }) => {
    const entered: string[] = [];
    const shell: Capabilities['shell'] = {
      async shell(experiment, reference) {
        entered.push(`${experiment} ${formatProcess(reference)}`);
        return { exitCode: 0 };
      },
    };
    const { written, terminal } = handedOver();
    const app = await open({ capabilities: { shell }, terminal });
    openExperiment(app.context, 'rl');
    await app.perform('shell');
    expect(entered).toEqual(['rl learner']);
    expect(written()).toBe('symphony: a shell beside rl learner; exit returns to Symphony.\r\n');
  });

  test('needs exactly one process, which a group is not', async ({ open }) => {
    const app = await open({ capabilities: { shell: { shell: async () => ({ exitCode: 0 }) } } });
    openExperiment(app.context, 'rl');
    await app.perform('down');
    await app.perform('shell');
    expect(app.told()).toEqual(['error: This needs exactly one process. | Select a process of the group.']);
  });
});

test('attach says how to return, and whether the process still runs', async ({ open }) => {
  const attach: Capabilities['attach'] = { detachHint: 'ctrl-q', attach: async () => 'detached' };
  const { written, terminal } = handedOver();
  const app = await open({ capabilities: { attach }, terminal });
  openExperiment(app.context, 'rl');
  await app.perform('attach');
  expect(written()).toBe('symphony: the terminal of rl learner; ctrl-q returns to Symphony.\r\n');
  expect(app.told()).toEqual(['info: learner keeps running.']);
});

describe('exec', () => {
  const exec: Capabilities['exec'] = {
    async exec(_experiment, _reference, command, { streams }) {
      streams.stdout.write(`\x1b[2Jran ${command.join(' ')}\n`);
      return { exitCode: 4 };
    },
  };

  test('runs one command in a shell, and shows its output and its exit code', async ({ open }) => {
    const app = await open({ capabilities: { exec } });
    openExperiment(app.context, 'rl');
    const running = app.perform('exec');
    const prompt = await app.asked('prompt');
    expect(prompt.label).toBe('run beside learner: ');
    prompt.answer('ls -l');
    await running;
    expect(app.view()).toMatchObject({ kind: 'output', title: 'learner: ls -l', experiment: 'rl' });
    expect(app.rows()).toEqual(['ran sh -c ls -l', '', '── exit code 4 ──']);
  });

  test('runs nothing for an empty line', async ({ open }) => {
    const app = await open({ capabilities: { exec } });
    openExperiment(app.context, 'rl');
    const running = app.perform('exec');
    (await app.asked('prompt')).answer('  ');
    await running;
    expect(app.view().kind).toBe('processes');
  });
});
