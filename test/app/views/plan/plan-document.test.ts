import { expect, it } from 'vitest';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { planDocument } from '../../../../src/app/views/plan/plan-document.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';

it('has the notes, then the documents, each of them YAML', async () => {
  const spec = parseSpec({ name: 'rl', processes: { main: { command: 'true' } } }, { baseDir: '/' });
  const plan = {
    backend: 'memory',
    experiment: 'rl',
    notes: [
      { verdict: 'refused', path: 'a.b', message: 'is not possible', hint: 'Leave it out.' },
      { verdict: 'not-enforced', path: 'c', message: 'has no effect' },
    ],
    documents: [{ one: 1 }, { two: [2] }],
  } as const;
  const lines = (await planDocument(spec, plan, themes.none)).map(withoutColours);
  expect(lines).toEqual([
    '',
    '  rl on memory. enter launches it.',
    '  ✗ a.b: is not possible. Leave it out.',
    '  ▲ c: has no effect',
    '',
    ' Plan',
    '',
    'one: 1',
    '---',
    'two:',
    '  - 2',
  ]);
});
