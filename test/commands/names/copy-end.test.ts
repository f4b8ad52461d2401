import { expect, it } from 'vitest';
import { parseCopyEnd } from '../../../src/commands/names/copy-end.ts';

it('an end of a copy is a path of a process or of this machine', () => {
  expect(parseCopyEnd('agents/agent-0:/tmp/x')).toEqual({ target: 'agents/agent-0', path: '/tmp/x' });
  expect(parseCopyEnd('learner:')).toEqual({ target: 'learner', path: '.' });
  expect(parseCopyEnd('./a:b')).toEqual({ path: './a:b' });
  expect(parseCopyEnd('/a/b:c')).toEqual({ path: '/a/b:c' });
  expect(parseCopyEnd('plain.txt')).toEqual({ path: 'plain.txt' });
});
