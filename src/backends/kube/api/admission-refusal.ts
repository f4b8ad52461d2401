/** Why an object is not admitted, and a hint. */
export interface AdmissionRefusal {
  readonly why: string;
  readonly hint: string | undefined;
}

/**
 * Explains a 403 that does not concern the user's rights: admission controllers answer with the same status, as in
 * `pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2`.
 * @returns undefined if the message concerns rights
 */
export function admissionRefusal(message: string): AdmissionRefusal | undefined {
  if (/ cannot \S+ (resource|path) /.test(message)) return undefined;
  const [, said] = /^\S+ "[^"]*" is forbidden: (.+)$/s.exec(message) ?? /^(admission webhook .+)$/s.exec(message) ?? [];
  if (said === undefined) return undefined;
  for (const { pattern, why, hint } of known) {
    const found = pattern.exec(said);
    if (found !== null) return { why: why(said, found), hint };
  }
  return { why: said, hint: undefined };
}

interface Known {
  readonly pattern: RegExp;
  readonly why: (said: string, found: RegExpExecArray) => string;
  readonly hint: string;
}

const known: readonly Known[] = [
  {
    pattern: /^error looking up service account ([^/]+)\/([^:]+): .*not found/,
    why: (_, [, namespace, account]) => `there is no service account ${account} in namespace ${namespace}`,
    hint: 'Create it, or name another one with kube.serviceAccount.',
  },
  {
    pattern: /^no PriorityClass with name (\S+) was found/,
    why: (_, [, name]) => `there is no PriorityClass ${name}`,
    hint: 'kubectl get priorityclasses lists them.',
  },
  {
    pattern: /^(maximum|minimum) \S+ (usage|limit to request ratio) per /,
    why: (said) => `a LimitRange of its namespace says: ${said}`,
    hint: 'Ask for other amounts (resources, kube.requests, kube.limits), or have the LimitRange changed.',
  },
  {
    pattern: /^violates PodSecurity/,
    why: (said) => `it ${said}`,
    hint: 'Set what it names with kube.patch, such as a securityContext, or run in a namespace that allows it.',
  },
];
