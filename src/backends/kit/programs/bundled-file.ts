import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a program or file that belongs to Symphony: beside the bundle, or among the sources when they run unbundled.
 * @param name without its extension: `supervisor`, `terminal-holder`, `keeper.sh`
 */
export function bundledFile(name: 'supervisor' | 'terminal-holder' | 'keeper.sh'): string {
  const here = fileURLToPath(import.meta.url);
  if (here.endsWith('.ts'))
    return join(dirname(here), '../../../programs', name.includes('.') ? name : `${name}-main.ts`);
  const file = name.includes('.') ? name : `${name}.js`;
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, file);
    if (existsSync(path)) return path;
  }
  throw new Error(`Symphony is not installed as a whole: ${file} is missing.`);
}
