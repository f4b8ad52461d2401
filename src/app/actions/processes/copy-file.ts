import { resolve } from 'node:path';
import { requireCapability } from '../../../engine/client/require-capability.ts';
import type { Progress } from '../../../engine/contract/capabilities.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { expandHome } from '../../../engine/files/paths.ts';
import { formatProgress } from '../../../engine/text/format-progress.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { requireCluster, requireOneProcess } from '../../shell/context/targets.ts';

/** Copies a file or folder from a process or to it. */
export async function copyFile(context: AppContext): Promise<void> {
  const { ask, notify, options } = context;
  const capability = requireCapability(requireCluster(context), 'copy');
  const { experiment, status } = requireOneProcess(context);
  const name = formatProcess(status);
  const direction = await ask.menu('Copy a file or folder', [
    { label: `from ${name} to this machine` },
    { label: `from this machine to ${name}` },
  ]);
  if (direction === undefined) return;
  const from = direction === 0;
  const sourcePath = await ask.text({ label: from ? `copy ${name}:` : 'copy ' });
  if (sourcePath === undefined || sourcePath === '') return;
  const base = sourcePath.split('/').at(-1) ?? '';
  const target = await ask.text({
    label: from ? `copy ${name}:${sourcePath} to ` : `copy ${sourcePath} to ${name}:`,
    text: base,
  });
  if (target === undefined || target === '') return;
  const inside = { process: status, path: from ? sourcePath : target };
  const here = {
    path: resolve(options.workingDirectory, expandHome(from ? target : sourcePath, options.environment.HOME)),
  };
  const done = await notify.during(`copying ${sourcePath}`, async ({ signal, progress }) => {
    const copyOptions = { signal, onProgress: (at: Progress) => progress(formatProgress(at)) };
    await (from
      ? capability.copy(experiment, inside, here, copyOptions)
      : capability.copy(experiment, here, inside, copyOptions));
    return true;
  });
  if (done) notify.good(`Copied ${sourcePath} to ${from ? here.path : `${name}:${target}`}.`);
}
