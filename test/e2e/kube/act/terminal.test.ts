import { expect } from 'vitest';
import { Terminal } from '../../../support/terminal.ts';
import { test } from '../support/kube-test.ts';

const echoing = 'test -t 0 && test -t 1 && echo "a terminal"; while read line; do echo "you said <$line>"; done';

test('a shell in a container has its own terminal with the right size, and its exit code is passed on', async ({
  lab,
}) => {
  await lab.launch('inside', { processes: { main: { command: ['sleep', '600'], env: { OWN: 'mine' } } } });
  await lab.until('inside', 'main', 'running');
  const shell = Terminal.symphony(lab.session, ['ssh', 'main', '-e', 'inside']);
  shell.type('stty size; echo "$OWN of $SYMPH_PROCESS"\r');
  await shell.until(/30 100\r+\n/);
  await shell.until(/mine of main\r+\n/);
  shell.resize(77, 22);
  shell.type('stty size\r');
  await shell.until(/22 77\r+\n/);
  // The interrupt reaches the program in the container, not the shell and not Symphony.
  shell.type('echo begun; sleep 1000; echo over\r');
  await shell.until(/\nbegun\r+\n/);
  shell.type('\x03');
  await shell.until(/\nbegun\r+\n.*\/ # /s);
  shell.type('echo still here; exit 7\r');
  await shell.until(/\nstill here\r+\n/);
  expect((await shell.exited).exitCode).toBe(7);
  expect(shell.output).not.toMatch(/\nover/);
});

test('attach enters the terminal of a process, and leaves it unchanged', async ({ lab }) => {
  await lab.launch('attached', {
    processes: { main: { command: echoing, tty: true }, plain: { command: ['sleep', '600'] } },
  });
  const before = await lab.until('attached', 'main', 'running');
  const terminal = Terminal.symphony(lab.session, ['attach', 'main', '-e', 'attached']);
  await terminal.until(/ctrl-\]/);
  terminal.type('hello\r');
  await terminal.until(/you said <hello>/);
  terminal.type('\x1d');
  expect((await terminal.exited).exitCode).toBe(0);
  expect(await lab.until('attached', 'main', 'running')).toEqual(before);
  const again = Terminal.symphony(lab.session, ['attach', 'main', '-e', 'attached']);
  await again.until(/ctrl-\]/);
  again.type('again\r');
  await again.until(/you said <again>/);
  again.type('\x04');
  await again.exited;
  expect(await lab.until('attached', 'main', 'succeeded')).toMatchObject({ exitCode: 0 });
  const texts = (await lab.texts('attached')).map((text) => text.replace(/\r$/, ''));
  expect(texts).toEqual(expect.arrayContaining(['a terminal', 'you said <hello>', 'you said <again>']));
  const plain = Terminal.symphony(lab.session, ['attach', 'plain', '-e', 'attached']);
  expect((await plain.exited).exitCode).not.toBe(0);
  expect(plain.output).toMatch(/tty/);
});
