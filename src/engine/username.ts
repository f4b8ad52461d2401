import { overriddenSetting, readSetting } from './config.ts';
import { prefixName } from './spec/names.ts';

let known: string | undefined;

/** Reads the username setting, for `finalName`. `Cluster.new` does so. */
export async function loadUsername(): Promise<void> {
  known = await readSetting('username');
}

/** The name an experiment has on its cluster: with the username before it, once. */
export function finalName(name: string): string {
  return prefixName(overriddenSetting('username') ?? known ?? '', name);
}
