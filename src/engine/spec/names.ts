export const nameExpression = '[a-z]([a-z0-9-]*[a-z0-9])?';
export const namePattern = new RegExp(`^${nameExpression}$`);
export const maxNameLength = 63;
export const nameRule = `lower case letters, digits and hyphens, starting with a letter, not ending in a hyphen, ${maxNameLength} at most`;

export function isName(name: string): boolean {
  return name.length <= maxNameLength && namePattern.test(name);
}

/** The experiment's final name: with the username prefixed, unless it is already. */
export function prefixName(username: string, name: string): string {
  return username === '' || name.startsWith(`${username}-`) ? name : `${username}-${name}`;
}
