import { afterEach, expect, it } from 'vitest';
import { SymphonyError, type WireError } from '../../../src/engine/contract/errors.ts';
import { adviceFor, advise, adviseReader, commandLine } from '../../../src/engine/text/advice.ts';
import { experimentExists } from '../../../src/engine/text/common-errors.ts';

const library = { reader: 'library', program: 'symphony' } as const;
const commands = { reader: 'commands', program: 'symphony' } as const;

afterEach(() => {
  adviseReader(library);
});

it('says each part of a hint in the words of the reader', () => {
  const advice = advise(
    (say) =>
      `${say.option('force')}, ${say.option('nodePools', 'x')}, ${say.act('delete', 'rl')}, ${say.actOn('stop', 'a/b')}, ${say.either('one', 'two')}`,
  );
  expect(advice).toEqual({
    commands: '--force, --node-pools x, symphony delete rl, symphony stop a/b, one',
    library: "force: true, nodePools: 'x', cluster.delete('rl'), cluster.stop(experiment, 'a/b'), two",
  });
  expect(adviceFor(advice)).toBe(advice.library);
  expect(adviseReader(commands)).toEqual(library);
  expect(adviceFor(advice)).toBe(advice.commands);
});

it('is the hint of an error, for the reader of the program', () => {
  expect(experimentExists('rl').hint).toBe(
    "Replace it with force: true, delete it with: cluster.delete('rl'), or launch under another name.",
  );
  adviseReader(commands);
  const error = experimentExists('rl');
  expect(error.hint).toBe(
    'Replace it with --force, delete it with: symphony delete rl, or launch under another --name.',
  );
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'conflict', message: error.message, hint: error.hint });
});

it('names the commands of the program whose user reads it', () => {
  expect(commandLine('ls')).toBe('symphony ls');
  adviseReader({ reader: 'commands', program: 'mine' });
  expect(commandLine('ls')).toBe('mine ls');
  expect(adviceFor('Use symphony ls, then symphony logs.')).toBe('Use mine ls, then mine logs.');
  const others = 'Symphony keeps @symphony-run/symphony in my-symphony and .symphony.yaml; sudo symphony';
  expect(adviceFor(others)).toBe(others);
  const error = experimentExists('rl');
  expect(error.hint).toContain('mine delete rl');
  // What goes to another program is for its readers.
  expect(error.toWire().hint).toMatchObject({ commands: expect.stringContaining('symphony delete rl') });
});

it('crosses a socket for the reader at the other end', () => {
  const arrived = (error: SymphonyError) =>
    SymphonyError.fromWire(JSON.parse(JSON.stringify(error.toWire())) as WireError);
  const sent = experimentExists('rl');
  adviseReader(commands);
  expect(arrived(sent).hint).toContain('symphony delete rl');
  adviseReader(library);
  expect(arrived(arrived(sent)).hint).toContain("cluster.delete('rl')");
  const plain = new SymphonyError('failed', 'No.', { hint: 'Try.' });
  expect(arrived(plain)).toMatchObject({ code: 'failed', message: 'No.', hint: 'Try.' });
  expect(arrived(new SymphonyError('failed', 'No.')).hint).toBeUndefined();
});
