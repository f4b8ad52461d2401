import { readSetting } from '../../../../engine/settings/config.ts';
import type { KubeNotify } from '../../supervisor/notify-secret.ts';

/** Selects the cluster; by default it is found as kubectl finds it. */
export interface KubeOptions {
  /** A context of the kubeconfig, instead of its current one. */
  readonly context?: string;
  /** Path of a kubeconfig file, instead of `KUBECONFIG`, `~/.kube/config` or the pod's own account. */
  readonly kubeconfig?: string;
  /**
   * The namespace of experiments that name none. Listings are limited to it if the user may not list all namespaces.
   */
  readonly namespace?: string;
  /** Path of a node-pool file or of Terraform's JSON, or `cluster` to derive pools from the cluster's nodes. */
  readonly nodePools?: string;
  /** The image of the supervisors of experiments. */
  readonly supervisorImage?: string;
  /** The service account of the supervisors; without it, each launch creates one. */
  readonly supervisorAccount?: string;
  /** Where the supervisors of experiments send notices. */
  readonly notify?: KubeNotify;
}

/** The given options, else the settings (`--context`, `--kubeconfig` and similar). */
export async function readKubeOptions(options: Readonly<Record<string, unknown>>): Promise<KubeOptions> {
  const context = text(options.context) ?? (await readSetting('context'));
  const kubeconfig = text(options.kubeconfig) ?? (await readSetting('kubeconfig'));
  const namespace = text(options.namespace) ?? (await readSetting('namespace'));
  const nodePools = text(options.nodePools) ?? (await readSetting('nodePools'));
  const supervisorImage = text(options.supervisorImage) ?? (await readSetting('supervisorImage'));
  const supervisorAccount = text(options.supervisorAccount) ?? (await readSetting('supervisorAccount'));
  const { webhook, on } = await readSetting('notify');
  return {
    ...(webhook && { notify: { webhook, ...(on && { on }) } }),
    ...(supervisorImage && { supervisorImage }),
    ...(supervisorAccount && { supervisorAccount }),
    ...(namespace && { namespace }),
    ...(context && { context }),
    ...(kubeconfig && { kubeconfig }),
    ...(nodePools && { nodePools }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
