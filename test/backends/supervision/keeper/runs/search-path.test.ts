import { expect, it } from 'vitest';
import { searchPathOf } from '../../../../../src/backends/supervision/keeper/runs/search-path.ts';
import { parseSpec } from '../../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../../src/engine/spec/resolve/resolve-experiment.ts';

it('is the PATH of the spec, with its references replaced, or else that of the launching shell', () => {
  const record = { name: 'x', launchId: 'l', services: [], searchPath: '/shell' };
  const searchPath = (env: object) => {
    const { processes } = resolveExperiment(parseSpec({ name: 'x', processes: { p: { command: 'x', env } } }));
    return processes[0] && searchPathOf(record, processes[0]);
  };
  expect(searchPath({})).toBe('/shell');
  expect(searchPath({ PATH: { secret: true, fromEnv: 'P' } })).toBe('/shell');
  expect(searchPath({ PATH: '/a:/b' })).toBe('/a:/b');
  expect(searchPath({ PATH: '${TOOLS}/bin:/of/${SYMPH_PROCESS}', TOOLS: '/opt' })).toBe('/opt/bin:/of/p');
});
