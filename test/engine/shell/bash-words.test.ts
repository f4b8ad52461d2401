import { describe, expect, it } from 'vitest';
import { bashAdvice, explainNotFound, findBashWords } from '../../../src/engine/shell/bash-words.ts';

const found = (script: string) => findBashWords(script).map(({ word }) => word);

describe('findBashWords', () => {
  it('finds what only bash knows, where a command begins', () => {
    expect(found('source venv/bin/activate')).toEqual(['source']);
    expect(found('cd x && source a; if [[ -f b ]]; then pushd c; fi')).toEqual(['source', '[[', 'pushd']);
    expect(found('set -e\n  conda activate rl')).toEqual(['conda activate']);
  });

  it('finds nothing in arguments, quotes and comments', () => {
    expect(found('echo source x; make source; echo "; source x" \'| [[ \' # source y')).toEqual([]);
    expect(found('./source x; my-source y')).toEqual([]);
  });

  it('knows when conda can be activated in any shell', () => {
    expect(found('eval "$(conda shell.posix hook)"; conda activate rl')).toEqual([]);
    expect(found('. /opt/conda/etc/profile.d/conda.sh\nconda activate rl')).toEqual([]);
  });
});

describe('explainNotFound', () => {
  const scripts = ['source venv/bin/activate'];
  const plain = { shell: ['/bin/sh'], scripts };

  it('says what to write instead, if the output names the word', () => {
    const hint = '/bin/sh does not know source: write ". FILE" instead, or set shell: bash';
    expect(explainNotFound(plain, 127, 'a\n/bin/sh: 2: source: not found\n')).toBe(hint);
    expect(explainNotFound(plain, 127, 'python: not found\n')).toBeUndefined();
  });

  it('is careful where the output is not known', () => {
    expect(explainNotFound(plain, 127)).toBe(
      'where /bin/sh is dash it does not know source: write ". FILE" instead, or set shell: bash',
    );
  });

  it('says nothing about other shells and other exit codes', () => {
    expect(explainNotFound({ shell: ['bash'], scripts }, 127)).toBeUndefined();
    expect(explainNotFound(plain, 1)).toBeUndefined();
    expect(explainNotFound({ shell: ['/bin/sh'], scripts: ['. venv/bin/activate'] }, 127)).toBeUndefined();
  });
});

it('the advice fits the word', () => {
  const [conda] = findBashWords('conda activate rl');
  expect(conda && bashAdvice(conda)).toBe(
    'write \'eval "$(conda shell.posix hook)"\' before it, or set shell: bash with its hook',
  );
  const [declare] = findBashWords('declare -A map');
  expect(declare && bashAdvice(declare)).toBe('set shell: bash');
});
