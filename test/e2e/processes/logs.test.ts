import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { binPath, run } from '../../support/bin.ts';
import { type Session, test } from '../../support/session.ts';

/** Runs a shell script with the session's `symphony` as `$S`. */
function shell(session: Session, script: string) {
  const env = { ...session.env, S: `${process.execPath} ${binPath}` };
  return run(['/bin/sh', '-c', script], { cwd: session.folder, env });
}

/** Launches one process that prints a file, and waits for its end. */
async function launchPrinter(session: Session, content: Buffer | string): Promise<void> {
  const path = join(session.folder, 'content');
  await writeFile(path, content);
  await session.launch('exp', { processes: { main: { command: ['cat', path] } } }, ['--wait=done']);
}

describe('logs into a pipe or file', () => {
  test('are the bytes that the process wrote', async ({ session }) => {
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256));
    const content = Buffer.concat([
      Buffer.from(`${'x'.repeat(5_000_000)}\n\x1b[2J\r\n`),
      random,
      Buffer.from('no end'),
    ]);
    await launchPrinter(session, content);
    const script = '$S logs main > copy && $S logs -f main | cat > followed && $S logs main -n 1 > tail';
    expect(await shell(session, script)).toMatchObject({ exitCode: 0, stderr: '' });
    for (const name of ['copy', 'followed']) {
      const copy = await readFile(join(session.folder, name));
      expect(copy.equals(content)).toBe(true);
    }
    const last = content.subarray(content.lastIndexOf(10) + 1);
    expect((await readFile(join(session.folder, 'tail'))).equals(last)).toBe(true);
  });

  test('--grep matches a whole long line, and JSON output contains it whole', async ({ session }) => {
    const long = `${'x'.repeat(1_000_000)} the needle`;
    await launchPrinter(session, `short\n${long}\nlast\n`);
    expect(await session.logs('exp', 'main', '--grep', 'needle$')).toEqual([long]);
    const lines = (await session.logs('exp', 'main', '-o', 'json')).map((line) => JSON.parse(line).text);
    expect(lines).toEqual(['short', long, 'last']);
    expect(await session.logs('exp', 'main', '--grep', 'needle', '--invert')).toEqual(['short', 'last']);
  });

  test('--grep finds what a progress bar showed', async ({ session }) => {
    await launchPrinter(session, '\r50/200\r150/200\r200/200\nend\n');
    expect(await session.logs('exp', 'main', '--grep', '^150/200$')).toEqual(['\r50/200\r150/200\r200/200']);
  });
});

describe('with few file descriptors', () => {
  test('logs reads every process, also while following', { timeout: 60_000 }, async ({ session }) => {
    await session.launch('many', {
      processes: {
        agent: { command: 'echo "I am $SYMPH_PROCESS"; sleep 1; echo "$SYMPH_PROCESS ends"', replicas: 80 },
      },
    });
    const names = Array.from({ length: 80 }, (_, index) => `agent-${index}`);
    const said = (text: string) => new Set(text.match(/agent-\d+ ends|I am agent-\d+/g));
    const followed = await shell(session, 'ulimit -n 64; $S logs -f');
    expect(followed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(said(followed.stdout)).toEqual(new Set(names.flatMap((name) => [`I am ${name}`, `${name} ends`])));
    const read = await shell(session, 'ulimit -n 64; $S logs --tail 1');
    expect(read).toMatchObject({ exitCode: 0, stderr: '' });
    expect(said(read.stdout)).toEqual(new Set(names.map((name) => `${name} ends`)));
  });

  test('a log that cannot be read is an error, not an empty log', async ({ session }) => {
    await launchPrinter(session, 'text\n');
    const { stdout } = await shell(session, 'find "$SYMPHONY_HOME" -name "main.log"');
    const log = stdout.trim();
    await shell(session, `rm '${log}' && mkdir '${log}'`);
    const { exitCode, stderr } = await session.run(['logs', 'main', '-e', 'exp']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(log);
  });
});
