import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished } from 'vitest';
import { builtImages, removeBuiltImages } from './support/built-images.ts';
import { image, test } from './support/docker-test.ts';

const dockerfile = `
FROM ${image} AS base
ARG GREETING=none
COPY . /app/
RUN echo "$GREETING" > /app/greeting
FROM base AS final
WORKDIR /app
`;

/** A name whose images are removed after the test: others on the engine have images of their own. */
function ownName(): string {
  const name = `built-${randomInt(1e9)}`;
  onTestFinished(() => removeBuiltImages(name));
  return name;
}

/** The processes with these arguments, of which those of a build step on this machine's engine are. */
function running(...argv: readonly string[]): readonly number[] {
  const pids = readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${argv.join('\0')}\0`;
    } catch {
      return false;
    }
  });
  return pids.map(Number);
}

describe('an image that is built', () => {
  test('has the files of its folder, and is built once for all that declare it', async ({ session }) => {
    const name = ownName();
    // Docker's classic builder has the other tests.
    session.env.DOCKER_BUILDKIT = '1';
    await session.file('agent/Dockerfile', dockerfile);
    await session.file('agent/.dockerignore', '**\n!lib/*.js\n');
    await session.file('agent/lib/main.js', 'console.log(require("fs").readdirSync("/app").join(), process.cwd())');
    await session.file('agent/secret', 'not to be sent');
    const docker = { workingDir: null, build: { context: './agent', args: { GREETING: 'hello' } } };
    const processes = {
      main: { command: ['node', 'lib/main.js'], docker },
      other: { command: 'cat greeting', docker },
    };
    const plan = await session.ok(['launch', await session.file('spec.json', { name, processes }), '--dry-run']);
    expect(plan).toContain(`context: ${session.folder}/agent`);
    expect(plan.match(/^build:/gm)).toHaveLength(1);
    await session.launch(name, { startDir: '/', processes });
    await session.until(name, 'main', 'succeeded');
    await session.until(name, 'other', 'succeeded');
    const [files] = await session.logs(name, 'main');
    expect(files).toMatch(/lib/);
    expect(files).not.toMatch(/secret/);
    expect(await session.logs(name, 'other')).toEqual(['hello']);
    const names = await builtImages(name);
    expect(names).toEqual([expect.stringContaining(`localhost/symphony/${name}/main:`)]);

    await session.file('agent/Broken', `FROM ${image}\nRUN echo before; echo wrong >&2; exit 3\n`);
    // A build that fails leaves the experiment and its image as they are.
    const broken = {
      ...processes,
      main: { ...processes.main, docker: { build: { context: './agent', dockerfile: 'Broken' } } },
    };
    const failed = await session.run([
      'launch',
      await session.file('spec.json', { name, processes: broken }),
      '--force',
    ]);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/step .*RUN echo before; echo wrong >&2; exit 3, failed: /);
    expect(failed.stderr).toMatch(/^ {2}before$/m);
    expect(failed.stderr).toMatch(/^ {2}wrong$/m);
    expect(await session.processes(name)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
    expect(await builtImages(name)).toEqual(names);
  });

  test('is not built where its declaration is wrong', async ({ session }) => {
    const name = ownName();
    await session.file('agent/Dockerfile', dockerfile);
    const refusal = async (build: unknown) => {
      const file = await session.file('spec.json', {
        name,
        processes: { main: { command: 'true', docker: { build } } },
      });
      const { exitCode, stderr } = await session.run(['launch', file]);
      expect(exitCode).not.toBe(0);
      return stderr;
    };
    const place = 'processes.main.docker.build';
    expect(await refusal('./none')).toMatch(`${place}: ${session.folder}/none: it does not exist.`);
    expect(await refusal({ context: './agent', dockerfile: 'None' })).toMatch(`${place}.dockerfile: `);
    expect(await refusal({ context: './agent', target: 'fina' })).toMatch(
      /build\.target: .*fina\.\nDid you mean final\?/,
    );
    expect(await refusal({ context: './agent', tags: [] })).toMatch(`${place}.tags`);
    expect(await builtImages(name)).toEqual([]);
  });

  test('is no longer built after an interrupt', async ({ session }) => {
    const name = ownName();
    const seconds = String(randomInt(1e6, 1e7));
    await session.file('agent/Dockerfile', `FROM ${image}\nRUN echo begins; sleep ${seconds}; echo ends\n`);
    const processes = { main: { command: 'true', docker: { build: './agent' } } };
    const file = await session.file('spec.json', { name, processes });
    let interrupt = () => {};
    const launch = session.run(['launch', file], { onSpawn: (child) => (interrupt = () => child.kill('SIGINT')) });
    await expect.poll(() => running('sleep', seconds)).toHaveLength(1);
    interrupt();
    expect((await launch).exitCode).toBe(130);
    // Podman ends a build after the step that runs.
    if ((await session.engine.identity()).isPodman) for (const pid of running('sleep', seconds)) process.kill(pid);
    await expect.poll(() => running('sleep', seconds)).toEqual([]);
    expect(await session.experiments()).not.toContainEqual(expect.objectContaining({ name: name }));
  });
});
