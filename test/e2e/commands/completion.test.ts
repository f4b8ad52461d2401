import { expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { type Session, test } from '../../support/session.ts';
import { Terminal } from '../../support/terminal.ts';

const pair = {
  processes: { main: { command: 'sleep 600' } },
  groups: { agents: { processes: { agent: { command: 'sleep 600', replicas: 2 } } } },
};

/** Puts `symphony` on the PATH, as an installation does. */
async function install(session: Session): Promise<Record<string, string>> {
  const [node = '', bin = ''] = session.bin;
  const file = await session.file('bin/symphony', `#!/bin/sh\nexec '${node}' '${bin}' "$@"\n`);
  await run(['chmod', '+x', file]);
  return { ...session.env, PATH: `${session.folder}/bin:${process.env.PATH}` };
}

async function isInstalled(shell: string): Promise<boolean> {
  return (await run(['sh', '-c', `command -v ${shell}`])).exitCode === 0;
}

test('bash completes through the program', async ({ session }) => {
  await session.launch('rl', pair);
  const env = await install(session);
  const complete = async (...words: string[]) => {
    const script = `source <(symphony completion bash)
      COMP_WORDS=(symphony "$@"); COMP_CWORD=$#; _symphony_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run(['bash', '-c', script, 'bash', ...words], { env });
    return stdout.split('\n').filter(Boolean);
  };
  expect(await complete('lo')).toEqual(['logs', 'log']);
  expect(await complete('logs', '')).toEqual(['main', 'agents/agent-0', 'agents/agent-1', 'rl']);
  expect(await complete('-e', 'rl', 'stop', 'ag')).toEqual(['agents/agent-0', 'agents/agent-1']);
  expect(await complete('delete', '')).toEqual(['rl']);
  expect(await complete('p', '-e', 'r')).toEqual(['rl']);
  expect(await complete('p', '--output', '=', 'j')).toEqual(['json']);
  expect(await complete('ls', '--backend', 'lo')).toEqual(['local']);
  expect(await complete('logs', '--prev')).toEqual(['--previous']);
  expect(await complete('config', 'set', 'user')).toEqual(['username']);
  expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await complete('scp', 'ma')).toEqual(['main:']);
  expect(await complete('exec', 'main', '--', 'x')).toEqual([]);
  expect(await complete('nonsense', 'x')).toEqual([]);
});

test.skipIf(!(await isInstalled('fish')))('fish completes by asking the program', async ({ session }) => {
  await session.launch('rl', pair);
  const env = await install(session);
  const complete = async (line: string) => {
    const script = 'symphony completion fish | source; complete -C $argv[1]';
    const { stdout } = await run(['fish', '--no-config', '-c', script, line], { env });
    return stdout.split('\n').filter(Boolean);
  };
  expect(await complete('symphony delete ')).toEqual(['rl\trunning']);
  expect((await complete('symphony logs ag')).map((line) => line.split('\t')[0])).toEqual([
    'agents/agent-0',
    'agents/agent-1',
  ]);
  expect(await complete('symphony p --output=js')).toEqual(['--output=json']);
  expect(await complete(`symphony launch ${session.folder}/r`)).toEqual([`${session.folder}/rl.json`]);
});

test.skipIf(!(await isInstalled('zsh')))('zsh completes by asking the program', async ({ session }) => {
  await session.launch('rl', pair);
  const env = await install(session);
  const terminal = new Terminal(session, ['env', `PATH=${env.PATH}`, 'zsh', '-f']);
  terminal.type('autoload -U compinit; compinit -u -D; source <(symphony completion zsh); echo rea""dy\r');
  await terminal.until(/ready/);
  terminal.type('symphony stop mai\t');
  await terminal.until(/symphony stop main/);
  terminal.type('\x15symphony logs agents/agent-\t\t');
  await terminal.until(/agents\/agent-0\s+[\s\S]*agents\/agent-1|agents\/agent-1\s+[\s\S]*agents\/agent-0/);
  terminal.type('\x15exit\r');
  await terminal.exited;
});
