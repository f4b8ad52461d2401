import { expect } from 'vitest';
import { small, test, ticking } from './support/app-test.ts';

test('a filter narrows the list as it is typed, and ! inverts it', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-0');
  screen.type('/agt1');
  await screen.seesNo('agent-0');
  await screen.sees('agent-1');
  await screen.sees('1 of 4');
  screen.press('esc');
  await screen.sees('agent-0');
  screen.type('/!agent\r');
  await screen.seesNo('agent-0');
  await screen.sees('learner');
  screen.press('esc');
  await screen.sees('agent-0');
});

test('a list is sorted by the next column, and the order reversed', async ({ session, open }) => {
  const command = ticking('x');
  await session.launch('rl', { processes: { bravo: { command }, alpha: { command }, charlie: { command } } });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees(/bravo[\s\S]*alpha[\s\S]*charlie/);
  screen.press('o');
  await screen.sees(/NAME↑[\s\S]*alpha[\s\S]*bravo[\s\S]*charlie/);
  screen.press('O');
  await screen.sees(/NAME↓[\s\S]*charlie[\s\S]*bravo[\s\S]*alpha/);
});

test('a command is completed and run, and its output shown', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.type(':proce');
  await screen.sees(':process');
  screen.press('tab');
  screen.type(' rl\r');
  await screen.sees('local › rl › :process rl');
  await screen.sees(/agents +agent-2 +1/);
  screen.press('esc', ':', 'up', 'enter');
  await screen.sees('local › rl › :process rl');
});

test('a wrong command says what is wrong, and the interface continues', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  screen.type(':describe nothing-of-that-name\r');
  await screen.sees('There is no experiment "nothing-of-that-name"');
  screen.press('esc');
  await screen.sees(/rl .*● running/);
  expect(await screen.quit()).toBe(0);
});
