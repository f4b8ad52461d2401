import { describe, expect, it } from 'vitest';
import { planOnDocker } from '../src/backends/docker/section/docker-plan.ts';
import type { Manifest } from '../src/backends/kube/manifests/manifest.ts';
import { planOnKube } from '../src/backends/kube/section/kube-plan.ts';
import { planOnHost } from '../src/backends/supervision/keeper/backend/plan-on-host.ts';
import { planOnTmux } from '../src/backends/tmux/plan-on-tmux.ts';
import type { SettingName } from '../src/engine/settings/settings-table.ts';
import { checkSetting } from '../src/engine/settings/validate-setting.ts';
import { parseSpec } from '../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../src/engine/spec/resolve/resolve-experiment.ts';
import { recognizeKind } from '../src/import/recognize-kind.ts';
import { checkSchema } from './backends/kube/support/manifests.ts';
import {
  allBlocks,
  type Block,
  checkedDocuments,
  findBlocks,
  placeOf,
  readDocument,
} from './support/documents/blocks.ts';
import { commandProblem, symphonyProblem } from './support/documents/check-command.ts';
import { isShell, simpleCommands, typedLines } from './support/documents/shell-lines.ts';
import { isYaml, yamlContent } from './support/documents/yaml-blocks.ts';

const checkedBlocks = allBlocks.filter(({ marks }) => !marks.has('not checked'));
const rows = (choose: (block: Block) => boolean) =>
  checkedBlocks.filter(choose).map((block) => [placeOf(block), block] as const);

/** Languages that this file, test/e2e/commands/documents.test.ts, migration.test.ts beside it or test/package checks. */
const checkable = ['console', 'json', 'procfile', 'sh', 'bash', 'ts', 'yaml', 'yml'];

describe('blocks of documents', () => {
  it('are found, of each language', () => {
    expect(checkedDocuments).toContain('docs/spec.md');
    for (const language of ['console', 'sh', 'ts', 'yaml'])
      expect(allBlocks.filter((block) => block.language === language).length, language).toBeGreaterThan(0);
  });

  it('have a language that is checked, or say why they are not', () => {
    expect(rows(({ language }) => !checkable.includes(language)).map(([place]) => place)).toEqual([]);
  });

  it('are rarely left unchecked, or not run, and always with a reason', () => {
    const reasons = allBlocks.flatMap((block) =>
      (['not checked', 'not run'] as const).flatMap((mark) => {
        const reason = block.marks.get(mark);
        return reason === undefined ? [] : [{ place: placeOf(block), mark, reason }];
      }),
    );
    expect(reasons.filter(({ reason }) => reason.length < 15)).toEqual([]);
    expect(reasons.filter(({ mark }) => mark === 'not checked').length).toBeLessThanOrEqual(4);
    expect(reasons.filter(({ mark }) => mark === 'not run').length).toBeLessThanOrEqual(12);
  });
});

describe.each(rows(isShell))('%s', (_, block) => {
  it.each(typedLines(block).map(({ command }) => command))('%s', async (line) => {
    const commands = simpleCommands(line);
    expect(commands.length).toBeGreaterThan(0);
    for (const words of commands) expect(await commandProblem(words), words.join(' ')).toBeUndefined();
  });
});

describe.each(rows(isYaml))('%s', (place, block) => {
  const content = yamlContent(block);
  if (content.kind === 'spec') {
    it('is a declaration that backends accept', () => {
      const resolved = resolveExperiment(parseSpec(content.spec, { baseDir: '/work' }));
      const plans = [planOnHost('local', resolved), planOnTmux(resolved)];
      if (!place.includes('docker')) plans.push(planOnKube(resolved));
      if (!place.includes('kubernetes')) plans.push(planOnDocker(resolved));
      const refused = plans.flatMap(({ backend, notes }) =>
        notes.filter(({ verdict }) => verdict === 'refused').map((note) => ({ backend, ...note })),
      );
      expect(refused).toEqual([]);
    });
  } else if (content.kind === 'settings') {
    it.each(Object.entries(content.settings))('has valid settings: %s', (name, value) => {
      expect(checkSetting(name as SettingName, value, { place })).toEqual(value);
    });
  } else if (content.kind === 'manifests') {
    it.each(content.manifests)('has a valid object: $kind', (manifest) => {
      checkSchema(manifest as unknown as Manifest);
      expect(manifest.metadata).toHaveProperty('name');
    });
  } else if (content.kind === 'foreign') {
    it('is a file that can be imported', async () => {
      expect(await recognizeKind(block.file ?? '', block.text)).toBe(block.file?.replace('.yaml', ''));
    });
  } else {
    it('consists of comments', () => expect(block.text).toMatch(/^#.*\n$/));
  }
});

describe.each(checkedDocuments)('%s', (document) => {
  const text = readDocument(document).replace(/^ *```.*?^ *```$/gms, '');
  const spans = [...text.matchAll(/`((?:npx )?symphony [^`]+)`/g)].map(([, span = '']) => span);
  it('names only commands and options that exist, in its text', async () => {
    const problems: string[] = [];
    for (const span of spans) {
      for (const [program, ...words] of simpleCommands(span.replaceAll(/[[\]]|…/g, ''))) {
        if (program !== 'symphony') continue;
        const problem = await symphonyProblem(words);
        // A text names a command without its arguments.
        if (problem !== undefined && !/missing required argument/i.test(problem)) problems.push(`${span}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
  });
});

