import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { messageOf, SymphonyError } from '../../../../engine/contract/errors.ts';
import { type LocalEntry, readLocalFile } from '../../../kit/copy/local-entries.ts';
import { tarArchive } from '../../../kit/copy/tar-archive.ts';
import type { DeclaredBuild } from '../../section/declared-builds.ts';
import { type IgnoreRule, isIgnored, mayHaveExceptions, parseIgnoreRules } from './ignore-rules.ts';

const ignoreFile = '.dockerignore';
/** The name in the archive of a Dockerfile that is outside of the context. */
const outerDockerfile = '.dockerfile.symphony';
/** Parts of the archive are gathered to this size. */
const partBytes = 64 * 1024;

/** What is sent to an engine for a build. */
export interface BuildContext {
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
  /** The Dockerfile on this machine. */
  readonly dockerfilePath: string;
  /** Its name in the archive. */
  readonly dockerfile: string;
}

/**
 * Finds the context of a build and its Dockerfile.
 * @throws SymphonyError `invalid-spec` with the place of a context or Dockerfile that cannot be used
 */
export async function openContext(build: DeclaredBuild): Promise<BuildContext> {
  const { context: folder } = build;
  const contextPlace = build.isShort ? build.path : `${build.path}.context`;
  const dockerfilePlace = build.isShort ? build.path : `${build.path}.dockerfile`;
  const found = await lstat(`${folder}${sep}`).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error)
    throw refused(contextPlace, folder, found.code === 'ENOTDIR' ? 'it is no folder' : reason(found), found);
  const dockerfilePath = resolve(folder, build.dockerfile);
  const content = await readFile(dockerfilePath).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EISDIR' ? 'it is a folder' : reason(error);
    throw refused(dockerfilePlace, dockerfilePath, why, error);
  });
  if (content.toString('utf8').trim() === '') throw refused(dockerfilePlace, dockerfilePath, 'it is empty');
  const inside = relative(folder, dockerfilePath);
  const isInside = inside !== '..' && !inside.startsWith(`..${sep}`);
  const rules = await readRules(folder, dockerfilePath, contextPlace);
  return { folder, rules, dockerfilePath, dockerfile: isInside ? inside : outerDockerfile };
}

/**
 * The archive of a context. Files are read while it is consumed.
 * @param onBytes called with the size of each part
 */
export async function* contextArchive(
  context: BuildContext,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  yield* gathered(
    tarArchive(contextEntries(context), (entry) => readLocalFile(entry)),
    onBytes,
  );
}

/** The files of a context, folders before what is in them, in a fixed order. */
export async function* contextEntries(context: BuildContext): AsyncGenerator<LocalEntry> {
  const { folder, rules, dockerfile, dockerfilePath } = context;
  // The engine needs them for the build. It leaves them out of what the build copies.
  const always = [ignoreFile, dockerfile];
  async function* list(parent: string, pending: readonly LocalEntry[]): AsyncGenerator<LocalEntry> {
    // Folders that are ignored come with what is included again in them.
    let above = pending;
    const children = await readdir(join(folder, parent), { withFileTypes: true });
    for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = posix.join(parent, child.name);
      const path = join(folder, name);
      const isLeftOut = isIgnored(rules, name) && !always.includes(name);
      if (child.isDirectory()) {
        const isSearched =
          !isLeftOut || mayHaveExceptions(rules, name) || always.some((other) => other.startsWith(`${name}/`));
        if (!isSearched) continue;
        const entry = { path, name, stats: await lstat(path) };
        if (!isLeftOut) {
          yield* above;
          yield entry;
          above = [];
        }
        for await (const inner of list(name, isLeftOut ? [...above, entry] : [])) {
          yield inner;
          above = [];
        }
      } else if (!isLeftOut && (child.isFile() || child.isSymbolicLink())) {
        yield* above;
        above = [];
        yield { path, name, stats: await lstat(path) };
      }
    }
  }
  yield* list('', []);
  if (dockerfile === outerDockerfile)
    yield { path: dockerfilePath, name: dockerfile, stats: await lstat(dockerfilePath) };
}

/** Those of the Dockerfile's own ignore file if it has one, else of the folder's. */
async function readRules(folder: string, dockerfilePath: string, place: string): Promise<readonly IgnoreRule[]> {
  for (const path of [`${dockerfilePath}${ignoreFile}`, join(folder, ignoreFile)]) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw refused(place, path, reason(error), error);
    });
    if (text === undefined) continue;
    try {
      return parseIgnoreRules(text);
    } catch (error) {
      throw refused(place, path, messageOf(error), error);
    }
  }
  return [];
}

async function* gathered(chunks: AsyncIterable<Buffer>, onBytes?: (bytes: number) => void): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  const take = () => {
    const part = Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
    onBytes?.(part.length);
    return part;
  };
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes >= partBytes) yield take();
  }
  if (bytes > 0) yield take();
}

function refused(place: string, path: string, why: string, cause?: unknown): SymphonyError {
  return new SymphonyError('invalid-spec', `${place}: ${path}: ${why}.`, { cause });
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'it cannot be read (permission denied)';
  return message;
}
