import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { isAlive } from '../../support/host-processes.ts';
import { asOtherUser } from '../../support/other-user.ts';
import { type Session, test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A Node.js program that listens on the port of the service `web`. */
const listen = `require('net').createServer().listen(process.env.SYMPH_WEB_PORT ?? process.argv.at(-1), '127.0.0.1')`;
const node = process.execPath;

async function launchWeb(session: Session, command: string | readonly string[]): Promise<number> {
  await session.launch('exp', { processes: { web: { command, bind: ['web'] } } });
  const [web] = await session.processes('exp');
  return web?.ports.web ?? 0;
}

describe('a readiness command', () => {
  test.for([
    ['that times out', 'wait', /timed out after 10 s/],
    ['that fails', 'exit 3', /exit code 3/],
  ] as const)('%s leaves nothing behind, and says so', { timeout: 60_000 }, async ([, end, reason], { session }) => {
    const pids = join(session.folder, 'pids');
    const ready = { command: `sleep 3600 & echo $! >>'${pids}'; ${end}` };
    await session.launch('exp', { processes: { web: { command: 'exec sleep 1000', ready } } });
    await session.until('exp', 'web', (web) => web.state === 'starting' && reason.test(web.reason ?? ''), 30);
    const [first] = (await readFile(pids, 'utf8')).split('\n').map(Number);
    await waitFor(() => !isAlive(first ?? 0), { what: 'the child of the first check to be ended' });
    const { exitCode, stderr } = await session.run(['wait', 'exp', '--timeout', '3']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(reason);
    expect(await session.ok(['describe', 'exp'])).toMatch(reason);
  });
});

describe('a service that a process binds', () => {
  test('is not ready because another program listens on its port, of which its user is told', async ({ session }) => {
    session.env.SYMPHONY_NOTIFY = JSON.stringify({ command: 'cat >> told; echo >> told' });
    const told = () => readFile(join(session.folder, 'told'), 'utf8').catch(() => '');
    const go = join(session.folder, 'go');
    const command = `until test -f '${go}'; do sleep 0.1; done; exec '${node}' -e "${listen}"`;
    const port = await launchWeb(session, command);
    const foreign = createServer().listen(port, '127.0.0.1');
    try {
      const { reason } = await session.until('exp', 'web', ({ reason }) => /in use by/.test(reason ?? ''));
      expect(reason).toContain(`127.0.0.1:${port} (service web) is in use by`);
      expect(reason).toContain(`(pid ${process.pid})`);
      expect(await session.until('exp', 'web', 'starting')).toMatchObject({ blocked: true });
      await waitFor(async () => (await told()).endsWith('\n'), { what: 'the notice' });
    } finally {
      await new Promise((resolve) => foreign.close(resolve));
    }
    const waits = await session.until('exp', 'web', ({ reason }) => /nothing listens/.test(reason ?? ''));
    expect(waits.blocked).toBeUndefined();
    await session.file('go', '');
    expect((await session.until('exp', 'web', 'running')).reason).toBeUndefined();
    expect(JSON.parse(await told())).toMatchObject({
      kind: 'blocked',
      text: expect.stringMatching(/exp is blocked: web/),
    });
    expect(await session.ok(['events', 'exp'])).toMatch(/web +Blocked +.*in use by/);
  });

  test('is not ready because a program of another user listens on its port', async ({ session, skip }) => {
    const user = await asOtherUser(session);
    if (user === undefined) return skip('becoming another user needs root, and a checkout that others may read');
    const port = await launchWeb(user, 'exec sleep 600');
    const foreign = createServer().listen(port, '127.0.0.1');
    try {
      const { reason } = await user.until('exp', 'web', ({ reason }) => /in use by/.test(reason ?? ''));
      expect(reason).toContain('in use by a program of the user with uid 0');
    } finally {
      await new Promise((resolve) => foreign.close(resolve));
    }
    await user.delete('exp');
  });

  test('is ready when a child that left the session listens', async ({ session }) => {
    await launchWeb(session, `(setsid '${node}' -e "${listen}" &) ; exec sleep 600`);
    await session.until('exp', 'web', 'running');
  });

  test('is ready when a daemon listens that cleared its environment', async ({ session }) => {
    const daemon = await session.file(
      'daemon.cjs',
      `${listen}; require('fs').writeFileSync('pid', \`\${process.pid}\`)`,
    );
    // The intermediate shell ends at once, so nothing connects the daemon to its process any more.
    await launchWeb(session, `(setsid env -i '${node}' '${daemon}' $SYMPH_WEB_PORT &) ; exec sleep 600`);
    await session.until('exp', 'web', 'running');
    // Deleting the experiment cannot find the daemon, so the test kills it.
    process.kill(Number(await readFile(join(session.folder, 'pid'), 'utf8')), 'SIGKILL');
  });
});
