import { PassThrough } from 'node:stream';
import { requireCapability } from '../../../engine/client/require-capability.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { describeEnding } from '../../../engine/text/describe-ending.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { requireCluster, requireOneProcess } from '../../shell/context/targets.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { paint } from '../../shell/theme/theme.ts';

/** Hands the terminal over to a shell beside the process. */
export async function openShell(context: AppContext): Promise<void> {
  const capability = requireCapability(requireCluster(context), 'shell');
  const { experiment, status } = requireOneProcess(context);
  await context.terminal.handOver(async (streams) => {
    streams.stdout.write(
      `symphony: a shell beside ${experiment} ${formatProcess(status)}; exit returns to Symphony.\r\n`,
    );
    return capability.shell(experiment, status, { streams });
  });
}

/** Connects the terminal to the process's own. */
export async function attachToProcess(context: AppContext): Promise<void> {
  const capability = requireCapability(requireCluster(context), 'attach');
  const { experiment, status } = requireOneProcess(context);
  const how = await context.terminal.handOver(async (streams) => {
    streams.stdout.write(
      `symphony: the terminal of ${experiment} ${formatProcess(status)}; ${capability.detachHint} returns to Symphony.\r\n`,
    );
    return capability.attach(experiment, status, { streams });
  });
  context.notify.info(how === 'ended' ? `${formatProcess(status)} ended.` : `${formatProcess(status)} keeps running.`);
}

const maxOutputCharacters = 4 * 1024 * 1024;

/** Runs one command beside the process and shows its output. */
export async function execInProcess(context: AppContext): Promise<void> {
  const { ask, notify, store } = context;
  const capability = requireCapability(requireCluster(context), 'exec');
  const { experiment, status } = requireOneProcess(context);
  const command = await ask.text({ label: `run beside ${formatProcess(status)}: ` });
  if (command === undefined || command.trim() === '') return;
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (data: string) => {
    text = (text + data).slice(-maxOutputCharacters);
  });
  const stdin = new PassThrough();
  stdin.end();
  const result = await notify.during(`running ${command}`, ({ signal }) =>
    capability.exec(experiment, status, ['sh', '-c', command], {
      streams: { stdin, stdout: output, stderr: output },
      signal,
    }),
  );
  if (result === undefined) return;
  const { theme } = store.getState();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => sanitizeLine(line).text);
  const end = describeEnding(result);
  lines.push('', paint(theme, result.exitCode === 0 ? 'dim' : 'bad', `── ${end} ──`));
  openDocument(context, { kind: 'output', title: `${formatProcess(status)}: ${command}`, experiment, lines });
}
