/** Explains why the scheduler finds no node, from its message `0/3 nodes are available: 3 Insufficient cpu.` */
export function unschedulableReason(message: string): string {
  const [, total, rest] = /^0\/(\d+) nodes are available(?:: (.*))?/s.exec(message) ?? [];
  if (total === undefined) return `cannot be scheduled: ${message}`;
  if (total === '0') return 'cannot be scheduled: the cluster has no nodes';
  const reasons = splitReasons(rest ?? '').map(inWords);
  const nodes = total === '1' ? 'the only node' : `none of ${total} nodes`;
  const fits = total === '1' ? 'does not fit' : 'fits';
  return `cannot be scheduled: ${nodes} ${fits}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

/** The text after `preemption:` repeats the reasons, so it is left out. */
function splitReasons(text: string): string[] {
  const [main = ''] = text.split(/\.?\s*preemption: /);
  // The text of a taint contains commas: only a comma before a count starts the next reason.
  return main
    .replace(/\.\s*$/, '')
    .split(/, (?=\d+ )/)
    .map((reason) => reason.trim())
    .filter((reason) => reason !== '');
}

const words: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/^(\d+) Insufficient (.+)$/, '$1 without enough free $2'],
  [/^(\d+) Too many pods$/, '$1 with as many pods as allowed'],
  [
    /^(\d+) node\(s\) had (?:untolerated )?taint \{([^:}]+): ?([^}]*)\}(?:, that the pod didn't tolerate)?$/,
    '$1 with the taint $2=$3, which it does not tolerate',
  ],
  [
    /^(\d+) node\(s\) didn't match (?:node selector|Pod's node affinity(?:\/selector)?|node affinity)$/,
    '$1 that its node selector or affinity excludes',
  ],
  [/^(\d+) node\(s\) were unschedulable$/, '$1 cordoned'],
  [/^(\d+) node\(s\) (?:were not ready|had condition: NotReady)$/, '$1 not ready'],
  [
    /^(\d+) node\(s\) didn't find available persistent volumes to bind$/,
    '$1 without a persistent volume for its claim',
  ],
  [/^(\d+) node\(s\) had volume node affinity conflict$/, '$1 that its volume cannot be attached to'],
  [/^(\d+) node\(s\) didn't match pod (?:affinity|anti-affinity).*$/, '$1 that its pod affinity excludes'],
  [/^(\d+) node\(s\) didn't have free ports for the requested pod ports$/, '$1 on which its host port is taken'],
  [/^(\d+) pod has unbound immediate PersistentVolumeClaims$/, 'a persistent volume claim has no volume yet'],
];

function inWords(reason: string): string {
  for (const [pattern, text] of words) {
    if (pattern.test(reason)) return reason.replace(pattern, text).replace(/=(?=,)/, '');
  }
  return reason;
}
