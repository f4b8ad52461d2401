import type { NoticeKind } from '../../../../engine/contract/notices.ts';
import { readSetting } from '../../../../engine/settings/config.ts';

/** What a supervisor tells, and where. The address may be a secret, so that it is in no record. */
export interface KubeNotify {
  readonly webhook: string;
  /** By default all kinds. */
  readonly on?: readonly NoticeKind[];
}

/** Selects the cluster; by default it is found as kubectl finds it. Each option is used instead of the setting of its name. */
export type KubeClientOptions = {
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
};

export interface KubeOptions extends KubeClientOptions {
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
