import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { attachToPod } from '../../../../src/backends/kube/exec/kube-attach.ts';
import { execInContainer } from '../../../../src/backends/kube/exec/kube-exec.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { UserTerminal } from '../../kit/support/user-terminal.ts';
import { PodServer } from '../support/pod-server.ts';
import { container, sh } from '../support/run.ts';

describe.each(['v4', 'v5'] as const)('a terminal on a server that speaks %s', (speaks) => {
  let folder: string;
  let server: PodServer;
  let client: KubeClient;
  let user: UserTerminal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
    server = await PodServer.start({ speaks, folder });
    client = server.client();
    user = new UserTerminal();
  });

  afterEach(async () => {
    expect(user.stdin.isRaw).toBe(false);
    expect(user.stdin.listenerCount('data')).toBe(0);
    expect(user.stdout.listenerCount('resize')).toBe(0);
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const exec = (script: string, signal?: AbortSignal | undefined) =>
    execInContainer(client, container, sh(script), { streams: user.streams, signal });

  test('has the size of the own one, at the start and when it changes, and gives the exit code', async () => {
    const running = exec(
      'trap "stty size" WINCH; stty size; echo ready; while ! read line; do :; done; stty size; exit 9',
    );
    await user.shows(/31 91[\s\S]*ready|ready[\s\S]*31 91/);
    expect(user.stdin.isRaw).toBe(true);
    user.resize(77, 22);
    await user.shows('22 77');
    user.type('go\r');
    expect(await running).toEqual({ exitCode: 9 });
  });

  test('ctrl-c goes to the other side', async () => {
    const running = exec('trap "echo caught; exit 4" INT; echo ready; while :; do sleep 0.05; done');
    await user.shows('ready');
    user.type('\x03');
    expect(await running).toEqual({ exitCode: 4 });
    expect(user.shown).toContain('caught');
  });

  test('takes a large paste whole', async () => {
    const running = exec('stty raw -echo; echo ready; head -c 1000000 | cksum; stty sane');
    await user.shows('ready');
    user.type('x'.repeat(1_000_000));
    expect(await running).toEqual({ exitCode: 0 });
    expect(user.shown).toContain('1000000');
  });

  test('is given back after an error, an abort and a loss', async () => {
    const controller = new AbortController();
    const aborted = exec('echo ready; sleep 618', controller.signal);
    await user.shows('ready');
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'interrupted' });
    expect(user.stdin.isRaw).toBe(false);
    await waitFor(() => server.container.processes === 0);
    user.shown = '';
    const lost = exec('echo ready; sleep 619');
    await user.shows('ready');
    server.breakOff();
    await expect(lost).rejects.toMatchObject({ code: 'failed' });
  });

  test('attach draws the screen anew, and leaves with ctrl-] anywhere among other keys', async () => {
    const main = server.container.start(
      sh('trap "echo drawn \\$(stty size)" WINCH; echo up; while :; do read line && echo "got $line"; done'),
    );
    await new Promise<void>((resolve) => main.onData(() => resolve()));
    // The same size as here: a program draws only if it changes.
    main.resize(91, 31);
    const attach = () => attachToPod(client, container, { streams: user.streams });
    const first = attach();
    await user.shows('drawn 31 91');
    user.type('one\rtwo\r\x1dthree\r');
    expect(await first).toBe('detached');
    expect(user.stdin.isRaw).toBe(false);
    user.shown = '';
    const second = attach();
    await user.shows('drawn');
    user.type('four\r');
    await user.shows('got four');
    expect(user.shown).not.toContain('three');
    main.kill('SIGKILL');
    expect(await second).toBe('ended');
  });

  test('attach leaves the user’s terminal as it was', async () => {
    server.container.start(sh("while read line; do printf '\\033[?1049h\\033[?25ldrawn'; done"));
    const attached = attachToPod(client, container, { streams: user.streams });
    user.type('\r');
    await user.shows('drawn');
    user.type('\x1d');
    expect(await attached).toBe('detached');
    expect(user.shown).toMatch(/drawn\x1b\[\?25h\x1b\[\?1049l\x1b\[0m$/);
  });
});
