export const namePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
export const longestName = 63;
export const nameRule = `lower case letters, digits and hyphens, from a letter on, not ending in a hyphen, ${longestName} at most`;

export function isName(name: string): boolean {
  return name.length <= longestName && namePattern.test(name);
}

/** The experiment's final name: the username put before it, unless it is there already. */
export function prefixName(username: string, name: string): string {
  return username === '' || name.startsWith(`${username}-`) ? name : `${username}-${name}`;
}
