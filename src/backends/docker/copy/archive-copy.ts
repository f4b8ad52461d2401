import { basename, posix } from 'node:path';
import { Readable } from 'node:stream';
import type { CopyOptions } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { localTarget } from '../../kit/copy/copy-out.ts';
import { copyProgress } from '../../kit/copy/copy-progress.ts';
import { cannotCopy } from '../../kit/copy/copy-script.ts';
import { localEntries, readLocalFile } from '../../kit/copy/local-entries.ts';
import { findLocalSource, totalBytes } from '../../kit/copy/local-source.ts';
import { tarArchive } from '../../kit/copy/tar-archive.ts';
import { unpackFile, unpackFolder } from '../../kit/copy/unpack-folder.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { fileKind } from './path-info.ts';

/** As many links in a row are followed. */
const maxLinks = 40;

/** A container, which need not run. */
export interface ArchiveContainer {
  readonly client: EngineClient;
  readonly id: string;
  /** How messages name it. */
  readonly name: string;
}

/** Copies a file or folder from this machine into a container, as an archive that its engine unpacks. */
export async function archiveIn(
  { client, id, name }: ArchiveContainer,
  source: string,
  destination: string,
  options: CopyOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const { path, stats, isFolder } = await findLocalSource(source);
  const { folder: base, owner } = await describeContainer(client, id);
  const wanted = posix.resolve(base, destination);
  const found = await lookUp(client, id, wanted);
  const [folder, own] =
    found?.kind === 'folder' ? [found.path, basename(path)] : [posix.dirname(wanted), posix.basename(wanted)];
  const parent = found?.kind === 'folder' ? found : await lookUp(client, id, folder);
  if (parent?.kind !== 'folder') throw cannotCopy(source, `there is no folder ${folder}`);
  const entries = isFolder
    ? await Array.fromAsync(localEntries(path, own, options.onLeftOut))
    : [{ path, name: own, stats }];
  const total = totalBytes(entries);
  const progress = copyProgress(options, `Copying ${source} to ${name}:${destination}`, total);
  const archive = tarArchive(entries, (entry) => readLocalFile(entry, (bytes) => progress.add(bytes)), owner);
  await client.upload(id, parent.path, Readable.from(archive), options.signal);
}

/** Copies a file or folder out of a container, from an archive that its engine makes. */
export async function archiveOut(
  { client, id, name }: ArchiveContainer,
  source: string,
  destination: string,
  options: CopyOptions,
): Promise<void> {
  throwIfAborted(options.signal);
  const target = await localTarget(source, destination);
  const what = `${name}:${source}`;
  const { folder: base } = await describeContainer(client, id);
  const found = await lookUp(client, id, posix.resolve(base, source));
  if (found === undefined) throw new SymphonyError('not-found', `There is no ${what} in the container.`);
  if (found.kind === 'other') throw cannotCopy(what, 'it is neither a file nor a folder');
  const total = found.kind === 'file' ? found.size : undefined;
  const progress = copyProgress(options, `Copying ${what} to ${destination}`, total);
  const listeners = {
    onBytes: (bytes: number) => progress.add(bytes),
    onLeftOut: (entry: string) => options.onLeftOut?.(posix.join(source, entry)),
  };
  const archive = await client.download(id, found.path, options.signal);
  if (archive === undefined) throw new SymphonyError('not-found', `There is no ${what} in the container.`);
  try {
    if (found.kind === 'file') await unpackFile(archive, target, listeners);
    else await unpackFolder(archive, target, { ...listeners, root: posix.basename(found.path) });
  } catch (error) {
    throwIfAborted(options.signal);
    throw cannotCopy(what, error);
  } finally {
    archive.destroy();
  }
}

/** The folder that relative paths begin in, and whom new files belong to, as far as the engine knows it as a number. */
async function describeContainer(client: EngineClient, id: string) {
  const { WorkingDir: folder = '', User: user = '' } = (await client.inspect(id))?.Config ?? {};
  const [, uid = '0', gid = uid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  return { folder: folder === '' ? '/' : folder, owner: { uid: Number(uid), gid: Number(gid) } };
}

/** What is at an absolute path of a container, links followed; undefined if there is nothing. */
async function lookUp(client: EngineClient, id: string, path: string, links = 0) {
  const info = await client.pathInfo(id, path);
  if (info === undefined) return undefined;
  const kind = fileKind(info.mode);
  if (kind !== 'link') return { path, kind, size: info.size };
  if (links >= maxLinks) throw cannotCopy(path, 'it is a link that leads to itself');
  return lookUp(client, id, posix.resolve(posix.dirname(path), info.linkTarget), links + 1);
}
