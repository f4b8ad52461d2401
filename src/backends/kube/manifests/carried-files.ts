import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import type { Json } from './manifest.ts';

/** A file of the program that is carried into the working directory. */
export interface CarriedFile {
  /** Relative to `startDir`, separated by `/`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** The API server's limit for the data of one ConfigMap or Secret, in bytes. */
export const maxBytes = 2 ** 20;

/** Processes with the same key share one set of files. */
export function filesKey({ startDir, files }: Pick<ResolvedProcess, 'startDir' | 'files'>): string {
  return JSON.stringify([startDir, ...files]);
}

/** The data of a ConfigMap with these files: text as it is, other content in base64. */
export function filesData(files: readonly CarriedFile[], place: string): Json {
  const total = files.reduce((sum, { path, content }) => sum + dataKey(path).length + content.byteLength, 0);
  if (total > maxBytes) throw tooLarge(place, total);
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const { path, content } of files) {
    const text = asText(content);
    if (text === undefined) binaryData[dataKey(path)] = Buffer.from(content).toString('base64');
    else data[dataKey(path)] = text;
  }
  return {
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(Object.keys(binaryData).length === 0 ? {} : { binaryData }),
  };
}

/** The volume items that put each file at its relative path and keep its executable bit. */
export function fileItems(files: readonly CarriedFile[]): Json[] {
  return files.map(({ path, mode }) => ({
    key: dataKey(path),
    path,
    mode: (mode & 0o111) === 0 ? 0o644 : 0o755,
  }));
}

/** A valid ConfigMap or Secret key, unique for each path. */
export function dataKey(path: string): string {
  if (/^[-\w][-.\w]{0,199}$/.test(path)) return path;
  const readable = path
    .replace(/[^-.\w]/g, '_')
    .slice(-180)
    .replace(/^\.+/, '_');
  return `${readable}-${shortHash(path)}`;
}

export function tooLarge(place: string, bytes: number): SymphonyError {
  return new SymphonyError(
    'invalid-spec',
    `${place}: the files are ${bytes} bytes or more; ${maxBytes} can be carried to a cluster.`,
    { hint: 'Build an image with them, or mount a volume (kube.volumes).' },
  );
}

/** The bytes as text, or undefined if they are not text that a manifest can show. */
function asText(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
