import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SymphonyError } from '../../../engine/contract/errors.ts';

/**
 * Path of a program or file that belongs to Symphony: beside the bundle, or among the sources when they run unbundled.
 * @param name without its extension: `supervisor`, `terminal-holder`, `keeper.sh`, `kube-supervisor`
 * @throws SymphonyError `failed` if it is missing: the package was bundled into another program without it
 */
export function bundledFile(name: 'supervisor' | 'terminal-holder' | 'keeper.sh' | 'kube-supervisor'): string {
  const here = fileURLToPath(import.meta.url);
  const file = name.includes('.') ? name : `${name}.js`;
  if (here.endsWith('.ts')) {
    const sources = join(dirname(here), '../../..');
    // It is carried to where there are no sources, so only its bundle is of use.
    if (name === 'kube-supervisor') return builtFile(join(sources, '../dist', file));
    return join(sources, 'programs', name.includes('.') ? name : `${name}-main.ts`);
  }
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, file);
    if (existsSync(path)) return path;
  }
  throw new SymphonyError('failed', `Symphony is not installed as a whole: ${file} is missing.`, {
    hint: 'A bundle of your own must leave the package out, or have the files of its dist folder beside it: see the page about the library.',
  });
}

function builtFile(path: string): string {
  if (existsSync(path)) return path;
  throw new Error(`${path} is missing: build it with npm run build.`);
}
