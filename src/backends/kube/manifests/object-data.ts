import type { V1ConfigMap, V1KeyToPath } from '@kubernetes/client-node';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { type CarriedFile, type CarryLimit, carriedMode, tooLarge } from '../../kit/files/carried-file.ts';
import type { ToApi } from '../api/api-types.ts';

/** The API server's limit for the data of one ConfigMap or Secret, in bytes. */
export const maxObjectBytes = 2 ** 20;

/** The files of a process travel in one ConfigMap. */
export const carryLimit: CarryLimit = {
  bytes: maxObjectBytes,
  hint: 'Build an image with them, or mount a volume (kube.volumes).',
};

/** The data of a ConfigMap with these files: text as it is, other content in base64. */
export function filesData(
  files: readonly CarriedFile[],
  place: string,
): Pick<ToApi<V1ConfigMap>, 'data' | 'binaryData'> {
  const total = files.reduce((sum, { path, content }) => sum + dataKey(path).length + content.byteLength, 0);
  if (total > maxObjectBytes) throw tooLarge(place, total, carryLimit);
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
export function fileItems(files: readonly CarriedFile[]): ToApi<V1KeyToPath>[] {
  return files.map((file) => ({ key: dataKey(file.path), path: file.path, mode: carriedMode(file) }));
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

/** The bytes as text, or undefined if they are not text that a manifest can show. */
function asText(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
