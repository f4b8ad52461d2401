import { beforeEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../../src/engine/client/cluster.ts';
import type { BackendDefinition } from '../../../src/engine/contract/backend-definition.ts';
import {
  factText,
  registerBackend,
  registeredBackends,
  registeredFacts,
  registeredSections,
  registeredSettings,
  requireBackend,
  reserveSection,
} from '../../../src/engine/contract/backend-registry.ts';
import {
  environmentName,
  overrideSetting,
  readSetting,
  settingDefinitions,
  settingOptions,
} from '../../../src/engine/settings/config.ts';
import type { SettingName } from '../../../src/engine/settings/settings-table.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { specToYaml } from '../../../src/engine/spec/print-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { inertBackend } from '../support/inert-backend.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { thrownBy } from '../support/thrown.ts';

scratchFolder();

const text = { schema: { type: 'string' }, default: '', description: 'What it does', expects: 'a text' } as const;
const grid: BackendDefinition = {
  ...inertBackend,
  section: { schemas: async () => ({}) },
  settings: {
    gridHost: { ...text, flag: { value: 'host', description: 'the host' } },
    gridSlots: { ...text, schema: { type: 'integer', minimum: 1, maximum: 9 }, default: 4 },
  },
  facts: [{ name: 'job', title: 'Job', align: 'right' }],
};

beforeEach(() => {
  registerBackend('grid', grid);
});

const refusal = async (name: string, definition: BackendDefinition) => {
  const { code, message } = await thrownBy(() => Cluster.register(name, definition));
  return `${code}: ${message}`;
};

describe('a registered backend', () => {
  it('is found by its name, and replaced by a later one of the same name', async () => {
    expect(requireBackend('grid')).toBe(grid);
    const other = { ...grid, summary: 'Another' };
    Cluster.register('grid', other);
    expect([...registeredBackends().keys()].filter((name) => name === 'grid')).toHaveLength(1);
    expect(requireBackend('grid')).toBe(other);
    expect(await thrownBy(() => requireBackend('gird'))).toMatchObject({ code: 'not-found' });
  });

  it('has its section in specs, which keep their flat shape', async () => {
    const input = {
      name: 'x',
      grid: { queue: 'short' },
      processes: { p: { command: 'true', grid: { slots: 2 } } },
      groups: { g: { grid: { slots: 3 }, processes: { q: { command: 'true' } } } },
    };
    const spec = parseSpec(input, { baseDir: '/base' });
    expect(spec).toEqual({ ...input, startDir: '/base' });
    const resolved = resolveExperiment(spec);
    expect(resolved.sections).toEqual({ grid: { queue: 'short' } });
    expect(resolved.processes.map(({ sections, groupSections }) => [sections, groupSections])).toEqual([
      [{ grid: { slots: 2 } }, {}],
      [{}, { grid: { slots: 3 } }],
    ]);
    expect(await specToYaml(spec)).toContain('grid:\n  queue: short\n');
    const unknown = await thrownBy(() => parseSpec({ ...input, gird: {} }));
    expect(unknown.message).toContain('gird: there is no such field; did you mean grid?');
  });

  it('has settings, read from all sources', async () => {
    const host = 'gridHost' as SettingName;
    const slots = 'gridSlots' as SettingName;
    expect([...settingDefinitions().keys()]).toEqual(expect.arrayContaining(['backend', 'gridHost', 'gridSlots']));
    expect(environmentName(host)).toBe('SYMPHONY_GRID_HOST');
    expect(settingOptions()).toEqual([
      { backend: 'grid', setting: 'gridHost', option: '--grid-host', value: 'host', description: 'the host' },
    ]);
    expect(await readSetting(slots)).toBe(4);
    expect((await thrownBy(() => overrideSetting('flag', slots, 12 as never))).message).toBe(
      '--grid-slots: gridSlots is 12.',
    );
    overrideSetting('flag', host, 'example' as never);
    expect(await readSetting(host)).toBe('example');
    overrideSetting('flag', host, undefined);
  });

  it('has facts, of which equal ones of two backends are one', () => {
    registerBackend('mesh', {
      ...inertBackend,
      facts: [
        { name: 'job', title: 'Job' },
        { name: 'place', title: 'Place' },
      ],
    });
    expect(registeredFacts().map(({ name }) => name)).toEqual(['job', 'place']);
    const [job] = registeredFacts();
    expect([{ job: 7 }, { job: 'a' }, {}].map((status) => job && factText(status, job))).toEqual(['7', 'a', undefined]);
  });

  it('gives its section to a later backend that reserved it', () => {
    reserveSection('later');
    expect(registeredSections().get('later')).toBeUndefined();
    const section = { schemas: async () => ({}) };
    registerBackend('later', { ...inertBackend, section });
    expect(registeredSections().get('later')).toBe(section);
  });
});

describe('a backend is refused', () => {
  it('for a name that no setting could have', async () => {
    expect(await refusal('My Grid', inertBackend)).toMatch(/^usage: The backend "My Grid" cannot be registered: /);
  });

  it('for a section with the name of a field', async () => {
    for (const name of ['env', 'processes', 'replicas', 'command']) {
      expect(await refusal('mesh', { ...inertBackend, section: { ...grid.section, name } as never })).toContain(
        'conflict',
      );
    }
    expect(await refusal('log', { ...inertBackend, section: { schemas: async () => ({}) } })).toContain('conflict');
  });

  it('for a setting that exists, unless it is the same', async () => {
    const withSettings = (settings: BackendDefinition['settings']) => ({
      ...inertBackend,
      ...(settings && { settings }),
    });
    expect(await refusal('mesh', withSettings({ theme: text }))).toContain('the setting theme exists already');
    expect(await refusal('mesh', withSettings({ gridHost: text }))).toContain('belongs to the backend grid');
    expect(await refusal('mesh', withSettings({ 'mesh-host': text }))).toContain('usage');
    registerBackend('mesh', withSettings(grid.settings));
    expect(registeredSettings().get('gridHost')?.backend).toBe('grid');
  });
});
