import { messageOf } from '../../../engine/contract/errors.ts';
import { collectProgram } from '../programs/collect-program.ts';
import { findExecutable } from '../programs/find-executable.ts';
import type { ListedGpu } from './gpu.ts';
import { nvidiaList, nvidiaQuery, parseMigDevices, parseNvidiaQuery } from './nvidia-smi.ts';
import { amdQuery, parseAmdQuery, parseRocmQuery, rocmQuery } from './rocm-smi.ts';

/** The GPUs that the tools of the vendors list. */
export interface FoundGpus {
  readonly gpus: readonly ListedGpu[];
  /** Why a tool that is installed lists none, in words; absent if one lists GPUs, and if none is installed. */
  readonly problem?: string;
}

/** Without persistence mode, the driver starts anew for each call, which takes seconds on a machine with many GPUs. */
const defaultSeconds = 10;
const outputBytes = 1024 * 1024;

interface Tool {
  readonly name: string;
  /** Undefined if the output is not understood. */
  readonly list: (run: (args: readonly string[]) => Promise<string>) => Promise<readonly ListedGpu[] | undefined>;
  /** Like `list`, in a single call, which may leave out parts of GPUs. */
  readonly measure: Tool['list'];
}

const tools: readonly Tool[] = [
  {
    name: 'nvidia-smi',
    async list(run) {
      const [query, list] = await Promise.all([run(nvidiaQuery), run(nvidiaList)]);
      return withParts(parseNvidiaQuery(query), parseMigDevices(list));
    },
    measure: async (run) => parseNvidiaQuery(await run(nvidiaQuery)),
  },
  {
    name: 'rocm-smi',
    list: async (run) => parseRocmQuery(await run(rocmQuery)),
    measure: async (run) => parseRocmQuery(await run(rocmQuery)),
  },
  {
    name: 'amd-smi',
    list: async (run) => parseAmdQuery(await run(amdQuery)),
    measure: async (run) => parseAmdQuery(await run(amdQuery)),
  },
];

/** The names of the tools that list GPUs. */
export const gpuTools: readonly string[] = tools.map(({ name }) => name);

interface FindOptions {
  /** The PATH on which the tools are looked up. */
  readonly searchPath: string;
  /** The time limit of each call of a tool; 10 by default. */
  readonly seconds?: number;
  /** Kills the tool when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Whether only what is used of the GPUs matters: one call of the tool has to do, which leaves out parts of GPUs. */
  readonly inOneCall?: boolean;
}

/**
 * Asks the tools of the vendors in turn, until one lists GPUs: a machine with an NVIDIA card often has a small AMD GPU in
 * its processor. A tool that hangs or fails becomes a problem in words. Never rejects.
 */
export async function findGpus(options: FindOptions): Promise<FoundGpus> {
  const problems: string[] = [];
  for (const tool of tools) {
    const gpus = await ask(tool, options.inOneCall ? tool.measure : tool.list, options).catch((error: unknown) => {
      problems.push(messageOf(error));
      return [];
    });
    if (gpus.length > 0) return { gpus };
  }
  return problems.length === 0 ? { gpus: [] } : { gpus: [], problem: problems.join('; ') };
}

/** Empty if the tool is not installed. @throws Error in words if it cannot be used */
async function ask(tool: Tool, how: Tool['list'], options: FindOptions): Promise<readonly ListedGpu[]> {
  const { searchPath, seconds = defaultSeconds, signal } = options;
  const found = findExecutable(tool.name, searchPath);
  if (found.kind !== 'found') return [];
  const run = async (args: readonly string[]) => {
    const env = { ...process.env, PATH: searchPath, LC_ALL: 'C' };
    const end = await collectProgram(found.path, args, {
      env,
      cwd: '/',
      seconds,
      signal,
      maxOutputBytes: outputBytes,
      endsWithThisProcess: true,
    }).catch((error: unknown) => {
      throw new Error(`${found.path} cannot be run: ${messageOf(error)}`);
    });
    if (end.how === 'aborted') throw new Error(`${tool.name} was interrupted`);
    if (end.how === 'timeout') throw new Error(`${tool.name} did not answer within ${seconds} s`);
    if (end.how === 'overflow') throw new Error(`${tool.name} wrote more than can be read`);
    if (end.exitCode === 0) return end.stdout;
    const [said] = `${end.stdout}\n${end.stderr}`.split('\n').filter((line) => line.trim() !== '');
    throw new Error(`${tool.name} failed: ${said?.trim() ?? `exit code ${end.exitCode ?? end.signal}`}`);
  };
  const gpus = await how(run);
  if (gpus === undefined) throw new Error(`${tool.name} printed something that cannot be read`);
  return gpus;
}

/** A GPU that is divided into MIG devices gives way to them: a program cannot use it as a whole. */
function withParts(
  gpus: readonly ListedGpu[] | undefined,
  parts: readonly ListedGpu[],
): readonly ListedGpu[] | undefined {
  return gpus?.flatMap((listed) => {
    const own = parts.filter(({ partOf }) => partOf?.id === listed.gpu.id);
    return own.length === 0 ? [listed] : own;
  });
}
