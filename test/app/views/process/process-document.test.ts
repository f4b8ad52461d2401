import { describe, expect, it } from 'vitest';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { processDocument } from '../../../../src/app/views/process/process-document.ts';
import { aProcess, now } from '../../support/statuses.ts';

const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const status = aProcess('learner', { startedAt: ago(90), ports: { api: 7000 }, command: 'echo a\necho b' });
const description = {
  ...status,
  runs: [
    { run: 1, startedAt: ago(200), finishedAt: ago(100), exitCode: 1, reason: 'out of memory' },
    { run: 2, startedAt: ago(90) },
  ],
  env: { TOKEN: '<secret>', A: 'one\ntwo' },
  startDir: '/work',
  bind: ['api'],
  connect: [],
  expose: [],
};

function text(...args: Partial<Parameters<typeof processDocument>>): string {
  const [shown, described, measurement] = args;
  return processDocument(shown, described, measurement, now, themes.none).map(withoutColours).join('\n');
}

describe('the details of a process', () => {
  it('are those of the watch until the cluster has answered', () => {
    const shown = text(status);
    expect(shown).toMatch(/● running for 1\.5m/);
    expect(shown).toMatch(/command +echo a⏎echo b/);
    expect(shown).toMatch(/ports +api:7000/);
    expect(shown).not.toMatch(/pod|Runs|Environment/);
  });

  it('have the runs, newest first, and the environment, sorted', () => {
    const shown = text(status, description);
    expect(shown).toMatch(/folder +\/work/);
    expect(text(status, { ...description, resources: { gpu: 1 }, maxDuration: 3600 })).toMatch(
      /resources +1 GPU\n +max duration +1h/,
    );
    expect(shown).toMatch(/Runs\n +2 .*still runs\n +1 .*out of memory \(exit code 1\)/);
    expect(shown).toMatch(/Environment\n +A=one⏎two\n +TOKEN=<secret>/);
  });

  it('have measurements, if there are any', () => {
    const shown = text(status, undefined, { cpu: 0.5, memory: 1024 ** 2, history: [0, 0.5] });
    expect(shown).toMatch(/cpu +0\.50 +\S+\n +memory +1 MiB/);
    expect(shown).not.toMatch(/gpu/);
    const onGpu = text(status, undefined, { gpu: 0.9, gpuMemory: 2 * 1024 ** 3, history: [] });
    expect(onGpu).toMatch(/gpu use +0\.90\n +gpu memory +2 GiB/);
  });

  it('say that the process no longer exists', () => {
    expect(text(undefined)).toMatch(/This process no longer exists\./);
  });
});
