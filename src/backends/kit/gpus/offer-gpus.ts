import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import { type Gpu, wantsGpus } from './gpu.ts';
import { countGpus } from './gpu-registry.ts';
import { describeNoGpus, findOfferedGpus } from './list-gpus.ts';

/**
 * The GPUs of this machine that the processes of an experiment may get; undefined if none of them wants one.
 * @param environment of the launching shell
 * @throws SymphonyError `failed` naming the first process that wants a GPU, if there is none; `interrupted`
 */
export async function offerGpusOfHost(
  { processes }: Pick<ResolvedExperiment, 'processes'>,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<readonly Gpu[] | undefined> {
  const first = processes.find(wantsGpus);
  if (first === undefined) return undefined;
  const offered = await findOfferedGpus(environment, signal === undefined ? {} : { signal });
  throwIfAborted(signal);
  if (offered.gpus.length > 0) return offered.gpus;
  const wants = `${formatProcess(first)} wants ${countGpus(first.resources.gpu ?? 0)}`;
  throw new SymphonyError(
    'failed',
    `${first.path}.resources.gpu: ${wants}, and this machine has none to hand out: ${describeNoGpus(offered)}.`,
    {
      hint: advise(
        (say) =>
          `If the machine has GPUs, the setting gpus says how many or which: ${say.either('symphony config set gpus 2', 'gpus: 2 in .symphony.yaml')}, or SYMPHONY_GPUS=0,1.`,
      ),
    },
  );
}
