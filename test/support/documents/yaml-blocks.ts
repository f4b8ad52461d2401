import { parse, parseAllDocuments } from 'yaml';
import '../../../src/backends/index.ts';
import { settingNames } from '../../../src/engine/settings/settings-table.ts';
import type { Block } from './blocks.ts';

type Content = Readonly<Record<string, unknown>>;

/** What a block of YAML is: a declaration, settings, objects of Kubernetes, the file of another tool, or only comments. */
export type YamlContent =
  | { readonly kind: 'spec'; readonly spec: Content }
  | { readonly kind: 'settings'; readonly settings: Content }
  | { readonly kind: 'manifests'; readonly manifests: readonly Content[] }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'comment' };

/** Files that `symphony import` reads; test/e2e/commands/migration.test.ts imports them. */
const foreignFiles = ['compose.yaml', 'process-compose.yaml'];

/** JSON is YAML, too. */
export const isYaml = ({ language }: Block): boolean => ['yaml', 'yml', 'json'].includes(language);

/** Throws if the block is no YAML. A declaration that shows only a part gets what is missing. */
export function yamlContent({ text, file }: Block): YamlContent {
  if (foreignFiles.includes(file ?? '')) return { kind: 'foreign' };
  const documents = parseAllDocuments(text).map((document) => parse(String(document)) as Content | null);
  const [content] = documents;
  if (content === undefined || content === null) return { kind: 'comment' };
  if ('apiVersion' in content)
    return { kind: 'manifests', manifests: documents.filter((document) => document !== null) };
  const names: readonly string[] = settingNames();
  if (Object.keys(content).every((key) => names.includes(key))) return { kind: 'settings', settings: content };
  // The list of volumes stands in the section kube, and names what is in a namespace.
  return {
    kind: 'spec',
    spec: complete('volumes' in content ? { kube: { namespace: 'team-a', ...content } } : content),
  };
}

function complete(part: Content): Content {
  const programs = 'processes' in part || 'groups' in part ? {} : { processes: { learner: { command: ['true'] } } };
  const images = JSON.stringify(part).includes('"image"') ? {} : { image: 'node:22-slim' };
  return { name: 'part', ...images, ...programs, ...part };
}
