import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnvironmentValue } from '../../../../src/engine/spec/experiment-spec.ts';
import {
  declaredEnvironment,
  expandReferences,
  mayRefer,
  parseReferences,
  withoutReferences,
} from '../../../../src/engine/spec/resolve/references.ts';

const hardText = fc.string({ unit: fc.constantFrom('$', '{', '}', '(', ')', 'A', '_', '1', ' ', 'é', '\n') });
const variableNames = ['A', 'B', 'C', 'SYMPH_X_PORT', 'TOKEN'];
const reference = fc.constantFrom(...variableNames).map((name) => ({ reference: name }));
const symphony = { SYMPH_X_PORT: '7000', PYTHONUNBUFFERED: '1' };

describe('parseReferences', () => {
  it('leaves every dollar sign that begins nothing as it is', () => {
    const text = '$HOME $(id) $1 $ a$';
    expect(parseReferences(text)).toEqual({ parts: [{ text }], malformed: [] });
    expect(mayRefer(text)).toBe(false);
  });

  it('finds references, and two dollar signs for one', () => {
    expect(parseReferences('tcp://${A}:${B_1}$$${C}$${D}').parts).toEqual([
      { text: 'tcp://' },
      { reference: 'A' },
      { text: ':' },
      { reference: 'B_1' },
      { text: '$' },
      { reference: 'C' },
      { text: '${D}' },
    ]);
  });

  it('names what begins like a reference and is none', () => {
    expect(parseReferences('a ${A:-b} ${').malformed).toEqual(['${A:-b} ${', '${']);
  });

  it('reads any text back that was written without references', () => {
    fc.assert(
      fc.property(hardText, (text) => {
        const { parts, malformed } = parseReferences(withoutReferences(text));
        expect(malformed).toEqual([]);
        expect(parts).toEqual(text === '' ? [] : [{ text }]);
      }),
    );
  });

  it('reads any row of texts and references back', () => {
    const text = hardText.filter((value) => value !== '').map((value) => ({ text: value }));
    const row = fc.array(fc.tuple(text, reference)).map((pairs) => pairs.flat());
    fc.assert(
      fc.property(row, (parts) => {
        const written = parts.map((part) => ('text' in part ? withoutReferences(part.text) : `\${${part.reference}}`));
        // A dollar sign at the end of a text would join the reference after it.
        fc.pre(parts.every((part) => !('text' in part) || !part.text.endsWith('$')));
        expect(parseReferences(written.join('')).parts).toEqual(parts);
      }),
    );
  });
});

describe('expandReferences', () => {
  it('follows references to declared and to Symphony’s own variables', () => {
    const env = { MASTER_PORT: '${SYMPH_X_PORT}', URL: 'tcp://${HOST}:${MASTER_PORT}', HOST: 'learner' };
    expect(declaredEnvironment(env, symphony, {})).toEqual({
      MASTER_PORT: '7000',
      URL: 'tcp://learner:7000',
      HOST: 'learner',
    });
  });

  it('keeps secrets as names, also those that are referred to through another variable', () => {
    const env = { TOKEN: { secret: true, fromEnv: 'T' }, A: 'a-${TOKEN}', B: '${A}-b' } as const;
    expect(expandReferences(env, symphony)).toEqual({
      A: [{ text: 'a-' }, { secret: 'TOKEN' }],
      B: [{ text: 'a-' }, { secret: 'TOKEN' }, { text: '-b' }],
    });
    expect(declaredEnvironment(env, symphony, { TOKEN: '${A} $$' })).toEqual({
      TOKEN: '${A} $$',
      A: 'a-${A} $$',
      B: 'a-${A} $$-b',
    });
  });

  it('does not know the default of a variable that the launching shell may set', () => {
    expect(declaredEnvironment({ A: '${PYTHONUNBUFFERED}' }, symphony, {})).toEqual({ A: '${PYTHONUNBUFFERED}' });
  });

  it('gives what replacing one reference after the other gives', () => {
    // Each variable refers only to later ones, so that there is no cycle.
    const value = (later: readonly string[]) =>
      fc.array(fc.oneof(fc.constantFrom('a', ' ', '-'), fc.constantFrom('x', ...later.map((name) => `\${${name}}`))));
    const env = fc.record({
      A: value(['B', 'C', 'SYMPH_X_PORT']).map((parts) => parts.join('')),
      B: value(['C', 'SYMPH_X_PORT']).map((parts) => parts.join('')),
      C: value(['SYMPH_X_PORT']).map((parts) => parts.join('')),
    });
    fc.assert(
      fc.property(env, (declared) => {
        const values: Record<string, string> = { ...declared, ...symphony };
        const replaceAll = (text: string): string =>
          text.includes('${') ? replaceAll(text.replace(/\$\{(\w+)\}/, (_, name: string) => values[name] ?? '')) : text;
        for (const [name, expanded] of Object.entries(declaredEnvironment(declared, symphony, {})))
          expect(expanded).toBe(replaceAll(values[name] ?? ''));
      }),
    );
  });

  it('gives a text for every variable, whatever is declared, cycles and unknown names included', () => {
    const written = fc
      .array(
        fc.oneof(
          hardText,
          reference.map((part) => `\${${part.reference}}`),
        ),
      )
      .map((parts) => parts.join(''));
    const secret = fc.constant<EnvironmentValue>({ secret: true, fromEnv: 'T' });
    const env = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'TOKEN'), fc.oneof(written, secret), { maxKeys: 4 });
    fc.assert(
      fc.property(env, (declared) => {
        const expanded = expandReferences(declared, symphony);
        const plain = Object.entries(declared).filter(([, value]) => typeof value === 'string');
        expect(Object.keys(expanded)).toEqual(plain.map(([name]) => name));
      }),
    );
  });
});
