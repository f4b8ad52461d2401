import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository as root } from './support/bin.ts';

const documents = globSync(['*.md', 'docs/*.md'], { cwd: root });

/** Paths that a document names, from the root of the repository: in code spans, and as targets of links. */
function namedPaths(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8').replace(/```.*?```/gs, '');
  const spans = [...text.matchAll(/`((?:src|test|bench|docs|bin|scripts|examples)\/[\w./-]*)`/g)];
  const links = [...text.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)];
  const paths = [...spans.map(([, path = '']) => path), ...links.map(([, path = '']) => join(dirname(document), path))];
  // NAME stands for a name that the reader chooses.
  return [...new Set(paths)].filter((path) => !path.includes('NAME'));
}

describe.each(documents)('%s', (document) => {
  it('names only files that exist', () => {
    expect(namedPaths(document).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('finds paths in the description of the architecture', () => {
  expect(namedPaths('ARCHITECTURE.md').length).toBeGreaterThan(30);
});
