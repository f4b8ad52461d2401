import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import '../../src/backends/index.ts';
import { specJsonSchema } from '../../src/engine/spec/schema/json-schema.ts';

let schema: Record<string, unknown>;
beforeAll(async () => {
  schema = await specJsonSchema();
});

/** A function that says what the schema of a spec refuses. */
function validator() {
  const validate = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false }).compile(schema);
  return (spec: unknown) => (validate(spec) ? [] : validate.errors);
}

const processes = { p: { command: 'x' } };
const ofProcess = (section: object) => ({ name: 'rl', processes: { p: { command: 'x', ...section } } });

/** The YAML blocks of a page that are specs or parts of one, each completed to a spec. */
function examples(page: string): object[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].flatMap(([, block = '']) => {
    if (block.startsWith('apiVersion')) return [];
    const found = parse(block, { merge: true }) as object;
    if ('volumes' in found) return [{ name: 'rl', processes, kube: found }];
    const whole = 'processes' in found || 'groups' in found ? found : { ...found, processes };
    return [{ name: 'rl', ...whole }];
  });
}

describe('the schema of spec files', () => {
  it.each([
    ['kubernetes.md', 4],
    ['spec.md', 1],
  ] as const)('accepts the examples of docs/%s', (page, least) => {
    const problemsOf = validator();
    const found = examples(page);
    expect(found.length).toBeGreaterThanOrEqual(least);
    for (const example of found) expect(problemsOf(example), JSON.stringify(example)).toEqual([]);
  });

  it('refuses unknown and invalid fields of sections', () => {
    const problemsOf = validator();
    const wrong = [
      { name: 'rl', processes, kube: { tolerationz: 1 } },
      { name: 'rl', processes, kube: { tolerations: [{ kei: 'a' }] } },
      { name: 'rl', processes, tmux: { historyLimit: -1 } },
      ofProcess({ kube: { tolerationz: 1 } }),
      ofProcess({ kube: { namespace: 'team-a' } }),
      ofProcess({ tmux: { historyLimit: 100 } }),
      ofProcess({ docker: { network: 'shared' } }),
      { name: 'rl', groups: { g: { processes, kube: { nodePools: [] } } } },
    ];
    for (const spec of wrong) expect(problemsOf(spec), JSON.stringify(spec)).not.toEqual([]);
    const right = [
      { name: 'rl', processes, tmux: { historyLimit: 100 }, docker: { network: 'shared' } },
      ofProcess({ kube: { workingDir: null, sharedMemory: '1Gi' } }),
    ];
    for (const spec of right) expect(problemsOf(spec), JSON.stringify(spec)).toEqual([]);
  });

  it('describes every field of every section', () => {
    const undescribed = Object.entries(schema.$defs as Record<string, { properties?: Record<string, object> }>).flatMap(
      ([definition, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, field]) => !('description' in field))
          .map(([name]) => `${definition}.${name}`),
    );
    expect(undescribed).toEqual([]);
  });
});
