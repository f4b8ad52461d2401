import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../../src/engine/files/file-lock.ts';
import { isRunning, ownIdentity } from '../../../src/engine/files/process-identity.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

const scratch = scratchFolder();
const lock = () => scratch.path('lock');

const children = new Set<ChildProcess>();
afterEach(async () => {
  await Promise.all([...children].map(end));
  children.clear();
});

function counting(...args: string[]): ChildProcess {
  const program = join(import.meta.dirname, 'support/count-under-lock.ts');
  const child = spawn(process.execPath, [program, lock(), scratch.path('counter'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('withFileLock', () => {
  it('returns the result of the action, throws its error, and leaves no file', async () => {
    expect(await withFileLock(lock(), () => 'done')).toBe('done');
    await expect(withFileLock(lock(), () => Promise.reject(new RangeError('mine')))).rejects.toThrow(RangeError);
    expect(readdirSync(scratch.path())).toEqual([]);
  });

  it('creates its folder', async () => {
    await withFileLock(scratch.path('a/b/lock'), () => expect(existsSync(scratch.path('a/b/lock'))).toBe(true));
  });

  it('admits one action at a time within one process, by whatever path', async () => {
    let inside = 0;
    let most = 0;
    mkdirSync(scratch.path('folder'));
    symlinkSync(scratch.path('folder'), scratch.path('other'));
    const enter = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    };
    const paths = [scratch.path('folder/lock'), scratch.path('other/lock'), `${scratch.path('folder')}/./lock`];
    await Promise.all(Array.from({ length: 30 }, (_, index) => withFileLock(paths[index % 3] ?? '', enter)));
    expect([most, inside]).toEqual([1, 0]);
  });

  it('loses no increment of many processes while holders of the lock are killed', async () => {
    writeFileSync(scratch.path('counter'), '0');
    const killed = (async () => {
      for (let count = 0; count < 6; count++) {
        const holder = counting('1', 'hold');
        await once(holder.stdout as NodeJS.ReadableStream, 'data');
        expect(JSON.parse(readFileSync(lock(), 'utf8')).pid).toBe(holder.pid);
        await end(holder);
      }
    })();
    const workers = Array.from({ length: 6 }, () => counting('25'));
    const codes = workers.map(async (worker) => (await once(worker, 'exit'))[0]);
    expect(await Promise.all(codes)).toEqual([0, 0, 0, 0, 0, 0]);
    await killed;
    await withFileLock(lock(), () => {});
    expect(readFileSync(scratch.path('counter'), 'utf8')).toBe('150');
    expect(readdirSync(scratch.path())).toEqual(['counter']);
  }, 60_000);

  it('is taken over from a dead holder exactly once when many find it at the same time', async () => {
    const dead = { ...ownIdentity(), startTime: '1', token: 'gone' };
    for (let round = 0; round < 20; round++) {
      writeFileSync(lock(), JSON.stringify(dead));
      writeFileSync(`${lock()}.steal`, JSON.stringify({ ...dead, token: 'gone as well' }));
      let inside = 0;
      const enter = async () => {
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 8 }, () => withFileLock(lock(), enter)));
    }
    expect(readdirSync(scratch.path())).toEqual([]);
  });

  it('takes over an unreadable lock file, as a crash of the machine leaves it', async () => {
    for (const content of ['', 'nonsense', '{}', '{"pid":-1}', 'null', '[]']) {
      writeFileSync(lock(), content);
      expect(await withFileLock(lock(), () => 'in', { timeoutSeconds: 1 })).toBe('in');
    }
  });

  it('names the holder and the file when it times out', async () => {
    await withFileLock(lock(), async () => {
      const error = await thrownBy(() => withFileLock(lock(), () => {}, { timeoutSeconds: 0.05 }));
      expect(error.code).toBe('timeout');
      expect(error.message).toContain(`process ${process.pid}`);
      expect(error.message).toContain(lock());
    });
  });

  it('stops waiting when the signal aborts, without running the action', async () => {
    await withFileLock(lock(), async () => {
      const abort = new AbortController();
      let acted = false;
      const waiting = thrownBy(() =>
        withFileLock(
          lock(),
          () => {
            acted = true;
          },
          { signal: abort.signal },
        ),
      );
      setTimeout(() => abort.abort(), 20);
      expect((await waiting).code).toBe('interrupted');
      expect(acted).toBe(false);
    });
    expect((await thrownBy(() => withFileLock(lock(), () => {}, { signal: AbortSignal.abort() }))).code).toBe(
      'interrupted',
    );
    expect(readdirSync(scratch.path())).toEqual([]);
  });

  it('does not take over from another machine, whose processes are not visible here', async () => {
    const elsewhere = { pid: 1, startTime: '1', bootId: 'another', host: 'another', token: 't' };
    writeFileSync(lock(), JSON.stringify(elsewhere));
    const error = await thrownBy(() => withFileLock(lock(), () => {}, { timeoutSeconds: 0.05 }));
    expect(error.message).toContain('on another');
    writeFileSync(lock(), JSON.stringify({ ...elsewhere, host: hostname() }));
    expect(await withFileLock(lock(), () => 'after a reboot')).toBe('after a reboot');
  });
});

describe('isRunning', () => {
  it('distinguishes this process from an earlier one with the same pid', () => {
    const own = ownIdentity();
    expect(isRunning(own)).toBe(true);
    expect(isRunning({ ...own, startTime: '1' })).toBe(false);
    expect(isRunning({ ...own, bootId: 'earlier' })).toBe(false);
    expect(isRunning({ ...own, bootId: 'x', host: 'elsewhere' })).toBe('unknown');
  });

  it('detects that a process has ended', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    children.add(child);
    const identity = { ...ownIdentity(), pid: child.pid ?? 0, startTime: '' };
    expect(isRunning(identity)).toBe(true);
    await end(child);
    expect(isRunning(identity)).toBe(false);
  });
});
