/** That of Docker 20.10, and of Podman. */
export const oldestVersion = '1.41';
/** The newest version whose answers Symphony knows. */
const newestVersion = '1.51';

/** The version of the API to speak with an engine that offers this one as its newest; undefined if it is too old. */
export function chooseVersion(offered: string): string | undefined {
  if (!/^\d+\.\d+$/.test(offered) || isOlder(offered, oldestVersion)) return undefined;
  return isOlder(offered, newestVersion) ? offered : newestVersion;
}

/** Whether one version of the API is older than another. */
export function isOlder(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
