import { expect, it } from 'vitest';
import { chooseService } from '../../../src/commands/names/service-name.ts';
import type { ServiceStatus } from '../../../src/engine/contract/status.ts';
import { answering, down, enter, noTerminal } from '../support/chooser.ts';

const service = (name: string, kind: ServiceStatus['kind']): ServiceStatus => ({
  name,
  kind,
  host: '127.0.0.1',
  port: 1,
});
const replay = service('replay', 'bind');
const board = service('tensorboard', 'expose');
const page = service('page', 'expose');

it('the service to visit is the named one, or the only exposed one', async () => {
  expect(await chooseService(noTerminal, [replay, board], undefined)).toBe('tensorboard');
  expect(await chooseService(noTerminal, [replay], undefined)).toBe('replay');
  expect(await chooseService(noTerminal, [replay, board], 'rep')).toBe('replay');
});

it('is asked for on a terminal, and must be named without one', async () => {
  expect(await chooseService(answering(down + enter), [replay, board, page], undefined)).toBe('page');
  await expect(chooseService(noTerminal, [replay, board, page], undefined)).rejects.toMatchObject({
    code: 'cannot-ask',
    hint: 'Name one of: tensorboard, page.',
  });
});

it('must exist', async () => {
  await expect(chooseService(noTerminal, [board], 'replay')).rejects.toMatchObject({ code: 'not-found' });
  await expect(chooseService(noTerminal, [], undefined)).rejects.toMatchObject({
    code: 'not-found',
    message: 'The experiment has no service to visit.',
  });
});
