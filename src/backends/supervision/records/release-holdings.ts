import { releaseGpus } from '../../kit/gpus/gpu-registry.ts';
import { releasePorts } from '../../kit/ports/port-registry.ts';

/** Releases everything that an experiment holds of this machine, once nothing of it runs. @param folder its folder */
export async function releaseHoldings(folder: string): Promise<void> {
  await Promise.all([releasePorts(folder), releaseGpus(folder)]);
}
