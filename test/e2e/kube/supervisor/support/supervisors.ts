import type { KubeObject } from '../../../../../src/backends/kube/api/kube-object.ts';
import { labels, supervisorRole } from '../../../../../src/backends/kube/manifests/labels.ts';
import { waitFor } from '../../../../support/wait-for.ts';
import type { KubeLab } from '../../support/kube-lab.ts';

/** Ignores nothing but TERM, which ends it at once. */
export const sleeper = { command: "trap 'exit 0' TERM; echo up; sleep 600 & wait", stop: { timeout: 3 } };

/** The pods of an experiment's supervisor. */
export function supervisors(lab: KubeLab, name: string): Promise<readonly KubeObject[]> {
  return lab.pods(`${labels.role}=${supervisorRole}`, name);
}

/** The runs that `describe` shows of a process. */
export async function runsOf(lab: KubeLab, name: string, target: string) {
  const { members } = await lab.cluster.describeExperiment(name);
  return members.find((member) => member.name === target)?.runs ?? [];
}

/** Ends supervisors with SIGKILL as soon as each runs, until it is ended itself. */
export function killSupervisors(lab: KubeLab, name: string): { end(): Promise<void> } {
  let isOver = false;
  const isRunning = ({ status, metadata }: KubeObject) =>
    status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
  const work = (async () => {
    while (!isOver) {
      await waitFor(async () => isOver || (await supervisors(lab, name)).some(isRunning), { what: 'a supervisor' });
      // At any moment of its work.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
      for (const { metadata } of await supervisors(lab, name)) {
        const pod = { kind: 'Pod', name: metadata.name, namespace: name } as const;
        await lab.admin.remove(pod, { gracePeriodSeconds: 0 });
      }
    }
  })();
  return {
    async end() {
      isOver = true;
      await work;
    },
  };
}
