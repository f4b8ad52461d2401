import { readSetting } from './config.ts';
import { prefixName } from './spec/names.ts';

/** The name an experiment has on its cluster: with the username before it, once. */
export async function finalName(name: string): Promise<string> {
  return prefixName(await readSetting('username'), name);
}