describe('the table of commands in the README', () => {
  const table = readDocument('README.md').match(/^\| command \|.*?\n\n/ms)?.[0] ?? '';
  const lines = table
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'));
  const spansOf = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);

  it('is found', () => expect(lines.length).toBeGreaterThan(8));

  it.each(lines)('%s', async (line) => {
    const [, names = '', meaning = ''] = line.split(/(?<!\\)\|/);
    const commands = spansOf(names).map((span) => span.split(' ')[0] ?? '');
    for (const command of commands) expect(await symphonyProblem([command, '--help']), command).toBeUndefined();
    for (const option of spansOf(meaning).filter((span) => span.startsWith('-'))) {
      const words = option
        .replaceAll(/\[.*\]/g, '')
        .split(/[ =]/)
        .slice(0, 1);
      const problems = await Promise.all(commands.map((command) => symphonyProblem([command, ...words])));
      expect(
        problems.filter((problem) => !/unknown option/i.test(problem ?? '')),
        option,
      ).not.toEqual([]);
    }
  });
});

describe('findBlocks', () => {
  const fence = '```';
  it('gives language, line, file and marks', () => {
    const text = `a\n<!-- not run: it takes an hour -->\n${fence}yaml\n# rl.yaml\nname: rl\n${fence}\n`;
    expect(findBlocks('a.md', text)).toEqual([
      {
        document: 'a.md',
        line: 3,
        language: 'yaml',
        text: '# rl.yaml\nname: rl\n',
        file: 'rl.yaml',
        marks: new Map([['not run', 'it takes an hour']]),
      },
    ]);
  });

  it('refuses a mark that it does not know, and a block that is not closed', () => {
    expect(() => findBlocks('a.md', `<!-- skip -->\n${fence}sh\nls\n${fence}\n`)).toThrow(
      'a.md:2: unknown mark "skip"',
    );
    expect(() => findBlocks('a.md', `${fence}sh\nls\n`)).toThrow('a.md:1: the block is not closed.');
  });
});

describe('typedLines', () => {
  const block = (language: string, text: string) =>
    ({ document: 'a.md', line: 1, language, text, file: undefined, marks: new Map() }) satisfies Block;

  it('leaves out comments and joins continued lines', () => {
    const text = "# first\nsymphony ls   # lists\nsymphony exec a -- \\\n  echo '# not a comment'\n";
    expect(typedLines(block('sh', text)).map(({ command }) => command)).toEqual([
      'symphony ls',
      "symphony exec a --    echo '# not a comment'",
    ]);
  });

  it('separates commands from output in a console', () => {
    expect(typedLines(block('console', '$ symphony ls\nName\nrl\n$ symphony p\n'))).toEqual([
      { command: 'symphony ls', output: ['Name', 'rl'] },
      { command: 'symphony p', output: [] },
    ]);
  });
});

describe('simpleCommands', () => {
  it.each([
    [
      'npm install && npm start',
      [
        ['npm', 'install'],
        ['npm', 'start'],
      ],
    ],
    [
      'symphony logs -f a | grep b > c.log',
      [
        ['symphony', 'logs', '-f', 'a'],
        ['grep', 'b'],
      ],
    ],
    ['A=1 B=2 symphony ls 2>&1', [['symphony', 'ls']]],
    ['source <(symphony completion bash)', [['source'], ['symphony', 'completion', 'bash']]],
    [`symphony config set notify '{"a": ["b"]}'`, [['symphony', 'config', 'set', 'notify', '{"a": ["b"]}']]],
  ])('%s', (line, commands) => expect(simpleCommands(line)).toEqual(commands));
});

it('commands that do not exist are found', async () => {
  expect(await commandProblem(['symphony', 'lunch', 'rl.yaml'])).toMatch(/lunch/);
  expect(await commandProblem(['symphony', 'launch', 'rl.yaml', '--dryrun'])).toMatch(/dryrun/);
  expect(await commandProblem(['symphony', 'exec'])).toMatch(/target/);
  expect(await commandProblem(['npm', 'run', 'nothing'])).toMatch(/no script/);
  expect(await commandProblem(['frobnicate'])).toMatch(/not known/);
});
