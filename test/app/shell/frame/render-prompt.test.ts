import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderPrompt } from '../../../../src/app/shell/frame/render-prompt.ts';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { textWidth } from '../../../../src/app/shell/text/width.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';

const prompt = { label: ':', text: '', caret: 0, suggestions: [] as string[] };

it('shows a line that is wider than its room around the caret', () => {
  const text = 'launch --name a-very-long-name-of-an-experiment rl.yaml';
  const render = (caret: number) => withoutColours(renderPrompt({ ...prompt, text, caret }, 24, themes.none));
  expect(render(text.length)).toBe(':…an-experiment rl.yaml ');
  expect(render(0)).toBe(`:${text.slice(0, 22)}…`);
  expect(render(30)).toContain(text.slice(29, 32));
});

it('shows the rest of a suggestion after the caret', () => {
  const line = renderPrompt({ ...prompt, text: 'desc', caret: 4, suggestions: ['describe'] }, 40, themes.none);
  expect(line).toBe('\x1b[1m:\x1b[0mdesc\x1b[7mr\x1b[0mibe');
});

it('never takes more than its room, and always has its caret', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '宽', ' ', 'é'), maxLength: 80 }),
      fc.nat(80),
      fc.integer({ min: 8, max: 60 }),
      (text, at, width) => {
        const line = renderPrompt({ ...prompt, text, caret: Math.min(at, text.length) }, width, themes.none);
        expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(line).toContain('\x1b[7m');
      },
    ),
  );
});
