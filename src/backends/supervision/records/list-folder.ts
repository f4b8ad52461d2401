import { readdirSync } from 'node:fs';

/** The names in a folder; none if it does not exist or cannot be read. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
