/**
 * Explains a refusal because of a quota, from a message such as `pods "a" is forbidden: exceeded quota: q, requested:
 * pods=1, used: pods=4, limited: pods=4`.
 * @returns undefined if the message does not concern a quota
 */
export function quotaReason(message: string): string | undefined {
  const exceeded = /exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+?)\.?$/s.exec(message);
  if (exceeded !== null) {
    const [, quota, requested, used, limited] = exceeded;
    return `the quota ${quota} of its namespace is used up: it asks for ${requested}; ${used} of ${limited} are in use`;
  }
  const unset = /failed quota: ([^:]+): must specify (.+?)\.?$/s.exec(message);
  if (unset === null) return undefined;
  return `the quota ${unset[1]} of its namespace wants ${unset[2]} to be set; set resources, or kube.requests and kube.limits`;
}
