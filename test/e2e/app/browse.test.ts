import { expect } from 'vitest';
import { small, test, ticking } from './support/app-test.ts';

test('enter and esc lead from experiments to processes to one process and back', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running +4\/4/);
  screen.press('enter');
  await screen.sees('local › rl ');
  await screen.sees(/▾ agents +3\/3/);
  await screen.sees(/agent-2 +1 .*● running/);
  screen.press('enter');
  await screen.sees('local › rl › learner');
  await screen.sees('SYMPH_PROCESS=learner');
  screen.press('esc', 'esc');
  await screen.sees('local › experiments');
  expect(await screen.quit()).toBe(0);
});

test('an experiment that is launched or deleted elsewhere comes and goes on the screen', async ({ session, open }) => {
  const screen = await open();
  await screen.sees('No experiment runs on local');
  await session.launch('rl', small);
  await screen.sees(/rl .*● running/);
  await session.delete('rl');
  await screen.sees('No experiment runs on local');
});

test('a failed process shows its reason at once, and f jumps to it', async ({ session, open }) => {
  await session.launch('rl', {
    processes: { good: { command: ticking('good') }, fine: { command: ticking('fine') }, bad: { command: 'exit 3' } },
  });
  const screen = await open();
  await screen.sees(/rl .*▲ degraded/);
  screen.press('enter');
  await screen.sees(/bad .*✗ failed .*exit code 3/);
  await screen.sees('✗ 1 failed');
  screen.press('f');
  await screen.selects(/^ +bad/);
});

test('a group is collapsed and expanded', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-1');
  screen.press('j', 'left');
  await screen.sees('▸ agents');
  await screen.seesNo('agent-1');
  screen.press('right');
  await screen.sees('agent-1');
});

test('each of several keys that arrive at once takes effect', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.type('\rjjj/agent-2\r\r');
  await screen.sees('local › rl › agents/agent-2');
});

test('services show their addresses and the processes that bind and use them', async ({ session, open }) => {
  await session.launch('net', {
    processes: {
      server: { command: ticking('server'), bind: ['api'], expose: ['page'], ready: 'started' },
      client: { command: ticking('client'), connect: ['api'] },
    },
  });
  const screen = await open();
  await screen.sees(/net .*● running/);
  screen.press('S');
  await screen.sees(/api +bind +127\.0\.0\.1:\d+ +server +client/);
  await screen.sees(/page +expose +http:\/\/127\.0\.0\.1:\d+/);
});

test('the spec is shown as YAML, and help comes from the keymap', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('y');
  await screen.sees('local › rl › spec');
  await screen.sees(/name: rl/);
  screen.press('esc', '?');
  await screen.sees(/ctrl-d +delete +Delete the selected or marked/);
});
