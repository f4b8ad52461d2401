import { prefixName } from '../spec/names.ts';
import { readSetting } from './config.ts';

/** The experiment's name on the cluster: with the username prefixed, once. */
export async function finalName(name: string): Promise<string> {
  return prefixName(await readSetting('username'), name);
}
