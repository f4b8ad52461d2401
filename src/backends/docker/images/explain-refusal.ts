import { explainRefusal } from '../api/engine-error.ts';

/**
 * Why an image cannot be pulled or built, in words, and what helps.
 * @param said what the engine or the registry said
 * @param registry of the image, as its name has it, or in words; undefined where it is not known
 */
export function explainImageRefusal(said: string, registry?: string): { readonly why: string; readonly hint?: string } {
  const known = explainRefusal(said);
  if (known.hint !== undefined) return known;
  const why = known.why;
  const where = registry ?? 'its registry';
  if (
    /no matching manifest|no image found in manifest list|no image found in image index|does not match the specified platform/i.test(
      said,
    )
  ) {
    return {
      why: `there is none of this name for the platform of the engine (${why})`,
      hint: 'Name an image for this platform, or use an engine on a machine of the other kind.',
    };
  }
  if (/manifest unknown|manifest for .* not found|not found: manifest/i.test(said))
    return { why: `${where} has no image of this name and tag (${why})`, hint: 'Are its name and tag right?' };
  if (/unauthorized|no basic auth credentials|authentication required|denied|401|403/i.test(said)) {
    const login = registry === undefined || registry.includes(' ') ? 'docker login' : `docker login ${registry}`;
    return {
      why: `${where} does not give it to this user, or does not have it (${why})`,
      hint: `Log in with: ${login}. Is the name right?`,
    };
  }
  if (
    /lookup |no such host|connection refused|i\/o timeout|timeout|deadline exceeded|network is unreachable|no route to host|TLS handshake/i.test(
      said,
    )
  ) {
    return {
      why: `the engine cannot reach ${where} (${why})`,
      hint: 'Is the name of the registry right, and does the machine of the engine have a way to it (proxy, firewall)?',
    };
  }
  return known;
}
