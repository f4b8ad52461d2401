import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import '../src/backends/index.ts';
import { environmentName, settingNames } from '../src/engine/settings/settings-table.ts';
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

/** The cells of the tables of a document, by row, without the heads. */
function tableRows(document: string): readonly (readonly string[])[] {
  const text = readFileSync(join(root, document), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows
    .filter((line, index) => !/^\|[-|]+$/.test(line) && !/^\|[-|]+$/.test(rows[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('docs/troubleshooting.md', () => {
  // What is put into a message stands as `…` in both.
  const sources = globSync('{src,bin}/**/*.{ts,js}', { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
    .replace(/\$\{[^}]*\}/g, '…')
    .replace(/\\'/g, "'");
  const messages = tableRows('docs/troubleshooting.md').flatMap(([first = '']) =>
    [...first.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
  );

  it('has messages', () => expect(messages.length).toBeGreaterThan(30));

  it.each(messages)('quotes what the program says: %s', (message) => {
    const parts = message.split('…').map((part) => part.trim());
    expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
  });
});

describe('docs/settings.md', () => {
  const rows = tableRows('docs/settings.md').map(([name = '', variable = '']) => [name, variable] as const);

  it.each(settingNames())('describes %s', (name) => {
    expect(rows).toContainEqual([`\`${name}\``, `\`${environmentName(name)}\``]);
  });
});
