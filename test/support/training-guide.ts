import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = join(import.meta.dirname, '../../docs/training.md');

/** The experiments that docs/training.md declares, as text. */
export function trainingSpecs(): readonly string[] {
  const blocks = readFileSync(guide, 'utf8').matchAll(/```yaml\n(.*?)```/gs);
  return [...blocks].map(([, text = '']) => text);
}
