import { readdirSync } from 'node:fs';

/** The names of the experiments in the folder of a backend. What begins with a dot is being removed. */
export function listExperimentNames(path: string): string[] {
  return listFolder(path).filter((name) => !name.startsWith('.'));
}

/** The names in a folder; none if it does not exist or cannot be read. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
